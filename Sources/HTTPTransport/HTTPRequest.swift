/// The HTTP methods that vendors use.
public enum HTTPMethod: String, Sendable, Hashable {
    case get = "GET"
    case post = "POST"
    case put = "PUT"
    case delete = "DELETE"
}

/// One request, complete: nothing is added to it on the way but what HTTP itself needs (`Host`, `Content-Length`,
/// `Accept-Encoding`).
///
/// A request is written exactly as given, because vendors sign what they receive.
public struct HTTPRequest: Sendable {
    /// One header field; the name is sent as written.
    public struct Header: Sendable, Hashable {
        /// The field's name.
        public var name: String
        /// The field's value, without surrounding space.
        public var value: String

        /// Pairs a name with its value.
        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// The request method.
    public var method: HTTPMethod
    /// The absolute URL, already percent-encoded: `https://host[:port]/path?query`.
    public var url: String
    /// The header fields in the order in which they are sent. `Host` is derived from ``url``.
    public var headers: [Header]
    /// The body; empty means a request without content (a POST then says `Content-Length: 0`).
    public var body: [UInt8]
    /// Time left for the whole exchange, from this call to the last byte of the answer; `nil` leaves the transport's
    /// own limit.
    public var timeout: Duration?

    /// Describes a request.
    public init(
        method: HTTPMethod, url: String, headers: [Header] = [], body: [UInt8] = [], timeout: Duration? = nil
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout = timeout
    }
}
