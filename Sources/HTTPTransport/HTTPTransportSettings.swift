/// What a provider asks of its transport; a transport is made for each provider, so that one vendor's troubles stay its
/// own.
public struct HTTPTransportSettings: Sendable, Hashable {
    /// Time for name resolution, connecting and TLS together. Five seconds by default, as in the vendors' SDKs.
    public var connectTimeout: Duration
    /// Time for a whole exchange. Ten seconds by default, as in the vendors' SDKs.
    public var requestTimeout: Duration
    /// Most connections to one host at a time; `nil` leaves the transport's own choice.
    public var maxConnectionsPerHost: Int?
    /// Most bytes of an answer after content decoding; a longer one is cut off.
    public var maxResponseBytes: Int
    /// A PEM file of certificate authorities instead of the system's.
    public var caFile: String?
    /// A proxy's URL; `nil` means none, whatever the environment says.
    public var proxy: String?
    /// Whether `http://` may go to hosts other than loopback.
    public var allowPlainHTTP: Bool

    /// Describes settings.
    public init(
        connectTimeout: Duration = .seconds(5), requestTimeout: Duration = .seconds(10),
        maxConnectionsPerHost: Int? = nil, maxResponseBytes: Int = 1 << 20, caFile: String? = nil,
        proxy: String? = nil, allowPlainHTTP: Bool = false
    ) {
        self.connectTimeout = connectTimeout
        self.requestTimeout = requestTimeout
        self.maxConnectionsPerHost = maxConnectionsPerHost
        self.maxResponseBytes = maxResponseBytes
        self.caFile = caFile
        self.proxy = proxy
        self.allowPlainHTTP = allowPlainHTTP
    }
}
