public import HTTPTransport
public import NotificationGateway

// What passes a transport holds signatures, tokens, addresses and texts; vendors repeat it in their answers. Whoever prints
// such a value sees its outline.

extension HTTPRequest: MaskedDescription {
    /// Method, host and sizes: `POST https://vendor.example, 3 headers, 120 bytes`.
    public var description: String {
        "\(method.rawValue) \(Mask.origin(url)), \(headers.count) headers, \(body.count) bytes"
    }
}

extension HTTPRequest.Header: MaskedDescription {
    /// The name.
    public var description: String { "\(name): \(Mask.hidden)" }
}

extension HTTPResponse: MaskedDescription {
    /// Status and size: `200, 120 bytes`.
    public var description: String { "\(status), \(body.count) bytes" }
}

extension HTTPHeaderBlock: MaskedDescription {
    /// The size.
    public var description: String { "\(bytes.count) bytes of headers" }
}

extension HTTPTransportSettings: MaskedDescription {
    /// The limits, and the proxy without its user and password.
    public var description: String {
        let proxy = proxy.map { ", proxy \(Mask.origin($0))" } ?? ""
        return "connect within \(connectTimeout), answer within \(requestTimeout)\(proxy)"
    }
}

extension Mask {
    /// Scheme, host and port of a URL: users, passwords, paths and queries may be secrets.
    static func origin(_ url: String) -> String {
        guard let start = url.firstRange(of: "://")?.upperBound else { return hidden }
        let authority = url[start...].prefix { !"/?#".contains($0) }
        return url[..<start] + (authority.split(separator: "@").last.map(String.init) ?? "")
    }
}
