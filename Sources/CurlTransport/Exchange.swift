import CCurl
import HTTPTransport

/// What the callbacks of one easy handle write: bytes and flags, nothing else.
///
/// It lives at a fixed address that libcurl passes back to the callbacks; only the owner thread touches it.
struct Exchange: ~Copyable {
    /// Longest header block that is kept; libcurl has a limit of its own only in newer releases.
    static let longestHead = 256 << 10

    var easy: UnsafeMutableRawPointer
    var head = ByteStore(capacity: 1024)
    var body = ByteStore(capacity: 4096)
    var bodyLimit = 0
    /// The empty line at the end of the head has come. libcurl does not mind when the connection ends before.
    var isHeadWhole = false
    /// The answer passed a limit and was cut off.
    var isOverLimit = false
    /// How often libcurl was about to write the request. The second time is forbidden when the first may have reached
    /// the server.
    var issues = 0
    /// libcurl wanted to write the request again and was stopped.
    var wasRepeatRefused = false
    /// `CURLINFO_REQUEST_SIZE` before the request was issued: what went to a proxy is not the request.
    var requestSizeBeforeIssue = 0
    /// The addresses that may be connected to.
    let addresses: AddressPolicy
    /// Addresses of the host that were refused, and those for which a socket was opened.
    var refusedAddresses = 0
    var openedAddresses = 0
    /// Place of the owning handle among the running ones.
    var runningIndex = 0

    init(easy: UnsafeMutableRawPointer, addresses: AddressPolicy) {
        self.easy = easy
        self.addresses = addresses
    }

    /// Readies it for the next request.
    mutating func begin(bodyLimit: Int) {
        head.removeAll()
        body.removeAll()
        self.bodyLimit = bodyLimit
        isHeadWhole = false
        isOverLimit = false
        issues = 0
        wasRepeatRefused = false
        requestSizeBeforeIssue = 0
        refusedAddresses = 0
        openedAddresses = 0
    }

    /// Installs the callbacks on the handle that owns the exchange at `address`.
    static func install(at address: UnsafeMutablePointer<Exchange>, on easy: UnsafeMutableRawPointer) {
        _ = ccurl_set_write_callback(easy, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
            Exchange.at(context).pointee.takeHead(bytes, size * count)
        }
        _ = ccurl_set_write_callback(easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
            Exchange.at(context).pointee.takeBody(bytes, size * count)
        }
        _ = ccurl_set_prereq_callback(easy) { context, _, _, _, _ in
            Exchange.at(context).pointee.mayIssue() ? ccurl_prereq_ok() : ccurl_prereq_abort()
        }
        for option in [CURLOPT_HEADERDATA, CURLOPT_WRITEDATA, CURLOPT_PREREQDATA, CURLOPT_PRIVATE] {
            _ = ccurl_set_pointer(easy, option, address)
        }
    }

    private static func at(_ context: UnsafeMutableRawPointer?) -> UnsafeMutablePointer<Exchange> {
        guard let context else { preconditionFailure("libcurl passes back the pointer that install(at:on:) gave it") }
        return context.assumingMemoryBound(to: Exchange.self)
    }

    /// One header line. A new status line begins a new block: an interim answer came before it.
    private mutating func takeHead(_ bytes: UnsafeMutablePointer<CChar>?, _ length: Int) -> Int {
        guard let bytes, length > 0 else { return length }
        if body.count == 0, Self.beginsStatusLine(bytes, length) {
            head.removeAll()
            isHeadWhole = false
        }
        if Self.isLineBreak(bytes, length) { isHeadWhole = true }
        guard head.count + length <= Self.longestHead else {
            isOverLimit = true
            return 0
        }
        head.append(bytes, length)
        return length
    }

    private static func beginsStatusLine(_ bytes: UnsafeMutablePointer<CChar>, _ length: Int) -> Bool {
        length > 5 && UInt8(bitPattern: bytes[0]) == UInt8(ascii: "H")
            && UInt8(bitPattern: bytes[1]) == UInt8(ascii: "T")
            && UInt8(bitPattern: bytes[2]) == UInt8(ascii: "T") && UInt8(bitPattern: bytes[3]) == UInt8(ascii: "P")
            && UInt8(bitPattern: bytes[4]) == UInt8(ascii: "/")
    }

    private static func isLineBreak(_ bytes: UnsafeMutablePointer<CChar>, _ length: Int) -> Bool {
        UInt8(bitPattern: bytes[0]) == UInt8(ascii: length == 1 ? "\n" : "\r") && length <= 2
    }

    private mutating func takeBody(_ bytes: UnsafeMutablePointer<CChar>?, _ length: Int) -> Int {
        guard let bytes, length > 0 else { return length }
        guard body.count + length <= bodyLimit else {
            isOverLimit = true
            return 0
        }
        body.append(bytes, length)
        return length
    }

    /// Called before each time the request is written. libcurl writes it again by itself when a connection that it used
    /// again turns out dead; that is allowed only while no byte of the first try left this machine.
    private mutating func mayIssue() -> Bool {
        let requestSize = ccurl_get_long(easy, CURLINFO_REQUEST_SIZE)
        if issues > 0, requestSize > requestSizeBeforeIssue {
            wasRepeatRefused = true
            return false
        }
        issues += 1
        requestSizeBeforeIssue = requestSize
        return true
    }
}
