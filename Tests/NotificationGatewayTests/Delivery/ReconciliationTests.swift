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

    private func lost(_ lookup: ScriptedLookup) throws -> GatewayFixture {
        try GatewayFixture(
            [RecordingProvider([failure(.timedOut, .unknown)], statusLookup: lookup), RecordingProvider()],
            category: .notification)
    }

    @Test("a vendor that cannot answer is asked with growing pauses, not in a hurry, and the trail keeps its last word")
    func failingLookup() async throws {
        let busy = ProviderError(.throttled, .rejected, vendorCode: "busy", message: "slow down")
        let silent = ProviderError(.timedOut, .unknown, message: "no answer")
        let lookup = ScriptedLookup([.fail(busy), .fail(silent)], settlingTime: .zero)
        let fixture = try lost(lookup)
        let delivery = await fixture.send()
        #expect(delivery.outcome == .uncertain)
        let pauses =
            [Duration.zero, .seconds(1), .seconds(2), .seconds(4)] + Array(repeating: .seconds(8), count: 6)
            // The last one comes a second before the minute of the message is over.
            + [.seconds(4)]
        #expect(fixture.clock.sleeps == pauses)
        let reconciliation = try #require(delivery.attempts.first?.reconciliation)
        #expect(reconciliation.asked == pauses.count && reconciliation.error == silent)
        #expect(reconciliation.next == .stop)
        #expect(reconciliation.why == "the vendor did not answer when it was asked (timed-out)")
    }

    @Test("one answer after failed questions is enough, and what failed stays in the trail", arguments: [true, false])
    func recoveringLookup(_ isFound: Bool) async throws {
        let busy = ProviderError(.throttled, .rejected, message: "slow down")
        let lookup = ScriptedLookup(
            [.fail(busy), .fail(busy), isFound ? .found : .nothing], settlingTime: .seconds(1))
        let fixture = try lost(lookup)
        let delivery = await fixture.send()
        #expect(delivery.outcome == .accepted)
        #expect(delivery.recipients.first?.provider == (isFound ? "p1" : "p2"))
        #expect(fixture.clock.sleeps == [.milliseconds(500), .milliseconds(500), .seconds(2)])
        #expect(delivery.attempts.first?.reconciliation?.error == busy)
    }

    @Test("a vendor that refuses the question is asked once")
    func refusedLookup() async throws {
        let denied = ProviderError(.permissionDenied, .rejected, message: "no right to ask")
        let lookup = ScriptedLookup([.fail(denied)], settlingTime: .seconds(1))
        let delivery = await (try lost(lookup)).send()
        #expect(delivery.outcome == .uncertain)
        #expect(lookup.queries.count == 1)
        #expect(delivery.attempts.first?.reconciliation?.error == denied)
    }

    @Test("the vendor's look-up is told what to keep out of its errors: all that the request in question said")
    func personalData() async throws {
        let lookup = ScriptedLookup([.found])
        let fixture = try lost(lookup)
        _ = await fixture.send(["13800138000", "13800138001"])
        let data = try #require(lookup.queries.first).personalData
        #expect(data.recipients.map(\.address) == ["+8613800138000", "+8613800138001"])
        #expect(data.texts == ["271828", "code 271828"])
    }

    @Test("where each recipient is told its own, all of it is named")
    func individualData() async throws {
        let lookup = ScriptedLookup([.found])
        var capabilities = RecordingProvider.everything
        capabilities.maxIndividualRecipients = 100
        let provider = RecordingProvider(
            [failure(.timedOut, .unknown)], capabilities: capabilities, statusLookup: lookup)
        let fixture = try GatewayFixture([provider], category: .notification)
        let numbers: [Address] = ["13800138000", "13800138001"]
        _ = await fixture.gateway.send(
            Message(
                to: numbers, template: "login-code",
                individualParameters: [numbers[0]: ["code": "1111"], numbers[1]: ["code": "2222"]]))
        #expect(lookup.queries.map(\.personalData.texts) == [["1111", "code 1111", "2222", "code 2222"]])
    }

    @Test("cancelling ends the questions")
    func cancelledLookup() async throws {
        let lookup = ScriptedLookup([.nothing], settlingTime: .seconds(30))
        let clock = ManualClock()
        let fixture = try GatewayFixture(
            [RecordingProvider([failure(.timedOut, .unknown)], statusLookup: lookup)], category: .notification,
            clock: clock)
        let sending = Task { await fixture.send() }
        await clock.waitForSleepers()
        sending.cancel()
        let delivery = await sending.value
        #expect(delivery.outcome == .uncertain && lookup.queries.isEmpty)
        #expect(delivery.attempts.first?.reconciliation?.asked == 0)
        #expect(
            delivery.attempts.first?.reconciliation?.why == "the send was cancelled before the vendor could say")
    }

    @Test("a vendor that promises no time is never believed to lack a message, however long it is silent")
    func silenceProvesNothing() async throws {
        let lookup = ScriptedLookup([.nothing])
        let fixture = try lost(lookup)
        let delivery = await fixture.send()
        #expect(delivery.outcome == .uncertain)
        #expect(lookup.queries.count == 11)
        #expect(
            delivery.attempts.first?.reconciliation?.why == "the vendor does not know whether it took it")
        #expect(fixture.providers[1].requests.isEmpty)
    }
}
