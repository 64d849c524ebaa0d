import GatewayOutbox
import NotificationGateway
import Testing

@Suite("The log of events")
struct EventLogTests {
    private static func store(_ kind: StoreKind) throws -> (any OutboxStore & EventLog, Any) {
        try kind.make(events: [.accepted, .delivered, .rejected, .uncertain, .expired])
    }

    private static func accept(_ id: MessageID, _ store: any OutboxStore, at second: Int64 = 1) async throws {
        _ = try await store.submit(.sample(id.rawValue), now: .at(0))
        _ = try await store.take(.due, for: .of("o", until: 30), limit: 1, now: .at(0))
        try await store.change(id, by: EntryChange(.accepted, now: .at(second), owner: "o"))
    }

    @Test("has each change of state that is wanted, and no other", arguments: StoreKind.allCases)
    func kinds(_ kind: StoreKind) async throws {
        let (store, folder) = try Self.store(kind)
        defer { withExtendedLifetime(folder) {} }
        try await Self.accept("a", store)
        let receipt = DeliveryReceipt(
            provider: "p", reference: "a-1", word: ReceiptWord(isDelivered: true, time: .at(5)))
        _ = try await store.receive(receipt, now: .at(6))
        _ = try await store.receive(receipt, now: .at(7))
        _ = try await store.submit(.sample("b", tenant: "bank", expires: .at(3)), now: .at(0))
        _ = try await store.submit(.sample("c"), now: .at(0))
        try await store.change("c", by: EntryChange(.cancelled, now: .at(8)))
        #expect(try await store.take(.due, for: .of("o", until: 30), limit: 1, now: .at(9)).isEmpty)
        await #expect(throws: OutboxStoreError.self) {
            try await store.change("a", by: EntryChange(.accepted, now: .at(9), owner: "o"))
        }
        let events = try await store.takeEvents(for: .of("w", until: 60), limit: 9, now: .at(20))
        #expect(events.map(\.messageID) == ["a", "a", "b"] && events.map(\.tenant) == ["shop", "shop", "bank"])
        #expect(events.map(\.state) == [.accepted, .delivered, .expired])
        #expect(events.map(\.time) == [.at(1), .at(6), .at(9)] && events.map(\.tries) == [1, 1, 1])
    }

    @Test("gives each to one taker until its lease ends, and forgets what was told", arguments: StoreKind.allCases)
    func leases(_ kind: StoreKind) async throws {
        let (store, folder) = try Self.store(kind)
        defer { withExtendedLifetime(folder) {} }
        for id in ["a", "b"] as [MessageID] { try await Self.accept(id, store) }
        let first = try await store.takeEvents(for: .of("w", until: 60), limit: 1, now: .at(20))
        #expect(first.map(\.messageID) == ["a"])
        #expect(try await store.takeEvents(for: .of("x", until: 60), limit: 9, now: .at(20)).map(\.messageID) == ["b"])
        #expect(try await store.takeEvents(for: .of("x", until: 60), limit: 9, now: .at(59)).isEmpty)
        #expect(try await store.nextEventTime() == .at(60))
        let again = try await store.takeEvents(for: .of("x", until: 90), limit: 9, now: .at(60))
        #expect(again.map(\.sequence) == [first[0].sequence, first[0].sequence + 1] && again[0].tries == 2)
        try await store.finishEvents(again.map(\.sequence))
        #expect(try await store.takeEvents(for: .of("x", until: 999), limit: 9, now: .at(900)).isEmpty)
        #expect(try await store.nextEventTime() == nil)
    }

    @Test("gives back at a time what could not be told, from its holder alone", arguments: StoreKind.allCases)
    func retry(_ kind: StoreKind) async throws {
        let (store, folder) = try Self.store(kind)
        defer { withExtendedLifetime(folder) {} }
        try await Self.accept("a", store)
        let event = try #require(try await store.takeEvents(for: .of("w", until: 60), limit: 9, now: .at(20)).first)
        try await store.retryEvent(event.sequence, owner: "other", at: .at(21))
        #expect(try await store.nextEventTime() == .at(60))
        try await store.retryEvent(event.sequence, owner: "w", at: .at(40))
        #expect(try await store.takeEvents(for: .of("w", until: 60), limit: 9, now: .at(39)).isEmpty)
        #expect(try await store.takeEvents(for: .of("w", until: 60), limit: 9, now: .at(40)).first?.tries == 2)
    }

    @Test(
        "gives back untried what was not told, and renews leases, for their holder alone", arguments: StoreKind.allCases
    )
    func returning(_ kind: StoreKind) async throws {
        let (store, folder) = try Self.store(kind)
        defer { withExtendedLifetime(folder) {} }
        for id in ["a", "b"] as [MessageID] { try await Self.accept(id, store) }
        let taken = try await store.takeEvents(for: .of("w", until: 60), limit: 9, now: .at(20)).map(\.sequence)
        #expect(try await store.renewEvents(taken, for: .of("other", until: 99)).isEmpty)
        #expect(try await store.nextEventTime() == .at(60))
        #expect(try await store.renewEvents(taken + [999], for: .of("w", until: 90)) == Set(taken))
        #expect(try await store.nextEventTime() == .at(90))
        try await store.returnEvent(taken[0], owner: "other", at: .at(30))
        try await store.returnEvent(taken[0], owner: "w", at: .at(40))
        #expect(try await store.renewEvents(taken, for: .of("w", until: 95)) == [taken[1]])
        #expect(try await store.takeEvents(for: .of("x", until: 70), limit: 9, now: .at(39)).isEmpty)
        let again = try await store.takeEvents(for: .of("x", until: 70), limit: 9, now: .at(40))
        #expect(again.map(\.sequence) == [taken[0]] && again.map(\.tries) == [1])
    }

    @Test("keeps the entry until its event is told or too old", arguments: StoreKind.allCases)
    func purge(_ kind: StoreKind) async throws {
        let (store, folder) = try Self.store(kind)
        defer { withExtendedLifetime(folder) {} }
        for id in ["a", "b"] as [MessageID] { try await Self.accept(id, store, at: id == "a" ? 1 : 50) }
        #expect(try await store.purge(olderThan: .at(99)) == 0)
        #expect(try await store.purgeEvents(olderThan: .at(50)) == 1)
        #expect(try await store.purge(olderThan: .at(99)) == 1)
        #expect(try await store.entry("a") == nil)
        #expect(try await store.entry("b") != nil)
    }
}
