import NIOHTTP1

extension RequestFacts {
    /// The longest target of a request, in bytes.
    static let longestTarget = 8 << 10

    /// Reads the facts of a head, and finds what is wrong with it.
    init(_ head: HTTPRequestHead, limit: Int) {
        self.init(limit: limit)
        length = head.headers.first(name: "content-length").flatMap { Int($0) }
        // What follows a head that asks for another protocol is not ours to read.
        keepAlive = head.isKeepAlive && head.method != .CONNECT && !head.headers.contains(name: "upgrade")
        let expectations = head.headers["expect"]
        expectsContinue = expectations.contains { $0.lowercased() == "100-continue" } && length != 0
        refusal = Self.refusal(head, expectations)
    }

    private static func refusal(_ head: HTTPRequestHead, _ expectations: [String]) -> Refusal? {
        guard head.version.major == 1 else { return .versionUnknown }
        guard head.uri.utf8.count <= longestTarget else { return .targetTooLong }
        let hosts = head.headers["host"].count
        guard hosts == 1 || (hosts == 0 && head.version.minor == 0) else { return .malformed }
        guard expectations.allSatisfy({ $0.lowercased() == "100-continue" }) else { return .expectationFailed }
        guard head.headers["transfer-encoding"].allSatisfy({ $0.lowercased() == "chunked" }) else {
            return .codingUnknown
        }
        return nil
    }
}

extension Refusal {
    /// What the parser's complaints mean.
    init(_ error: HTTPParserError) {
        switch error {
        case .headerOverflow: self = .headerTooLarge
        case .invalidVersion: self = .versionUnknown
        default: self = .malformed
        }
    }
}
