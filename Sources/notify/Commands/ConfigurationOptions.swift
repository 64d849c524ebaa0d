import ArgumentParser
import Foundation
import GatewayConfiguration
import Logging
import NotificationGateway

/// Which configuration is in force.
struct ConfigurationOptions: ParsableArguments {
    @Option(name: .long, help: "The configuration file.")
    var config = ProcessInfo.processInfo.environment["NOTIFY_CONFIG"] ?? "providers.yaml"

    @Flag(name: .long, help: "Log to standard error.")
    var verbose = false

    var logger: Logger {
        var logger = Logger(label: "notify") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = verbose ? .debug : .critical
        return logger
    }

    func loader() -> ConfigurationLoader {
        ConfigurationLoader(kinds: Catalogue.kinds, logger: logger)
    }

    /// What the configuration says, right or wrong.
    func load(
        mode: GatewaySettings.Mode?, withoutSecrets: Bool = false, serves: Bool = false
    ) throws -> LoadedConfiguration {
        guard !config.isEmpty else {
            throw CommandFailure(
                .usage, "the configuration's name is empty; give --config a file, and NOTIFY_CONFIG one or nothing")
        }
        return loader().load(path: config, mode: mode, withoutSecrets: withoutSecrets, serves: serves)
    }

    /// The settings, or exit status 2 with every mistake on standard error.
    func settings(mode: GatewaySettings.Mode? = nil, withoutSecrets: Bool = false) throws -> GatewaySettings {
        let loaded = try load(mode: mode, withoutSecrets: withoutSecrets)
        guard let settings = loaded.settings else { throw failure(loaded.diagnostics) }
        if verbose { for diagnostic in loaded.diagnostics { Console.error(diagnostic.description) } }
        return settings
    }

    /// The failure of a configuration with errors, which go to standard error.
    func failure(_ diagnostics: [Diagnostic]) -> CommandFailure {
        for diagnostic in diagnostics where diagnostic.severity == .error || verbose {
            Console.error(diagnostic.description)
        }
        let count = diagnostics.count { $0.severity == .error }
        return CommandFailure(
            .usage, "the configuration \(config) has \("error".counted(count))", diagnostics: diagnostics)
    }

    /// What the configuration says of the server, without the values from outside that only serving needs.
    func server() throws -> ServerSettings {
        let loaded = try load(mode: .dryRun, withoutSecrets: true)
        guard let settings = loaded.settings else { throw failure(loaded.diagnostics) }
        return loaded.server ?? standardServer(settings)
    }

    /// A server of which the configuration says nothing: the outbox lies beside it.
    func standardServer(_ settings: GatewaySettings) -> ServerSettings {
        let folder = config.lastIndex(of: "/").map { config[...$0] } ?? ""
        return ServerSettings(outbox: "\(folder)outbox.sqlite", providers: settings.providers)
    }

    func gateway(_ settings: GatewaySettings) throws -> Gateway {
        do { return try Gateway(settings, logger: logger) } catch {
            throw CommandFailure(.usage, error.description)
        }
    }
}

/// Whether messages leave the machine: the flags, then `NOTIFY_MODE`, then the file decide.
struct ModeOptions: ParsableArguments {
    @Flag(name: .customLong("dry-run"), help: "Make everything but the network: show what would be sent.")
    var dryRun = false

    @Flag(name: .long, help: "Send, even where the configuration says mode: dry-run.")
    var live = false

    func validate() throws {
        if dryRun, live { throw ValidationError("--dry-run and --live contradict each other; give one of them") }
    }

    func mode() throws -> GatewaySettings.Mode? {
        if dryRun { return .dryRun }
        if live { return .live }
        guard let name = ProcessInfo.processInfo.environment["NOTIFY_MODE"], !name.isEmpty else { return nil }
        guard let mode = GatewaySettings.Mode(rawValue: name) else {
            throw CommandFailure(.usage, "NOTIFY_MODE is neither live nor dry-run")
        }
        return mode
    }
}
