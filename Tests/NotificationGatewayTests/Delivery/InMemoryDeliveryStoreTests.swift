import GatewayTestKit
import NotificationGateway
import Testing

@Suite("The store of deliveries in memory")
struct InMemoryDeliveryStoreTests {
    private let clock = ManualClock()
    private let fingerprint = MessageFingerprint(high: 1, low: 2)

    private func keep(
        _ id: MessageID, in store: InMemoryDeliveryStore, recipients: Int = 1, for window: Duration = .seconds(60)
    ) async throws {
        _ = try await store.claim(DeliveryClaim(messageID: id, fingerprint: fingerprint))
        let result = RecipientResult(given: "1", recipient: nil, outcome: .accepted)
        let delivery = Delivery(
            messageID: id, mode: .live, recipients: Array(repeating: result, count: recipients))
        try await store.keep(KeptDelivery(fingerprint: fingerprint, delivery: delivery), for: window)
    }

    private func isKept(_ id: MessageID, in store: InMemoryDeliveryStore) async throws -> Bool {
        switch try await store.claim(DeliveryClaim(messageID: id, fingerprint: fingerprint)) {
        case .kept(let kept): return kept.delivery.messageID == id && kept.fingerprint == fingerprint
        case .granted:
            try await store.release(id)
            return false
        }
    }

    @Test("keeps a delivery to the end of its window and no longer")
    func window() async throws {
        let store = InMemoryDeliveryStore(clock: clock)
        try await keep("a", in: store)
        clock.advance(by: .milliseconds(59_999))
        #expect(try await isKept("a", in: store))
        clock.advance(by: .milliseconds(1))
        #expect(try await !isKept("a", in: store))
        #expect(store.count == 0)
    }

    @Test("drops the oldest deliveries where there is no room, and counts them by their recipients")
    func capacity() async throws {
        let store = InMemoryDeliveryStore(capacity: 10, clock: clock)
        for id in ["a", "b", "c"] as [MessageID] { try await keep(id, in: store, recipients: 3) }
        try await keep("d", in: store, recipients: 5)
        #expect(try await !isKept("a", in: store))
        #expect(try await !isKept("b", in: store))
        #expect(try await isKept("c", in: store))
        #expect(try await isKept("d", in: store))
        try await keep("huge", in: store, recipients: 1_000)
        #expect(try await isKept("huge", in: store))
        #expect(store.count == 1)
    }

    @Test("makes room for claims, which it never drops")
    func claims() async throws {
        let store = InMemoryDeliveryStore(capacity: 10, clock: clock)
        for number in 0..<10 { try await keep(MessageID(rawValue: "k\(number)"), in: store) }
        for number in 0..<4 {
            let claim = DeliveryClaim(messageID: MessageID(rawValue: "c\(number)"), fingerprint: fingerprint)
            guard case .granted = try await store.claim(claim) else {
                Issue.record("nobody used it")
                return
            }
        }
        #expect(store.count == 6)
        #expect(try await isKept("k9", in: store))
    }

    @Test("stays as small when one id is used over and over behind one with a long window")
    func marks() async throws {
        let store = InMemoryDeliveryStore(capacity: 100, clock: clock)
        try await keep("long", in: store, for: .seconds(1_000_000))
        for _ in 0..<1_000 {
            try await keep("short", in: store, for: .seconds(1))
            clock.advance(by: .seconds(1))
        }
        #expect(try await isKept("long", in: store))
        #expect(store.count <= 2)
    }
}
