import GatewayTestKit
import Logging
import NotificationGateway
import Synchronization
import Testing

@Suite("A dry run")
struct DryRunTests {
    @Test("asks no provider and shows what would be sent")
    func dryRun() async throws {
        let fixture = try GatewayFixture([RecordingProvider()], mode: .dryRun)
        let delivery = await fixture.send()
        #expect(delivery.outcome == .dryRun)
        #expect(delivery.attempts.isEmpty && fixture.providers[0].requests.isEmpty)
        #expect(delivery.previews.map(\.preview.destination) == ["record"])
    }

    @Test("shows a request of its own for each code")
    func codes() async throws {
        let fixture = try GatewayFixture([RecordingProvider()], mode: .dryRun)
        let delivery = await fixture.send(["13800138000", "13800138001", "+4915123456789"])
        #expect(delivery.previews.map(\.recipients) == [1, 1, 1])
        #expect(delivery.previews.map(\.number) == [1, 2, 3])
        #expect(delivery.previews.map(\.reference) == ["m1-1", "m1-2", "m1-3"])
        #expect(delivery.previews.map(\.preview.fields.first?.value) == ["m1-1", "m1-2", "m1-3"])
    }

    @Test("shows every request of a large batch, as large as the provider takes")
    func chunks() async throws {
        let fixture = try GatewayFixture([RecordingProvider()], category: .marketing, mode: .dryRun)
        let delivery = await fixture.send((0..<2_500).map { Address.text("138\(10_000_000 + $0)") })
        #expect(delivery.previews.map(\.recipients) == [1_000, 1_000, 500])
        #expect(delivery.previews.map(\.reference) == ["m1-1", "m1-2", "m1-3"])
    }

    @Test("shows ten thousand codes, each once")
    func manyCodes() async throws {
        let fixture = try GatewayFixture([RecordingProvider()], mode: .dryRun)
        let delivery = await fixture.send((0..<10_000).map { Address.text("138\(10_000_000 + $0)") })
        #expect(delivery.outcome == .dryRun)
        #expect(Set(delivery.previews.map(\.reference)).count == 10_000)
    }

    @Test(
        "records exactly what a live send hands over",
        arguments: [NotificationGateway.Category.verification, .marketing], [Reason.invalidRecipient, .unsupported])
    func sameAsLive(_ category: NotificationGateway.Category, _ reason: Reason) async throws {
        let numbers = (0..<100).map { Address.text("138\(10_000_000 + $0)") }
        let bad: Set = ["+8613810000007", "+8613810000060"]
        let (live, dry) = (Handed(), Handed())
        let sent = try await Self.gateway(.live, category, bad, reason, live).send(Self.message(numbers))
        let shown = try await Self.gateway(.dryRun, category, bad, reason, dry).send(Self.message(numbers))
        #expect(shown.previews.map { "\($0.provider) \($0.recipients)" }.sorted() == live.requests.sorted())
        #expect(dry.requests.isEmpty)
        for (one, other) in zip(sent.recipients, shown.recipients) {
            #expect(one.provider == other.provider && one.error == other.error)
            #expect((one.outcome == .accepted) == (other.outcome == .dryRun))
        }
    }

    @Test("logs each request under its own reference")
    func log() async throws {
        let lines = LogLines()
        let fixture = try GatewayFixture([RecordingProvider()], mode: .dryRun, logger: lines.logger)
        _ = await fixture.send(["13800138000", "13800138001"])
        #expect(lines.all.map { $0["notify.reference"] } == ["m1-1", "m1-2"])
        #expect(lines.all.map { $0["notify.recipients"] } == ["1", "1"])
    }

    private static func message(_ numbers: [Address]) -> Message {
        Message(id: "m1", to: numbers, template: "news")
    }

    private static func gateway(
        _ mode: GatewaySettings.Mode, _ category: NotificationGateway.Category, _ bad: Set<String>, _ reason: Reason,
        _ handed: Handed
    ) throws -> Gateway {
        try Gateway(
            GatewaySettings(
                mode: mode, defaultCountry: "CN",
                providers: [
                    GatewaySettings.ConfiguredProvider(
                        name: "p1",
                        provider: ChoosyProvider(name: "p1", refused: bad, reason: reason, most: 30, handed: handed)),
                    GatewaySettings.ConfiguredProvider(
                        name: "p2",
                        provider: ChoosyProvider(name: "p2", refused: [], reason: reason, most: 8, handed: handed)),
                ],
                templates: [
                    Template(
                        name: "news", category: category, texts: [LocalText(locale: nil, text: try TextTemplate("hi"))])
                ],
                routes: [Route(name: "all", candidates: [Route.Candidate("p1"), Route.Candidate("p2")])]),
            clock: ManualClock(mode: .automatic), random: SeededRandom())
    }
}

/// Whom and how many were handed over.
private final class Handed: Sendable {
    private let state = Mutex<[String]>([])

    var requests: [String] { state.withLock { $0 } }

    func add(_ request: String) { state.withLock { $0.append(request) } }
}

/// A provider that refuses some recipients before any I/O, in a preview as in a send.
private struct ChoosyProvider: MessageProvider {
    let name: String
    let refused: Set<String>
    let reason: Reason
    let capabilities: Capabilities
    let statusLookup: (any StatusLookup)? = nil
    let receiptReader: (any ReceiptReader)? = nil
    private let handed: Handed

    init(name: String, refused: Set<String>, reason: Reason, most: Int, handed: Handed) {
        self.name = name
        self.refused = refused
        self.reason = reason
        self.handed = handed
        capabilities = Capabilities(channels: [.sms], content: [.text], maxRecipients: most)
    }

    func send(_ request: ProviderRequest) async throws(ProviderError) -> ProviderReceipt {
        _ = try preview(request)
        handed.add("\(name) \(request.recipients.count)")
        return ProviderReceipt()
    }

    func preview(_ request: ProviderRequest) throws(ProviderError) -> RequestPreview {
        if request.recipients.contains(where: { refused.contains($0.address) }) {
            throw ProviderError(reason, .rejected, message: "not for this number")
        }
        return RequestPreview(destination: name, fields: [])
    }

    func shutdown() async {}
}

/// The metadata of every line that is logged.
private final class LogLines: Sendable {
    private let state = Mutex<[[String: String]]>([])

    var all: [[String: String]] { state.withLock { $0 } }

    var logger: Logger { Logger(label: "test") { _ in Handler(lines: self) } }

    private struct Handler: LogHandler {
        let lines: LogLines
        var logLevel = Logger.Level.info
        var metadata: Logger.Metadata = [:]

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let metadata = (event.metadata ?? [:]).mapValues(\.description)
            lines.state.withLock { $0.append(metadata) }
        }
    }
}
