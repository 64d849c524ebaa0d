public import Logging
public import NotificationGateway
public import ServiceLifecycle

/// Serves one handler at `/` on a port of its own: for clients that know no path, such as a vendor's SDK.
///
/// Limits, time-outs and shutdown are those of ``GatewayServer``. The handler proves by itself who its callers are, so that any
/// address may be listened on.
public struct MountedListener: Service {
    private let listener: Listener
    private let onListening: @Sendable (Int) -> Void

    /// Makes a listener, which does nothing before it is run.
    ///
    /// - Parameters:
    ///   - handler: who answers; its prefix plays no part.
    ///   - onListening: hears the port.
    public init(
        _ handler: MountedHandler, options: ServerOptions, logger: Logger, clock: any GatewayClock = SystemClock(),
        onListening: @escaping @Sendable (Int) -> Void = { _ in }
    ) {
        let limits = RequestLimits(body: handler.maxBody, target: handler.maxTarget, fields: options.maxHeader)
        let site = ConnectionSite(
            options, clock: clock, longestTarget: limits.target, limits: { _ in limits },
            open: { [open = handler.open] head in
                var inner = head
                if inner.path.hasPrefix("/") { inner.path.removeFirst() }
                return open(inner)
            })
        listener = Listener(site: site, connections: Budget(options.maxConnections), clock: clock, logger: logger)
        self.onListening = onListening
    }

    /// Serves until the service group ends.
    ///
    /// - Throws: ``ServerStartError``.
    public func run() async throws { try await listener.run(onListening: onListening) }

    /// Reads the certificate again: see ``GatewayServer/reloadCertificate()``.
    ///
    /// - Throws: ``ServerStartError/certificate(_:)``.
    public func reloadCertificate() throws(ServerStartError) { try listener.certificate?.read() }
}
