import Foundation
import GatewayConfiguration
import GatewayTestKit
import NotificationGateway
import ProcessSupport
import Synchronization

/// A gateway that follows a file, over providers that record what happens to them.
final class ReloadBench: Sendable {
    struct Made: Sendable {
        var name: ProviderName
        var provider: RecordingProvider
    }

    let folder: TemporaryFolder
    let clock: ManualClock
    private let made = Mutex<[Made]>([])
    private let script: @Sendable (ProviderRequest, Int) async -> RecordingProvider.Step

    init(
        clock: ManualClock = ManualClock(mode: .automatic),
        script: @escaping @Sendable (ProviderRequest, Int) async -> RecordingProvider.Step = { _, _ in .accept }
    ) throws {
        folder = try TemporaryFolder()
        self.clock = clock
        self.script = script
    }

    var path: String { folder.file("providers.yaml") }

    /// Every provider that was made, in order.
    var all: [Made] { made.withLock { $0 } }

    /// The last that was made under a name.
    func provider(_ name: ProviderName) -> RecordingProvider? { all.last { $0.name == name }?.provider }

    func write(_ text: String, to name: String = "providers.yaml") throws {
        try folder.write(text, to: name)
    }

    private var kind: ProviderKind {
        ProviderKind(
            type: "recording", summary: "", capabilities: RecordingProvider.everything,
            options: OptionSchema([
                OptionField("label", .string, help: ""), OptionField("token", .secret, help: ""),
            ])
        ) { [self] _, context in
            let provider = RecordingProvider(respond: script)
            made.withLock { $0.append(Made(name: context.name, provider: provider)) }
            return provider
        }
    }

    func gateway(_ yaml: String) throws -> ReloadableGateway {
        try write(yaml)
        return try gateway()
    }

    func gateway() throws -> ReloadableGateway {
        let loader = ConfigurationLoader(kinds: [kind], environment: [:], clock: clock)
        return try ReloadableGateway(path: path, loader: loader, clock: clock) {
            [clock] settings, previous throws(InvalidSettings) in
            try Gateway(settings, following: previous, clock: clock, random: SeededRandom())
        }
    }

    /// Providers by name, with what follows `type:`, and a route through the first.
    static func yaml(_ providers: KeyValuePairs<String, String>) -> String {
        "providers:\n"
            + providers.map { "  \($0.key): { type: recording\($0.value.isEmpty ? "" : ", ")\($0.value) }\n" }.joined()
            + "routes: [{ providers: \(providers.first?.key ?? "none"), retries: 0 }]\n"
    }

    static let message = Message(to: ["+8613800138000"], content: .text("shipped"))
}

extension AsyncStream<ReloadEvent> {
    /// The next event of one that waits for no other.
    func next() async -> ReloadEvent? {
        for await event in self { return event }
        return nil
    }
}
