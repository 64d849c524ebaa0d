import GatewayTestKit
import NotificationGateway
import Testing

@Suite("Reconciling")
struct ReconciliationTests {
    @Test("a notification whose acceptance is unknown is looked up, not sent again")
    func reconciles() async throws {
        let lookup = ScriptedLookup([.nothing, .found], settlingTime: .seconds(30))
        let fixture = try GatewayFixture(
            [RecordingProvider([failure(.timedOut, .unknown)], statusLookup: lookup), RecordingProvider()],
            category: .notification)
        let delivery = await fixture.send()
        #expect(delivery.outcome == .accepted)
        #expect(delivery.attempts.map(\.next) == [.reconcile])
        #expect(delivery.attempts.first?.reconciliation?.asked == 2)
        #expect(lookup.queries.allSatisfy { $0.reference == "m1-1" })
        #expect(fixture.providers[1].requests.isEmpty)
    }

    @Test("records that lack the message are believed only once they are settled")
    func believesSettledRecords() async throws {
        let lookup = ScriptedLookup([.nothing], settlingTime: .seconds(30))
        let fixture = try GatewayFixture(
            [RecordingProvider([failure(.timedOut, .unknown)], statusLookup: lookup), RecordingProvider()],
            category: .notification)
        let start = fixture.clock.now
        let delivery = await fixture.send()
        #expect(delivery.outcome == .accepted)
        #expect(delivery.recipients.first?.provider == "p2")
        #expect(fixture.clock.now - start >= .seconds(30))
    }

    @Test("another message's record, whose reference begins with this one's, is not taken for this one")
    func exactReference() async throws {
        let lookup = ScriptedLookup(
            [.records([StatusRecord(state: .delivered, reference: "m1-1-1")])], settlingTime: .zero)
        let fixture = try GatewayFixture(
            [RecordingProvider([failure(.timedOut, .unknown)], statusLookup: lookup), RecordingProvider()],
            category: .notification)
        let delivery = await fixture.send()
        #expect(delivery.recipients.first?.provider == "p2")
        #expect(delivery.attempts.first?.reconciliation?.next == .nextProvider)
    }
}
