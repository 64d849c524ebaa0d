import CCurl
import HTTPTransport

/// A request's header lines as the list that libcurl reads, in two blocks of memory instead of two allocations a line.
///
/// libcurl reads the list while the transfer runs and never frees or changes it, so the nodes need not come from
/// `curl_slist_append`.
struct HeaderList: ~Copyable {
    private var text = ByteStore(capacity: 1024)
    private var nodes: UnsafeMutablePointer<curl_slist>
    private var capacity = 16
    private var starts: [Int] = []

    init() { nodes = .allocate(capacity: capacity) }

    deinit { nodes.deallocate() }

    /// The first node.
    var first: UnsafeMutablePointer<curl_slist> { nodes }

    /// Replaces the list by a request's fields and by lines that take out what libcurl would add by itself.
    mutating func build(_ headers: [HTTPRequest.Header], bodyLength: Int, userAgent: String?) throws(HTTPFailure) {
        text.removeAll()
        starts.removeAll(keepingCapacity: true)
        var seen = Seen()
        for header in headers {
            if try seen.isWritten(byLibcurl: header, bodyLength) { continue }
            try append(header)
        }
        if let userAgent, !seen.userAgent { try append(.init("User-Agent", userAgent)) }
        appendLine("Expect:")
        if !seen.accept { appendLine("Accept:") }
        if !seen.contentType { appendLine("Content-Type:") }
        link()
    }

    private mutating func append(_ header: HTTPRequest.Header) throws(HTTPFailure) {
        starts.append(text.count)
        let start = text.count
        text.append(header.name)
        guard text.count > start, text.bytes[start...].allSatisfy(Self.isToken) else {
            throw .invalidRequest("a header name is empty or holds a character that HTTP does not allow")
        }
        guard !header.value.isEmpty else {
            // libcurl's way to say "present and empty".
            text.append(byte: UInt8(ascii: ";"))
            return text.append(byte: 0)
        }
        text.append(byte: UInt8(ascii: ":"))
        text.append(byte: UInt8(ascii: " "))
        let value = text.count
        text.append(header.value)
        guard !text.bytes[value...].contains(where: Self.breaksLine) else {
            throw .invalidRequest("a header value holds a line break or NUL")
        }
        text.append(byte: 0)
    }

    private mutating func appendLine(_ line: String) {
        starts.append(text.count)
        text.append(line)
        text.append(byte: 0)
    }

    /// Connects the nodes once the text no longer moves.
    private mutating func link() {
        if starts.count > capacity {
            nodes.deallocate()
            capacity = starts.count * 2
            nodes = .allocate(capacity: capacity)
        }
        let base = UnsafeMutableRawPointer(text.base).assumingMemoryBound(to: CChar.self)
        for index in starts.indices {
            let next = index + 1 < starts.count ? nodes + index + 1 : nil
            (nodes + index).initialize(to: curl_slist(data: base + starts[index], next: next))
        }
    }

    private static func breaksLine(_ byte: UInt8) -> Bool { byte == 0x0D || byte == 0x0A || byte == 0 }

    /// RFC 9110 section 5.6.2.
    private static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: "!#$%&'*+.^`|~".utf8.contains(byte)
        }
    }

    /// Which fields a request brings of those that libcurl would write by itself.
    private struct Seen {
        var accept = false
        var contentType = false
        var userAgent = false

        /// Whether libcurl writes this field itself and the request's own must be left out.
        mutating func isWritten(byLibcurl header: HTTPRequest.Header, _ bodyLength: Int) throws(HTTPFailure) -> Bool {
            switch header.name.utf8.count {
            case 6 where header.has("accept"): accept = true
            case 6 where header.has("expect"): throw .reserved("Expect")
            case 10 where header.has("user-agent"): userAgent = true
            case 10 where header.has("connection"): throw .reserved("Connection")
            case 12 where header.has("content-type"): contentType = true
            case 14 where header.has("content-length"):
                guard header.value == String(bodyLength) else { throw .reserved("Content-Length") }
                return true
            case 17 where header.has("transfer-encoding"): throw .reserved("Transfer-Encoding")
            default: break
            }
            return false
        }
    }
}

extension HTTPFailure {
    fileprivate static func reserved(_ name: String) -> HTTPFailure {
        .invalidRequest("the header \(name) belongs to the transport; leave it out")
    }
}

extension HTTPRequest.Header {
    /// Whether this is the field of a lower-case name of the same length.
    fileprivate func has(_ lowercased: StaticString) -> Bool {
        lowercased.withUTF8Buffer { wanted in
            zip(name.utf8, wanted).allSatisfy { ($0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0) == $1 }
        }
    }
}
