import HTTPTransport
public import NotificationGateway

/// Where a vendor's API is: scheme, host and port, checked once.
public struct HTTPEndpoint: Sendable, Hashable, CustomStringConvertible {
    /// Whether requests go over TLS.
    public let isSecure: Bool
    /// What the `Host` header says: lower case, with the port when it is not the scheme's own.
    public let authority: String

    /// `https://host[:port]`, without a path.
    public var origin: String { (isSecure ? "https://" : "http://") + authority }
    /// The origin.
    public var description: String { origin }

    /// Reads `host`, `host:port` or an `http`/`https` URL without a path.
    ///
    /// - Parameters:
    ///   - text: the endpoint as configured; without a scheme it means `https`.
    ///   - option: the option's name, for the error.
    ///   - allowPlainHTTP: whether `http` may go to other hosts than this machine.
    /// - Throws: ``NotificationGateway/InvalidOption`` when it is none of these.
    public init(_ text: String, option: String, allowPlainHTTP: Bool) throws(InvalidOption) {
        var rest = text.lowercased()[...]
        if rest.hasPrefix("http://") {
            isSecure = false
            rest = rest.dropFirst(7)
        } else {
            isSecure = true
            if rest.hasPrefix("https://") { rest = rest.dropFirst(8) }
        }
        if rest.last == "/" { rest = rest.dropLast() }
        guard let (host, port) = Self.split(rest) else {
            throw InvalidOption(
                option, "expected host, host:port, or an http or https URL without user, path and query")
        }
        guard isSecure || allowPlainHTTP || Self.isLoopback(host) else {
            throw InvalidOption(
                option,
                "plain http would send the message readable; use https, or allow_plain_http: true for a test server",
                dependingOn: ["allow_plain_http"])
        }
        let isDefault = port == nil || port == (isSecure ? 443 : 80)
        authority = isDefault ? String(host) : "\(host):\(port ?? 0)"
    }

    private static func split(_ text: Substring) -> (host: Substring, port: Int?)? {
        var host = text
        var port: Int?
        if let colon = text.lastIndex(of: ":"), !text.hasSuffix("]") {
            let digits = text[text.index(after: colon)...]
            guard digits.utf8.allSatisfy(isDigit), let number = Int(digits), (1...65_535).contains(number) else {
                return nil
            }
            host = text[..<colon]
            port = number
        }
        return isName(host) || isBracketedAddress(host) ? (host, port) : nil
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func isName(_ host: Substring) -> Bool {
        !host.isEmpty && host.utf8.count <= 253
            && host.utf8.allSatisfy {
                isDigit($0) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || $0 == UInt8(ascii: "-")
                    || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "_")
            }
    }

    private static func isBracketedAddress(_ host: Substring) -> Bool {
        host.hasPrefix("[") && host.hasSuffix("]") && host.utf8.count > 3
            && host.dropFirst().dropLast().utf8.allSatisfy {
                isDigit($0) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0) || $0 == UInt8(ascii: ":")
                    || $0 == UInt8(ascii: ".")
            }
    }

    /// Whether a host, an IPv6 address in brackets or not, is this machine to itself.
    package static func isLoopback(_ host: some StringProtocol) -> Bool { host == "[::1]" || isLoopbackHost(host) }
}
