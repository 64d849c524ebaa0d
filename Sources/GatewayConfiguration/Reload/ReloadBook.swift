import NotificationGateway

/// What is known of the file: what it said when it was put in force, and what it said last. Pure.
struct ReloadBook: Sendable {
    private(set) var inForce: LoadedConfiguration
    private var lastSeen: ContentDigest

    init(inForce: LoadedConfiguration) {
        self.inForce = inForce
        lastSeen = inForce.digest
    }

    /// Whether the file says something else than at the last look.
    mutating func isNew(_ loaded: LoadedConfiguration) -> Bool {
        defer { lastSeen = loaded.digest }
        return loaded.digest != lastSeen
    }

    /// Puts a configuration in force, and says what that does to the providers.
    mutating func accept(_ loaded: LoadedConfiguration, _ settings: GatewaySettings) -> Reloaded {
        let former = inForce.providers
        inForce = loaded
        inForce.made = []
        let names = settings.providers.map(\.name)
        let isCarriedOver = { (name: ProviderName) in
            loaded.providers[name].map { $0.fingerprint == former[name]?.fingerprint } ?? false
        }
        return Reloaded(
            carriedOver: names.filter(isCarriedOver), made: names.filter { !isCarriedOver($0) },
            removed: former.keys.filter { loaded.providers[$0] == nil }.sorted(), warnings: loaded.diagnostics)
    }

    /// The gateway that a configuration describes.
    ///
    /// - Throws: ``InvalidConfiguration`` when it has any error.
    static func gateway(
        of loaded: LoadedConfiguration, path: String, following previous: Gateway?, _ make: ReloadableGateway.Make
    ) throws(InvalidConfiguration) -> (GatewaySettings, Gateway) {
        guard let settings = loaded.settings else { throw InvalidConfiguration(diagnostics: loaded.diagnostics) }
        do throws(InvalidSettings) { return (settings, try make(settings, previous)) } catch {
            // The file's own check finds all of these, and with their places; this is for what it may come to miss.
            let faults = error.faults.map {
                Diagnostic(file: path, line: 1, column: 1, severity: .error, text: $0)
            }
            throw InvalidConfiguration(diagnostics: loaded.diagnostics + faults)
        }
    }
}
