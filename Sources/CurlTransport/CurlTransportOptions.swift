public import HTTPTransport

/// How a ``CurlTransport`` behaves: what every transport offers, and what only libcurl does.
public struct CurlTransportOptions: Sendable, Hashable {
    /// The version of HTTP that is asked for.
    public enum HTTPVersion: String, Sendable, Hashable, CaseIterable {
        /// HTTP/1.1 with connections kept alive; the default, because it carries more messages a second than HTTP/2.
        case http1 = "1.1"
        /// HTTP/2 where TLS negotiates it, HTTP/1.1 elsewhere.
        case http2 = "2"
    }

    /// Connections to one host when ``HTTPTransportSettings/maxConnectionsPerHost`` is `nil`.
    ///
    /// It is a ceiling: no connection beyond the first few is opened unless the owner thread has time to spare, so a
    /// fast vendor is served over few connections and a slow one over many.
    public static let defaultConnectionsPerHost = 256

    /// The settings that every transport has.
    public var settings: HTTPTransportSettings
    /// Threads that each drive a libcurl multi handle with its own connections; 1 serves tens of thousands of messages
    /// a second.
    ///
    /// No more are started than connections to one host are allowed.
    public var ownerThreads: Int
    /// Which HTTP is spoken.
    public var httpVersion: HTTPVersion
    /// The `User-Agent` of requests that bring none; `nil` sends none.
    public var userAgent: String?
    /// Age after which an idle connection is closed instead of used again.
    ///
    /// A server may close a kept-alive connection at the moment a request goes out on it, which leaves that request's
    /// fate unknown. Vendors keep idle connections for 60 s and more; half of that stays clear of the race.
    public var maxIdleConnectionAge: Duration
    /// The addresses that may be connected to; all, where it is not said.
    ///
    /// It is asked about each address after name resolution, just before the connection is made. Connections that are used
    /// again were judged when they were made. With a policy a request through a proxy is refused: the proxy would
    /// resolve the name.
    public var addresses: AddressPolicy

    /// Describes a transport.
    public init(
        _ settings: HTTPTransportSettings = .init(), ownerThreads: Int = 1, httpVersion: HTTPVersion = .http1,
        userAgent: String? = nil, maxIdleConnectionAge: Duration = .seconds(30),
        addresses: AddressPolicy = .unrestricted
    ) {
        self.settings = settings
        self.ownerThreads = ownerThreads
        self.httpVersion = httpVersion
        self.userAgent = userAgent
        self.maxIdleConnectionAge = maxIdleConnectionAge
        self.addresses = addresses
    }

    /// The number of owner threads: a thread needs a connection of its own, and the limit is that of all threads
    /// together.
    var threads: Int { max(1, min(ownerThreads, connectionsPerHost)) }

    /// The most exchanges at a time with one host on one owner thread.
    var connectionsPerHostAndThread: Int { max(1, connectionsPerHost / threads) }

    private var connectionsPerHost: Int { settings.maxConnectionsPerHost ?? Self.defaultConnectionsPerHost }
}
