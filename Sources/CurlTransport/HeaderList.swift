import CCurl
import HTTPTransport

/// A request's header lines as the list that libcurl reads, in two blocks of memory instead of two allocations a line.
///
/// libcurl reads the list while the transfer runs and never frees or changes it, so the nodes need not come from
/// `curl_slist_append`. It walks the list once for each header that it might write by itself, so neighbouring fields
/// that it never writes share a node, their lines joined as they will stand in the request.
struct HeaderList: ~Copyable {
    private var text = ByteStore(capacity: 1024)
    private var nodes: UnsafeMutablePointer<curl_slist>
    private var capacity = 16
    private var starts: [Int] = []
    /// Whether the last node may take another line.
    private var isOpen = false

    init() { nodes = .allocate(capacity: capacity) }

    deinit { nodes.deallocate() }

    /// The first node.
    var first: UnsafeMutablePointer<curl_slist> { nodes }

    /// Replaces the list by a request's fields and by lines that take out what libcurl would add by itself.
    mutating func build(_ headers: [HTTPRequest.Header], bodyLength: Int, userAgent: String?) throws(HTTPFailure) {
        text.removeAll()
        starts.removeAll(keepingCapacity: true)
        isOpen = false
        var seen = Seen()
        for header in headers {
            let isOurs = header.isOurs
            if !isOurs, try seen.isWritten(byLibcurl: header, bodyLength) { continue }
            try append(header, sharingNode: isOurs)
        }
        if let userAgent, !seen.userAgent { try append(.init("User-Agent", userAgent)) }
        appendLine("Expect:")
        if !seen.accept { appendLine("Accept:") }
        if !seen.contentType { appendLine("Content-Type:") }
        link()
    }

    private mutating func append(
        _ header: HTTPRequest.Header, sharingNode isOurs: Bool = false
    ) throws(HTTPFailure) {
        if isOpen && isOurs {
            // The NUL that ended the node becomes a line break.
            text.removeLast()
            text.append(byte: UInt8(ascii: "\r"))
            text.append(byte: UInt8(ascii: "\n"))
        } else {
            starts.append(text.count)
        }
        isOpen = isOurs
        let name = text.count
        text.append(header.name)
        guard text.count > name, text.bytes[from: name].allSatisfy(Self.isToken) else {
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
        guard !Self.breaksLine(text.bytes[from: value]) else {
            throw .invalidRequest("a header value holds a line break or NUL")
        }
        text.append(byte: 0)
    }

    private mutating func appendLine(_ line: String) {
        starts.append(text.count)
        isOpen = false
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

    /// Looks at every byte without leaving early, which the compiler turns into wide instructions.
    private static func breaksLine(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var found: UInt8 = 0
        for byte in bytes { found |= byte == 0x0D || byte == 0x0A || byte == 0 ? 1 : 0 }
        return found != 0
    }

    /// Whether a byte may stand in a name: RFC 9110 section 5.6.2. A bit for each of the 128 ASCII characters, because
    /// every byte of every name passes here.
    private static func isToken(_ byte: UInt8) -> Bool {
        guard byte < 128 else { return false }
        // !#$%&'*+-. and the digits; the letters and ^_`|~
        let bits: UInt64 = byte < 64 ? 0x03FF_6CFA_0000_0000 : 0x57FF_FFFF_C7FF_FFFE
        return bits >> UInt64(byte & 63) & 1 == 1
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
    /// Whether libcurl never writes this field by itself and treats it like any other: `X-…` and, as libcurl is given
    /// no credentials, `Authorization`. An empty value needs libcurl's own spelling, hence a node of its own.
    fileprivate var isOurs: Bool {
        guard !value.isEmpty else { return false }
        let bytes = name.utf8
        if bytes.count == 13 { return has("authorization") }
        guard let first = bytes.first, first | 0x20 == UInt8(ascii: "x") else { return false }
        return bytes[bytes.index(after: bytes.startIndex)...].first == UInt8(ascii: "-")
    }

    /// Whether this is the field of a lower-case name of the same length.
    fileprivate func has(_ lowercased: StaticString) -> Bool {
        var name = name
        return name.withUTF8 { given in
            lowercased.withUTF8Buffer { wanted in
                wanted.indices.allSatisfy { index in
                    let byte = given[index]
                    return (byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte) == wanted[index]
                }
            }
        }
    }
}

extension UnsafeBufferPointer {
    fileprivate subscript(from start: Int) -> Self { Self(rebasing: self[start...]) }
}
