import Dispatch
import Foundation
import GatewayConfiguration
import GatewayServer
import Logging
import NotificationGateway
import ServiceLifecycle
import Synchronization

/// Something that is started, runs by itself, and is stopped with the group.
struct Running: Service {
    private let body: @Sendable () async -> Void
    private let stop: @Sendable () async -> Void

    init(start: @escaping @Sendable () async -> Void, stop: @escaping @Sendable () async -> Void) {
        (body, self.stop) = (
            {
                await start()
                try? await gracefulShutdown()
            }, stop
        )
    }

    /// Something that runs until its task is cancelled.
    init(until body: @escaping @Sendable () async -> Void) {
        (self.body, stop) = ({ await cancelWhenGracefulShutdown { await body() } }, {})
    }

    func run() async throws {
        await body()
        await stop()
    }
}

/// Services that end at the same time, not one after the other.
struct Together: Service {
    let services: [any Service]

    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for service in services { group.addTask { try await service.run() } }
            for try await _ in group {}
        }
    }
}

/// Puts new configurations in force, on SIGHUP and on changes of the file; SIGHUP reads the keys and the certificate again too.
struct ConfigurationWatch: Service {
    let gateway: ReloadableGateway
    let path: String
    let keys: KeyBook
    let logger: Logger
    let supervisor: ServiceSupervisor
    /// Called when a new configuration is in force.
    let onReload: @Sendable () -> Void
    /// Called on SIGHUP.
    let reloadCertificates: @Sendable () throws(ServerStartError) -> Void

    func run() async throws {
        let hangUp = DispatchSource.makeSignalSource(signal: SIGHUP, queue: .global())
        hangUp.setEventHandler {
            supervisor.reloads {
                gateway.reload()
                keys.reload()
                do throws(ServerStartError) { try reloadCertificates() } catch {
                    logger.error("The certificate stays the former one", metadata: ["error": "\(error)"])
                }
            }
        }
        hangUp.resume()
        defer { hangUp.cancel() }
        let events = gateway.events()
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { for await event in events { tell(event) } }
                group.addTask {
                    do throws(Unwatchable) { await gateway.watch(try FileChange.signs(of: path)) } catch {
                        logger.warning(
                            "The configuration is not watched; send SIGHUP after a change",
                            metadata: ["error": "\(error)"])
                    }
                }
            }
        }
    }

    private func tell(_ event: ReloadEvent) {
        if case .reloaded = event { onReload() }
        switch event {
        case .refused: logger.error("Configuration \(event)")
        case .reloaded, .unchanged, .shutDown: logger.notice("Configuration \(event)")
        }
    }
}

/// The end of a shutdown, the same for all that ends in it.
final class ShutdownDeadline: Sendable {
    private let grace: Duration
    private let end = Mutex<MonotonicTime?>(nil)

    init(_ grace: Duration) { self.grace = grace }

    /// The time counts from now, unless it does already.
    func begin() { end.withLock { $0 = $0 ?? .now + grace } }

    /// What is left of it.
    var left: Duration {
        begin()
        return end.withLock { max(.zero, ($0 ?? .now) - .now) }
    }
}
