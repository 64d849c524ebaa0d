import GatewayTestKit
import NotificationGateway
import ProcessSupport
import Testing

@testable import GatewayOutbox

@Suite("A poller of receipts")
struct ReceiptPollerTests {
    private static let ages: [Duration] = [.seconds(60), .seconds(600)]

    /// A store with messages that a vendor took, and a poller that began when they were submitted.
    private struct Fixture {
        let clock = ManualClock(mode: .automatic)
        let store: any OutboxStore
        let folder: TemporaryFolder
        let lookup: ScriptedLookup
        let poller: ReceiptPoller

        init(
            _ kind: StoreKind, _ steps: [ScriptedLookup.Step] = [.nothing],
            options: ReceiptPoller.Options = ReceiptPoller.Options(ages: ages, pause: .zero, catchUp: .zero),
            asks: Bool = true
        ) throws {
            let made = try kind.make()
            (store, folder, lookup) = (made.store, made.folder, ScriptedLookup(steps))
            poller = ReceiptPoller(store: store, options: options, clock: clock) { [lookup] name in
                asks && name == "p" ? lookup : nil
            }
        }

        func accept(_ id: String, to recipients: [String] = ["+8613800138000"]) async throws {
            let now = clock.wallTime
            let submission = Submission.sample(id, to: recipients.map { Address.text($0) })
            _ = try await store.submit(submission, now: now)
            _ = try await store.take(.due, for: Lease(owner: "o", end: now + .seconds(30)), limit: 1, now: now)
            try await store.change(
                MessageID(rawValue: id),
                by: EntryChange(.accepted, now: now, owner: "o", result: .accepted(recipients, "biz")))
        }

        func pass(_ time: Duration) async throws { try await clock.sleep(until: clock.now + time) }
    }

    private static func record(_ reference: String, _ state: StatusRecord.State) -> ScriptedLookup.Step {
        .records([StatusRecord(state: state, reference: reference, vendorCode: "DELIVERED", explanation: "received")])
    }

    @Test("asks about a message when it has come to an age, and writes down the answer", arguments: StoreKind.allCases)
    func delivered(_ kind: StoreKind) async throws {
        let fixture = try Fixture(kind, [Self.record("a-1", .delivered)])
        try await fixture.accept("a")
        try await fixture.pass(.seconds(59))
        #expect(await fixture.poller.round() == 0)
        try await fixture.pass(.seconds(1))
        #expect(await fixture.poller.round() == 1)
        let query = try #require(fixture.lookup.queries.first)
        #expect(query.reference == "a" && query.recipient?.address == "+8613800138000")
        let entry = try await fixture.store.entry("a")
        #expect(entry?.state == .delivered)
        #expect(entry?.result?.recipients.first?.receipt?.explanation == "received")
        try await fixture.pass(.seconds(600))
        #expect(await fixture.poller.round() == 0)
    }

    @Test("asks again at the next age about what is still on its way", arguments: StoreKind.allCases)
    func pending(_ kind: StoreKind) async throws {
        let fixture = try Fixture(kind, [Self.record("a-1", .pending), Self.record("a-1", .failed)])
        try await fixture.accept("a")
        try await fixture.pass(.seconds(60))
        #expect(await fixture.poller.round() == 1)
        #expect(await fixture.poller.round() == 0)
        #expect(try await fixture.store.entry("a")?.state == .accepted)
        try await fixture.pass(.seconds(540))
        #expect(await fixture.poller.round() == 1)
        #expect(try await fixture.store.entry("a")?.state == .undelivered)
    }

    @Test("takes no other message's record for this one's", arguments: StoreKind.allCases)
    func foreign(_ kind: StoreKind) async throws {
        let fixture = try Fixture(kind, [Self.record("a-1-1", .delivered)])
        try await fixture.accept("a")
        try await fixture.pass(.seconds(60))
        #expect(await fixture.poller.round() == 1)
        #expect(try await fixture.store.entry("a")?.state == .accepted)
    }

    @Test("asks once for each recipient, and each once an age", arguments: StoreKind.allCases)
    func recipients(_ kind: StoreKind) async throws {
        let fixture = try Fixture(kind)
        try await fixture.accept("a", to: ["+8613800138000", "+8613800138001"])
        for number in 0..<205 { try await fixture.accept("b\(number)") }
        try await fixture.pass(.seconds(60))
        #expect(await fixture.poller.round() == 207)
        #expect(await fixture.poller.round() == 0)
        let asked = Set(fixture.lookup.queries.map { "\($0.reference ?? "") \($0.recipient?.address ?? "")" })
        #expect(asked.count == 207)
    }

    @Test("asks nobody who cannot be asked or need not be")
    func unaskable() async throws {
        let fixture = try Fixture(.memory, asks: false)
        try await fixture.accept("a")
        try await fixture.pass(.seconds(60))
        #expect(await fixture.poller.round() == 0)
        #expect(fixture.lookup.queries.isEmpty)
    }

    @Test("goes on with the others when a vendor gives no answer")
    func failure() async throws {
        let error = ProviderError(.unreachable, .rejected, message: "no answer")
        let fixture = try Fixture(.memory, [.fail(error), Self.record("b-1", .delivered)])
        try await fixture.accept("a")
        try await fixture.accept("b")
        try await fixture.pass(.seconds(60))
        #expect(await fixture.poller.round() == 2)
        #expect(try await fixture.store.entry("b")?.state == .delivered)
    }

    @Test("keeps its pause between two questions")
    func pause() async throws {
        let options = ReceiptPoller.Options(ages: Self.ages, pause: .milliseconds(250), catchUp: .zero)
        let fixture = try Fixture(.memory, options: options)
        for name in ["a", "b", "c"] { try await fixture.accept(name) }
        try await fixture.pass(.seconds(60))
        let start = fixture.clock.now
        #expect(await fixture.poller.round() == 3)
        #expect(fixture.clock.now - start == .milliseconds(750))
    }

    @Test("that begins anew asks about what came to its last age meanwhile", arguments: StoreKind.allCases)
    func catchUp(_ kind: StoreKind) async throws {
        let fixture = try Fixture(kind, [Self.record("a-1", .delivered)])
        try await fixture.accept("a")
        try await fixture.pass(.seconds(3_600))
        let options = ReceiptPoller.Options(ages: Self.ages, pause: .zero, catchUp: .seconds(7_200))
        let poller = ReceiptPoller(store: fixture.store, options: options, clock: fixture.clock) { _ in fixture.lookup }
        #expect(await poller.round() == 1)
        #expect(try await fixture.store.entry("a")?.state == .delivered)
    }
}
