/// A whole request as it came.
public struct RawRequest: Sendable {
    /// The method, such as `POST`.
    public var method: String
    /// The path, percent-encoded as it came; for a mounted handler what follows its prefix.
    public var path: String
    /// What stands behind `?`, as it came; `nil` where there is no `?`.
    public var query: String?
    /// The header fields in their order.
    public var headers: [(name: String, value: String)]
    /// The body.
    public var body: [UInt8]
    /// The address at the other end of the connection.
    public var peer: String?

    /// Describes a request.
    public init(
        method: String, path: String, query: String? = nil, headers: [(name: String, value: String)] = [],
        body: [UInt8] = [], peer: String? = nil
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
        self.peer = peer
    }

    /// The value of the first field of a name, in whatever case that is written.
    public func header(_ name: String) -> String? {
        headers.first { $0.name.isSameFieldName(name) }?.value
    }

    /// The values of all fields of a name.
    public func headers(_ name: String) -> [String] {
        headers.filter { $0.name.isSameFieldName(name) }.map(\.value)
    }
}

/// A whole answer.
public struct RawAnswer: Sendable {
    /// The status, such as 200.
    public var status: Int
    /// The header fields; those about length, connection and date are added. One that no header may have is left out.
    public var headers: [(name: String, value: String)]
    /// The body.
    public var body: [UInt8]

    /// Describes an answer.
    public init(status: Int, headers: [(name: String, value: String)] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// What the head of a request leads to.
public enum Opening: Sendable {
    /// This answer, whatever the body says: nobody keeps that.
    case decided(RawAnswer)
    /// The answer that this finds with the body.
    case open(@Sendable ([UInt8]) async -> RawAnswer)
}

/// Answers requests below a path by itself, its callers' proof of who they are included: a mounted path needs no API key.
public struct MountedHandler: Sendable {
    /// Where it begins: with a slash at both ends, such as `/receipts/`.
    public var prefix: String
    /// The most bytes of a body.
    public var maxBody: Int
    /// The most bytes of path and query.
    public var maxTarget: Int
    /// Looks at a request whose body has not come; is called concurrently, and must not take long.
    public var open: @Sendable (RawRequest) -> Opening

    /// Describes a handler that refuses by the head of a request what it can: the memory for bodies is then for others.
    public init(
        prefix: String, maxBody: Int = 1 << 20, maxTarget: Int = 8 << 10,
        open: @escaping @Sendable (RawRequest) -> Opening
    ) {
        precondition(prefix.hasPrefix("/") && prefix.hasSuffix("/"), "a prefix has a slash at both ends")
        self.prefix = prefix
        self.maxBody = maxBody
        self.maxTarget = maxTarget
        self.open = open
    }

    /// Describes a handler that wants every request whole.
    public init(
        prefix: String, maxBody: Int = 1 << 20, maxTarget: Int = 8 << 10,
        handle: @escaping @Sendable (RawRequest) async -> RawAnswer
    ) {
        self.init(prefix: prefix, maxBody: maxBody, maxTarget: maxTarget) { head in
            .open { body in
                var request = head
                request.body = body
                return await handle(request)
            }
        }
    }
}

extension String {
    /// Compares names of header fields: ASCII in any case.
    func isSameFieldName(_ other: String) -> Bool {
        let (left, right) = (utf8, other.utf8)
        guard left.count == right.count else { return false }
        return zip(left, right).allSatisfy { $0 == $1 || $0.lowercasedASCII == $1.lowercasedASCII }
    }
}

extension UInt8 {
    var lowercasedASCII: UInt8 { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) ? self | 0x20 : self }
}
