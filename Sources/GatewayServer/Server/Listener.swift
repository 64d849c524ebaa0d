import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import NotificationGateway
import ServiceLifecycle

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Listens on one port, and ends in good order.
struct Listener: Sendable {
    let site: ConnectionSite
    let connections: Budget
    let clock: any GatewayClock
    let logger: Logger
    /// `nil` for bare HTTP.
    let certificate: ServerCertificate?

    init(site: ConnectionSite, connections: Budget, clock: any GatewayClock, logger: Logger) {
        (self.site, self.connections, self.clock, self.logger) = (site, connections, clock, logger)
        certificate = site.options.tls.map(ServerCertificate.init)
    }

    /// Serves until the service group ends or the task is cancelled.
    ///
    /// - Throws: ``ServerStartError``.
    func run(onListening: @escaping @Sendable (Int) -> Void) async throws {
        let options = site.options
        Self.makeRoomForDescriptors(options.maxConnections)
        let configuration = ServerConfiguration(address: .hostname(options.host, port: options.port), backlog: 1_024)
        let channel = ConnectionChannel(site: site, connections: connections)
        let (group, quiet) = (
            MultiThreadedEventLoopGroup.singleton, Logger(label: "notify.server") { _ in SwiftLogNoOpLogHandler() }
        )
        let announce: @Sendable (any NIOCore.Channel) async -> Void = {
            onListening($0.localAddress?.port ?? options.port)
        }
        let server: any Service
        if let certificate {
            try certificate.read()
            server = SecureChannel(base: channel, certificate: certificate).server(
                configuration: configuration, onServerRunning: announce, eventLoopGroup: group, logger: quiet)
        } else {
            server = channel.server(
                configuration: configuration, onServerRunning: announce, eventLoopGroup: group, logger: quiet)
        }
        do { try await run(server) } catch let error as IOError {
            throw ServerStartError.cannotListen(
                host: options.host, port: options.port, why: String(cString: strerror(error.errnoCode)))
        } catch let error as SocketAddressError {
            throw ServerStartError.cannotListen(host: options.host, port: options.port, why: "\(error)")
        }
    }

    /// Gives running requests their time once the end is asked for, and ends them after it.
    private func run(_ server: any Service) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            group.addTask {
                try? await gracefulShutdown()
                // Who was cancelled waits for nothing.
                try? await clock.sleep(until: clock.now + site.options.shutdownGrace)
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    /// Raises this process' own limit of open files as far as it may: the usual one is below the connections allowed.
    private static func makeRoomForDescriptors(_ connections: Int) {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        let wanted = rlim_t(connections + 1_024)
        guard limit.rlim_cur < wanted, limit.rlim_cur < limit.rlim_max else { return }
        limit.rlim_cur = min(wanted, limit.rlim_max)
        _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
