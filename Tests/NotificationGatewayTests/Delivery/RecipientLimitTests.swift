import GatewayTestKit
import NotificationGateway
import Testing

@Suite("A limit per recipient")
struct RecipientLimitTests {
    private let minute = Rate(1, per: .seconds(60))

    @Test("is met here first: refused without an attempt, with the time when it is allowed again")
    func refused() async throws {
        let fixture = try GatewayFixture([RecordingProvider(), RecordingProvider()], templateLimit: [minute])
        #expect(await fixture.send().outcome == .accepted)
        fixture.clock.advance(by: .seconds(20))
        let refused = await fixture.send(["+86 138 0013 8000"])
        #expect(refused.outcome == .rejected && refused.attempts.isEmpty)
        let result = try #require(refused.recipients.first)
        #expect(result.error?.reason == .recipientLimit && result.error?.acceptance == .rejected)
        #expect(result.error?.retryAfter == .seconds(40) && result.route == "all")
        #expect(result.error?.message.contains("1/min") == true)
        #expect(fixture.providers.map(\.requests.count) == [1, 0])
        fixture.clock.advance(by: .seconds(40))
        #expect(await fixture.send().outcome == .accepted)
    }

    @Test("keeps back one recipient and not the others, in the order given")
    func others() async throws {
        let fixture = try GatewayFixture([RecordingProvider()], category: .notification, templateLimit: [minute])
        _ = await fixture.send(["13800138000"])
        let delivery = await fixture.send(["13900139000", "13800138000", "13700137000"])
        #expect(delivery.recipients.map(\.outcome) == [.accepted, .rejected, .accepted])
        #expect(fixture.providers[0].requests.map(\.recipients.count) == [1, 2])
    }

    @Test("counts what was taken or may have been, and nothing that surely was not")
    func counted() async throws {
        let two = [Rate(2, per: .seconds(60))]
        let fixture = try GatewayFixture(
            [RecordingProvider([failure(.invalidContent), failure(.timedOut, .unknown), .accept])],
            category: .notification, templateLimit: two)
        for outcome in [Outcome.rejected, .uncertain, .accepted, .rejected] {
            #expect(await fixture.send().outcome == outcome)
        }
        #expect(fixture.providers[0].requests.count == 3)
    }

    @Test("counts a code that went to a second provider twice where the first may have taken it")
    func twice() async throws {
        let fixture = try GatewayFixture(
            [RecordingProvider([failure(.timedOut, .unknown), .accept]), RecordingProvider()],
            templateLimit: [Rate(3, per: .seconds(60))])
        #expect(await fixture.send().attempts.count == 2)
        #expect(await fixture.send().attempts.count == 1)
        #expect(await fixture.send().recipients.first?.error?.reason == .recipientLimit)
    }

    @Test("lets one of many simultaneous messages pass")
    func simultaneous() async throws {
        let fixture = try GatewayFixture([RecordingProvider()], routeLimit: [minute])
        let outcomes = await withTaskGroup(of: Outcome.self) { group in
            for number in 0..<200 {
                group.addTask { await fixture.send(id: MessageID(rawValue: "m\(number)")).outcome }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.count { $0 == .accepted } == 1)
        #expect(fixture.providers[0].requests.count == 1)
    }

    @Test("of a route counts beside that of a template, and the one that waits longer decides")
    func both() async throws {
        let fixture = try GatewayFixture(
            [RecordingProvider()], templateLimit: [minute], routeLimit: [Rate(2, per: .seconds(3_600))])
        _ = await fixture.send()
        fixture.clock.advance(by: .seconds(60))
        _ = await fixture.send()
        #expect(await fixture.send().recipients.first?.error?.retryAfter == .seconds(3_540))
    }

    @Test("outlives a new configuration that is given the memory of the old one")
    func memory() async throws {
        let clock = ManualClock()
        let old = try GatewayFixture([RecordingProvider()], templateLimit: [minute], clock: clock)
        _ = await old.send()
        let new = try GatewayFixture(
            [RecordingProvider()], templateLimit: [minute], memory: old.gateway.memory, clock: clock)
        #expect(await new.send().outcome == .rejected)
    }

    @Test("is not used up by a dry run, and is shown in the plan")
    func plan() async throws {
        let fixture = try GatewayFixture(
            [RecordingProvider()], maxInFlight: 7, templateLimit: [minute], routeLimit: [Rate(5, per: .seconds(3_600))])
        let plan = fixture.gateway.plan(fixture.message())
        #expect(plan.batches.first?.recipientLimits.map(\.spelling) == ["1/min", "5/h"])
        #expect(plan.batches.first?.heldBack == [])
        #expect(await fixture.send().outcome == .accepted)
    }

    @Test("says in a plan whom it keeps back, and for how long")
    func heldBack() async throws {
        let fixture = try GatewayFixture([RecordingProvider()], category: .notification, templateLimit: [minute])
        _ = await fixture.send(["13800138000"])
        fixture.clock.advance(by: .seconds(20))
        let message = fixture.message(["13900139000", "13800138000"])
        func heldBack() throws -> [Plan.HeldBack] {
            try #require(fixture.gateway.plan(message).batches.first).heldBack
        }
        let held = try #require(try heldBack().first)
        #expect(held.place == 1 && held.retryAfter == .seconds(40))
        // Looking takes nothing.
        #expect(try heldBack() == [held])
        fixture.clock.advance(by: .seconds(40))
        #expect(try heldBack() == [])
    }

    @Test("that nobody could mean is refused with the settings")
    func faults() {
        let many = [Rate(1_001, per: .seconds(60))]
        #expect {
            try GatewayFixture([RecordingProvider()], maxInFlight: 0, templateLimit: many, routeLimit: many)
        } throws: {
            ($0 as? InvalidSettings)?.faults.count == 3
        }
    }
}
