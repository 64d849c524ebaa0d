import HTTPProviderSupport

/// How a server listens, and what it puts up with.
public struct ServerOptions: Sendable, Hashable {
    /// Where a server's certificate lies.
    public struct TLS: Sendable, Hashable {
        /// The certificate and those up to its root, as PEM.
        public var certificatePath: String
        /// Its key, as PEM.
        public var keyPath: String

        /// Describes a certificate.
        public init(certificatePath: String, keyPath: String) {
            self.certificatePath = certificatePath
            self.keyPath = keyPath
        }
    }

    /// The address to listen on: this machine alone unless told otherwise.
    public var host = "127.0.0.1"
    /// The port; 0 takes any that is free.
    public var port = 8080
    /// TLS 1.2 or newer in place of bare HTTP.
    public var tls: TLS?
    /// The most bytes of a request's body.
    public var maxBody = 1 << 20
    /// The most bytes of all requests' bodies together, of those that are read or answered; one more is answered 503.
    public var maxBodies = 64 << 20
    /// The most bytes of a request's path and query.
    public var maxTarget = 8 << 10
    /// The most bytes of a request's header fields.
    public var maxHeader = 16 << 10
    /// The most connections at a time; one more is answered 503 and closed.
    public var maxConnections = 16_384
    /// The time for a request's head: from its first byte, or from the opening of the connection.
    public var headerTimeout: Duration = .seconds(10)
    /// The time for a request's body, from the end of its head.
    public var bodyTimeout: Duration = .seconds(30)
    /// How long a connection stays open between two requests.
    public var idleTimeout: Duration = .seconds(75)
    /// The time for an answer's way to its reader.
    public var answerTimeout: Duration = .seconds(30)
    /// The longest `?wait=`.
    public var longestWait: Duration = .seconds(60)
    /// The time between two looks at a message that somebody waits for, of which no news come.
    public var waitPause: Duration = .seconds(1)
    /// How long running requests may take once the server is told to end.
    public var shutdownGrace: Duration = .seconds(10)

    /// The defaults.
    public init() {}

    /// Whether only this machine can reach the address.
    public var isLoopback: Bool { HTTPEndpoint.isLoopback(host) }

    /// Whether a value of `Host` names this machine to itself.
    static func isLoopback(hostHeader value: String) -> Bool {
        if value.hasPrefix("[") { return HTTPEndpoint.isLoopback(value.dropFirst().prefix { $0 != "]" }) }
        return HTTPEndpoint.isLoopback(value.prefix { $0 != ":" }.lowercased())
    }
}

/// Why a server does not start.
public enum ServerStartError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The address can be reached from other machines, and there is no key that a caller could have.
    case needsKeys(host: String)
    /// The address cannot be listened on; says why.
    case cannotListen(host: String, port: Int, why: String)
    /// The certificate or its key cannot be used; says why.
    case certificate(String)

    /// What is wrong, and what to do.
    public var description: String {
        switch self {
        case .needsKeys(let host):
            "\(host) can be reached from other machines, and there is no API key: anybody could send. Make a key with "
                + "'notify keys create', or listen on 127.0.0.1"
        case .cannotListen(let host, let port, let why): "\(host) port \(port) cannot be listened on: \(why)"
        case .certificate(let why): "the certificate or its key cannot be used: \(why)"
        }
    }
}
