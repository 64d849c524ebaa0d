import Foundation
public import Logging
public import NotificationGateway

/// What a configuration file says, and every mistake in it.
public struct LoadedConfiguration: Sendable {
    /// What the file says; `nil` when there is any error.
    public var settings: GatewaySettings?
    /// What `server:` says; `nil` when there is none, or any error.
    public var server: ServerSettings?
    /// Errors and warnings in the order of the file.
    public var diagnostics: [Diagnostic]
    /// Of everything that was read.
    var digest = ContentDigest()
    /// The providers that go on where the next configuration leaves them as they are.
    var providers: [ProviderName: FormerProvider] = [:]
    /// Those that were made for this configuration: whoever does not use it has to shut them down.
    var made: [any MessageProvider] = []
}

/// A configuration with errors; lists every one, so that all can be mended in one pass.
public struct InvalidConfiguration: Error, Sendable, CustomStringConvertible {
    /// Errors and warnings in the order of the file.
    public var diagnostics: [Diagnostic]

    /// The diagnostics, a line each.
    public var description: String { diagnostics.map(\.description).joined(separator: "\n") }
}

/// Reads `providers.yaml` and checks it like code: all mistakes in one pass, before the first message.
public struct ConfigurationLoader: Sendable {
    /// Longer than tens of thousands of routes.
    static let mostBytes = 32 << 20

    private let kinds: [ProviderKind]
    private let environment: [String: String]
    private let clock: any GatewayClock
    private let random: any RandomSource
    private let logger: Logger

    /// Knows the kinds of provider that a file may name.
    ///
    /// - Parameters:
    ///   - kinds: the program's catalogue.
    ///   - environment: what `${env:NAME}` refers to; the process's own by default.
    ///   - clock: given to every provider.
    ///   - random: given to every provider.
    ///   - logger: given to every provider.
    public init(
        kinds: [ProviderKind], environment: [String: String]? = nil, clock: any GatewayClock = SystemClock(),
        random: any RandomSource = SystemRandom(), logger: Logger = Logger(label: "notify")
    ) {
        self.kinds = kinds
        self.environment = environment ?? ProcessInfo.processInfo.environment
        self.clock = clock
        self.random = random
        self.logger = logger
    }

    /// Reads a file. Relative paths in it count from its folder.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - mode: overrides the file's own `mode`; decides whether missing secrets are errors.
    ///   - withoutSecrets: whether values from outside may be missing in live mode too: for those who explain and never
    ///     send, on a machine that has no secrets.
    ///   - serves: whether this is for a server, which needs the values from outside that `server:` names.
    ///   - previous: the configuration in force: its providers are taken over where nothing about them has changed.
    public func load(
        path: String, mode: GatewaySettings.Mode? = nil, withoutSecrets: Bool = false, serves: Bool = false,
        following previous: LoadedConfiguration? = nil
    ) -> LoadedConfiguration {
        switch FileText.read(path, most: Self.mostBytes) {
        case .success(let bytes):
            let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) }
            return load(
                bytes, named: path, folder: folder ?? "", mode: mode, withoutSecrets: withoutSecrets, serves: serves,
                former: previous?.providers ?? [:])
        case .failure(let fault):
            let report = DiagnosticReport(file: path)
            report.error(.start, "the configuration cannot be read: \(fault.message)")
            return LoadedConfiguration(settings: nil, diagnostics: report.sorted())
        }
    }

    /// Reads a text. Relative paths in it count from the current folder.
    ///
    /// - Parameters:
    ///   - text: the YAML.
    ///   - name: the file's name in diagnostics.
    ///   - mode: overrides the file's own `mode`.
    public func load(
        yaml text: String, named name: String = "providers.yaml", mode: GatewaySettings.Mode? = nil
    ) -> LoadedConfiguration {
        load(Array(text.utf8), named: name, folder: "", mode: mode, serves: true)
    }

    /// The settings of a file.
    ///
    /// - Throws: ``InvalidConfiguration`` when it has any error.
    public func settings(
        path: String, mode: GatewaySettings.Mode? = nil
    ) throws(InvalidConfiguration) -> GatewaySettings {
        let loaded = load(path: path, mode: mode)
        guard let settings = loaded.settings else { throw InvalidConfiguration(diagnostics: loaded.diagnostics) }
        return settings
    }

    private func load(
        _ bytes: [UInt8], named name: String, folder: String, mode: GatewaySettings.Mode?, withoutSecrets: Bool = false,
        serves: Bool, former: [ProviderName: FormerProvider] = [:]
    ) -> LoadedConfiguration {
        let report = DiagnosticReport(file: name)
        let record = ContentRecord()
        record.add(bytes)
        var reading: FileReader.Reading?
        do throws(YAMLFault) {
            let bytes = TextEncoding.withoutMark(bytes)
            try TextEncoding.check(bytes)
            if let root = try YAMLComposer.compose(bytes, report: report), !root.isNull {
                let sources = ValueSources(
                    environment: environment, folder: folder, toleratesMissing: withoutSecrets || mode == .dryRun,
                    record: record)
                reading = FileReader(
                    kinds: kinds, report: report, sources: sources, context: context, former: former
                ).read(root, mode: mode, serves: serves)
            } else {
                report.error(.start, "the file is empty; expected at least the keys 'providers' and 'routes'")
            }
        } catch {
            report.error(error.place, error.message)
        }
        var loaded = LoadedConfiguration(
            settings: report.hasErrors ? nil : reading?.settings, server: report.hasErrors ? nil : reading?.server,
            diagnostics: report.sorted(), digest: record.digest)
        for provider in reading?.providers ?? [] { loaded.take(provider) }
        return loaded
    }

    private func context(_ name: ProviderName) -> ProviderContext {
        ProviderContext(name: name, clock: clock, random: random, logger: logger)
    }
}

extension LoadedConfiguration {
    fileprivate mutating func take(_ read: ReadProvider) {
        guard let configured = read.configured, let fingerprint = read.fingerprint else { return }
        providers[read.name] = FormerProvider(configured: configured, fingerprint: fingerprint)
        if !read.isCarriedOver { made.append(configured.provider) }
    }
}

extension ConfigurationLoader: MaskedDescription {
    /// The kinds that it knows; the environment holds secrets.
    public var description: String { "ConfigurationLoader(\(kinds.map(\.type).joined(separator: ",")))" }
}
