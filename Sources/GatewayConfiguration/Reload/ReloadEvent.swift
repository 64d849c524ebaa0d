public import NotificationGateway

/// What became of a look at the configuration.
public enum ReloadEvent: Sendable, Hashable {
    /// The new configuration is in force for every send that begins from now on.
    case reloaded(Reloaded)
    /// The file says what the configuration in force says.
    case unchanged
    /// The file has errors, each with its place; the configuration that was in force stays.
    case refused([Diagnostic])
    /// These providers are in no configuration any more, the last send that used them has ended, and they are shut down.
    case shutDown([ProviderName])
}

extension ReloadEvent {
    /// Counts what came of a look at the file.
    func count() {
        switch self {
        case .reloaded: Metric.reloads.count("applied")
        case .unchanged: Metric.reloads.count("unchanged")
        case .refused: Metric.reloads.count("refused")
        case .shutDown: break
        }
    }
}

/// What a new configuration did to the providers; each in the order of its file.
public struct Reloaded: Sendable, Hashable {
    /// Providers that go on with their connections, rate limits, health and speed, since nothing about them has changed.
    public var carriedOver: [ProviderName]
    /// Providers that were made for the new configuration, under a new name or with new options.
    public var made: [ProviderName]
    /// Names that the new configuration no longer has.
    public var removed: [ProviderName]
    /// Whether `server:` says something else than at the start, which counts from the next start on.
    public var serverChanged = false
    /// Warnings about the new file.
    public var warnings: [Diagnostic]

    /// Describes a reload.
    public init(
        carriedOver: [ProviderName] = [], made: [ProviderName] = [], removed: [ProviderName] = [],
        warnings: [Diagnostic] = []
    ) {
        self.carriedOver = carriedOver
        self.made = made
        self.removed = removed
        self.warnings = warnings
    }
}

extension ReloadEvent: CustomStringConvertible {
    /// For logs: one line, or one for each diagnostic.
    public var description: String {
        switch self {
        case .reloaded(let reloaded):
            (["reloaded: \(reloaded.carriedOver.count) providers carried over"]
                + [("made", reloaded.made), ("removed", reloaded.removed)].filter { !$0.1.isEmpty }
                .map { "\($0.0) \(Self.list($0.1))" }
                + (reloaded.serverChanged ? ["what 'server' says now counts from the next start"] : []))
                .joined(separator: ", ")
        case .unchanged: "unchanged"
        case .refused(let diagnostics):
            "refused, the old configuration stays:\n" + diagnostics.map(\.description).joined(separator: "\n")
        case .shutDown(let providers): "shut down \(Self.list(providers))"
        }
    }

    private static func list(_ names: [ProviderName]) -> String { names.map(\.rawValue).joined(separator: ", ") }
}
