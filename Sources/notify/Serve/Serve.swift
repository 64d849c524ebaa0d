import ArgumentParser
import Foundation
import GatewayConfiguration
import GatewayServer
import Logging
import Metrics
import NotificationGateway
import ServiceLifecycle

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve the gateway over HTTP, with an outbox on disk, until interrupted.",
        discussion: """
            What it serves and where stands under 'server' in the configuration; docs/serving.md tells how to run it.
            SIGHUP, or a change of the file, puts a new configuration in force. SIGTERM and SIGINT end it: it takes nothing
            more, gives what is under way its time, and leaves the rest in the outbox.
            Exit status: 0 ended as told, 1 could not start or go on, 2 wrong call or configuration.
            """)

    @Option(name: .long, help: "The port, instead of the configuration's; 0 takes a free one.")
    var port: Int?

    @Option(name: .long, help: "The outbox's file, instead of the configuration's.")
    var outbox: String?

    @Option(
        name: .customLong("log-level"), help: "trace, debug, info, notice, warning, error or critical.",
        transform: Arguments.word)
    var logLevel: Logger.Level = .info

    @OptionGroup var mode: ModeOptions
    @OptionGroup var configuration: ConfigurationOptions

    func validate() throws {
        if let port, !(0...65_535).contains(port) { throw ValidationError("--port takes a number from 0 to 65535") }
    }

    func run() async throws {
        // Until its source is there, a signal that asks for a reload would end the process.
        signal(SIGHUP) { _ in }
        let metrics = PrometheusMetrics()
        MetricsSystem.bootstrap(metrics)
        let logger = logger
        let gateway = try gateway(logger)
        var settings = gateway.server ?? configuration.standardServer(gateway.settings)
        if let port { settings.listen.port = port }
        if let outbox { settings.outbox = outbox }
        let assembly: ServerAssembly
        do {
            assembly = try ServerAssembly(
                settings, gateway: gateway, path: configuration.config, metrics: metrics, logger: logger)
        } catch {
            await gateway.shutdown()
            throw CommandFailure(.failed, Self.words(error))
        }
        do { try await assembly.run() } catch { throw CommandFailure(.failed, Self.words(error)) }
    }

    private var logger: Logger {
        var logger = Logger(label: "notify") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = configuration.verbose ? min(.debug, logLevel) : logLevel
        return logger
    }

    private func gateway(_ logger: Logger) throws -> ReloadableGateway {
        let loader = ConfigurationLoader(kinds: Catalogue.kinds, logger: logger)
        let mode = try mode.mode()
        do throws(InvalidConfiguration) {
            return try ReloadableGateway(
                path: configuration.config, loader: loader, mode: mode, serves: true
            ) { (settings, previous) throws(InvalidSettings) in
                // Ids and what became of them are on disk: to keep them in memory too would cost a kilobyte or two each.
                var settings = settings
                settings.repeatWindow = .zero
                return try Gateway(settings, following: previous, logger: logger)
            }
        } catch {
            throw configuration.failure(error.diagnostics)
        }
    }

    private static func words(_ error: any Error) -> String {
        (error as? CommandFailure)?.message ?? "the server ended: \(error)"
    }
}
