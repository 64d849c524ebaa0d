public import NotificationGateway

/// A header of a request or an answer.
public struct EndpointHeader: Sendable, Hashable {
    /// Its name, in any case.
    public var name: String
    /// Its value.
    public var value: String

    /// Pairs a name with a value.
    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// An HTTP request as it came, whole. The default description is masked.
public struct EndpointRequest: Sendable {
    /// The method, as it was sent.
    public var method: String
    /// The path below ``prefix``: `/`.
    public var path: String
    /// Where the endpoint is mounted, without a slash at its end: `/compat/dysms`. Official SDKs know no path and sign `/`
    /// whatever it is; a client of its own may sign the whole path.
    public var prefix: String
    /// What stands after the question mark, as it was sent.
    public var query: String
    /// The headers in the order in which they came, `host` among them.
    public var headers: [EndpointHeader]
    /// The body.
    public var body: [UInt8]

    /// Describes a request.
    public init(
        method: String, path: String = "/", prefix: String = "", query: String = "", headers: [EndpointHeader] = [],
        body: [UInt8] = []
    ) {
        self.method = method
        self.path = path
        self.prefix = prefix
        self.query = query
        self.headers = headers
        self.body = body
    }

    /// The trimmed values of a header, given in lower case, joined with commas; `nil` where there is none.
    func header(_ name: String) -> String? {
        let values = headers.filter { $0.isNamed(name) }.map(\.trimmedValue)
        return values.isEmpty ? nil : values.joined(separator: ",")
    }
}

extension EndpointHeader {
    /// The name in lower case, of ASCII letters alone.
    var lowercaseName: String {
        String(decoding: name.utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
    }

    fileprivate func isNamed(_ lowercase: String) -> Bool {
        name.utf8.count == lowercase.utf8.count && lowercaseName.utf8.elementsEqual(lowercase.utf8)
    }

    /// The value without spaces and tabs at its ends.
    fileprivate var trimmedValue: String {
        func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
        let start = value.utf8.drop(while: isSpace)
        let end = start.lastIndex { !isSpace($0) }.map { start.index(after: $0) } ?? start.startIndex
        return String(value[start.startIndex..<end])
    }
}

/// What goes back. The default description is masked.
public struct EndpointAnswer: Sendable {
    /// The HTTP status.
    public var status: Int
    /// The headers; the server adds those of its own, such as `date`, by which clients find that their clock is wrong.
    public var headers: [EndpointHeader]
    /// The body.
    public var body: [UInt8]

    /// Describes an answer.
    public init(status: Int, headers: [EndpointHeader], body: [UInt8]) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

extension EndpointRequest: MaskedDescription {
    /// Method and sizes.
    public var description: String { "\(method.prefix(8)) with \(query.utf8.count) and \(body.count) bytes" }
}

extension EndpointAnswer: MaskedDescription {
    /// Status and size.
    public var description: String { "\(status) with \(body.count) bytes" }
}
