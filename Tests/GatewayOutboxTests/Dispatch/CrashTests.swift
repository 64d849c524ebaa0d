import GatewayOutbox
import GatewayTestKit
import NotificationGateway
import ProcessSupport
import Testing

/// Somebody took an entry to send it and was killed: the lease ends, and nobody knows whether a request left.
@Suite("After a kill")
struct CrashTests {
    private static func record(_ reference: String) -> ScriptedLookup.Step {
        .records([StatusRecord(state: .pending, reference: reference)])
    }

    private static func fixture(_ kind: StoreKind, _ lookup: ScriptedLookup?) throws -> DispatcherFixture {
        try DispatcherFixture(kind, RecordingProvider(statusLookup: lookup))
    }

    @Test("what a vendor has is accepted and not sent again", arguments: StoreKind.allCases)
    func found(_ kind: StoreKind) async throws {
        let lookup = ScriptedLookup([Self.record("a-1")], settlingTime: .zero)
        let fixture = try Self.fixture(kind, lookup)
        try await fixture.abandon("a")
        await fixture.dispatcher.start()
        #expect(await fixture.store.next(.accepted)?.id == "a")
        #expect(fixture.provider.requests.isEmpty)
        let query = try #require(lookup.queries.first)
        #expect(query.reference == "a" && query.recipient?.address == "+8613800138000")
        await fixture.dispatcher.stop(within: .seconds(1))
    }

    @Test("what no vendor has is sent again", arguments: StoreKind.allCases)
    func absent(_ kind: StoreKind) async throws {
        let fixture = try Self.fixture(kind, ScriptedLookup([Self.record("a-1-1")], settlingTime: .zero))
        try await fixture.abandon("a")
        await fixture.dispatcher.start()
        #expect(await fixture.store.next(.queued)?.id == "a")
        #expect(await fixture.store.next(.accepted)?.tries == 2)
        #expect(fixture.provider.requests.count == 1)
        await fixture.dispatcher.stop(within: .seconds(1))
    }

    @Test("what nobody can be asked about is uncertain and not sent again", arguments: StoreKind.allCases)
    func unaskable(_ kind: StoreKind) async throws {
        let fixture = try Self.fixture(kind, nil)
        try await fixture.abandon("a")
        await fixture.dispatcher.start()
        #expect(await fixture.store.next(.uncertain)?.id == "a")
        #expect(fixture.provider.requests.isEmpty)
        await fixture.dispatcher.stop(within: .seconds(1))
    }

    @Test("a vendor whose records lag is asked again when they are settled", arguments: StoreKind.allCases)
    func unsettled(_ kind: StoreKind) async throws {
        let lookup = ScriptedLookup([.nothing, .nothing], settlingTime: .seconds(20))
        let fixture = try Self.fixture(kind, lookup)
        try await fixture.abandon("a")
        await fixture.dispatcher.start()
        for await lease in fixture.store.renewals {
            #expect(lease.end == fixture.clock.wallTime.advanced(by: 20))
            break
        }
        #expect(try await fixture.store.entry("a")?.state == .sending && lookup.queries.count == 1)
        fixture.clock.advance(by: .seconds(20))
        fixture.dispatcher.wake()
        #expect(await fixture.store.next(.accepted)?.id == "a")
        #expect(lookup.queries.count == 2 && fixture.provider.requests.count == 1)
        await fixture.dispatcher.stop(within: .seconds(1))
    }

    @Test("a code goes out again at once", arguments: StoreKind.allCases)
    func codes(_ kind: StoreKind) async throws {
        let fixture = try Self.fixture(kind, nil)
        try await fixture.abandon("a", .verification)
        await fixture.dispatcher.start()
        #expect(await fixture.store.next(.accepted)?.tries == 2)
        await fixture.dispatcher.stop(within: .seconds(1))
    }

    @Test("a code whose time is over does not go out again", arguments: StoreKind.allCases)
    func lateCodes(_ kind: StoreKind) async throws {
        let fixture = try Self.fixture(kind, ScriptedLookup([.nothing], settlingTime: .zero))
        try await fixture.abandon("a", .verification)
        fixture.clock.advance(by: .seconds(15))
        await fixture.dispatcher.start()
        #expect(await fixture.store.next(.expired)?.id == "a")
        #expect(fixture.provider.requests.isEmpty)
        await fixture.dispatcher.stop(within: .seconds(1))
    }

    @Test("what was queued is sent")
    func queued() async throws {
        let (_, folder) = try StoreKind.sqlite.make()
        let path = folder.file("outbox.sqlite")
        _ = try await SQLiteOutboxStore(path: path).submit(.sample("a"), now: .at(0))
        let fixture = try DispatcherFixture(store: SQLiteOutboxStore(path: path))
        await fixture.dispatcher.start()
        #expect(await fixture.store.next(.accepted)?.id == "a")
        await fixture.dispatcher.stop(within: .seconds(1))
    }
}
