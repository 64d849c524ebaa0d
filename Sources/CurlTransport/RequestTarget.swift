import HTTPTransport

/// The part of a URL that decides where a request goes, checked before libcurl sees it.
struct RequestTarget: Equatable {
    /// `scheme://host[:port]`, as written: the key of the connection limit, and what a failure may name.
    var origin: String
    /// Whether the exchange is encrypted.
    var isEncrypted: Bool
    /// Whether the host is this machine.
    var isLoopback: Bool

    /// Reads the beginning of an absolute URL.
    ///
    /// - Throws: ``HTTPFailure`` of cause ``HTTPFailure/Cause/invalidRequest`` when it is not one that may be sent.
    init(url: String) throws(HTTPFailure) {
        let bytes = Array(url.utf8)
        guard bytes.allSatisfy(Self.isAllowed) else {
            throw .invalidRequest(
                "the URL holds a space, a backslash, a control or a non-ASCII character; percent-encode it")
        }
        guard let start = Self.authorityStart(bytes) else {
            throw .invalidRequest("the URL must begin with https:// or http://")
        }
        let end = bytes[start...].firstIndex(where: Self.endsAuthority) ?? bytes.count
        guard let host = Self.host(of: bytes[start..<end]) else {
            throw .invalidRequest("the URL's host is missing, is malformed or carries a user name")
        }
        origin = String(decoding: bytes[..<end], as: UTF8.self)
        isEncrypted = start == "https://".utf8.count
        isLoopback = isLoopbackHost(host)
    }

    /// Printable ASCII without what browsers rewrite.
    static func isAllowed(_ byte: UInt8) -> Bool { byte > 0x20 && byte < 0x7F && byte != UInt8(ascii: "\\") }

    /// Whether a byte ends the authority: `/`, `?` or `#`.
    static func endsAuthority(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "/") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#")
    }

    private static func authorityStart(_ bytes: [UInt8]) -> Int? {
        for scheme in ["https://", "http://"] where bytes.count > scheme.utf8.count {
            let head = bytes[..<scheme.utf8.count].map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
            if head.elementsEqual(scheme.utf8) { return scheme.utf8.count }
        }
        return nil
    }

    /// The host of `host[:port]`, lower-cased and without brackets; `nil` when it is malformed.
    private static func host(of authority: ArraySlice<UInt8>) -> String? {
        let text = String(decoding: authority, as: UTF8.self).lowercased()
        if text.hasPrefix("[") {
            guard let close = text.firstIndex(of: "]"), isPort(text[text.index(after: close)...]) else { return nil }
            let inside = text[text.index(after: text.startIndex)..<close]
            return inside.isEmpty || !inside.allSatisfy({ $0.isHexDigit || $0 == ":" || $0 == "." })
                ? nil : String(inside)
        }
        let host = text.prefix { $0 != ":" }
        guard !host.isEmpty, host.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "." || $0 == "-" || $0 == "_" }),
            isPort(text[host.endIndex...])
        else { return nil }
        return String(host)
    }

    private static func isPort(_ text: Substring) -> Bool {
        if text.isEmpty { return true }
        guard text.first == ":", let port = UInt16(text.dropFirst()) else { return false }
        return port > 0
    }
}

extension HTTPFailure {
    /// A request that cannot be sent.
    static func invalidRequest(_ detail: String) -> HTTPFailure {
        HTTPFailure(phase: .notStarted, cause: .invalidRequest, detail: detail)
    }
}
