import NIOHTTP1

extension RequestFacts {
    /// Reads the facts of a head, and finds what is wrong with it.
    init(_ head: HTTPRequestHead, limits: RequestLimits) {
        self.init(limit: limits.body)
        let length = head.headers.first(name: "content-length").flatMap { Int($0) }
        let codings = head.headers["transfer-encoding"]
        // What follows a head that asks for another protocol is not ours to read; nor what follows a body whose end is told in a
        // way that HTTP/1.0 does not have (RFC 9112, 6.1).
        keepAlive =
            head.isKeepAlive && head.method != .CONNECT && !head.headers.contains(name: "upgrade")
            && (codings.isEmpty || head.version.minor > 0)
        let expectations = head.headers["expect"]
        expectsContinue = expectations.contains { $0.lowercased() == "100-continue" } && length != 0
        refusal = Self.refusal(head, expectations, codings, limits)
        if refusal == nil, let length, length > limits.body { refusal = .contentTooLarge }
    }

    private static func refusal(
        _ head: HTTPRequestHead, _ expectations: [String], _ codings: [String], _ limits: RequestLimits
    ) -> Refusal? {
        guard head.version.major == 1 else { return .versionUnknown }
        guard head.uri.utf8.count <= limits.target else { return .targetTooLong }
        let hosts = head.headers["host"]
        guard hosts.count == 1 || (hosts.isEmpty && head.version.minor == 0), hosts.allSatisfy(isHost) else {
            return .malformed
        }
        guard expectations.allSatisfy({ $0.lowercased() == "100-continue" }) else { return .expectationFailed }
        guard codings.allSatisfy({ $0.lowercased() == "chunked" }) else { return .codingUnknown }
        let size = head.headers.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count }
        return size > limits.fields ? .headerTooLarge : nil
    }

    /// Whether a value of `Host` has no byte that neither a name, an address nor a port has (RFC 9110, 7.2). It may be empty.
    private static func isHost(_ value: String) -> Bool {
        value.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "-._~!$&'()*+,;=%:[]".utf8.contains(byte)
            }
        }
    }
}

/// How much of a request is taken, by where it goes.
struct RequestLimits: Sendable, Hashable {
    /// The most bytes of the body.
    var body: Int
    /// The most bytes of path and query.
    var target: Int
    /// The most bytes of all header fields.
    var fields: Int
}

extension Refusal {
    /// What the parser's complaints mean.
    init(_ error: HTTPParserError) {
        switch error {
        case .headerOverflow: self = .headerTooLarge
        case .invalidVersion: self = .versionUnknown
        case .invalidMethod: self = .methodUnknown
        default: self = .malformed
        }
    }
}
