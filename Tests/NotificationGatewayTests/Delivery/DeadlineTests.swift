import GatewayTestKit
import NotificationGateway
import Testing

@Suite("The time that a message has")
struct DeadlineTests {
    @Test(
        "is the shorter of its own and the route's, the one that is given, or its category's",
        arguments: [
            (Duration.seconds(60), Duration.seconds(20), Duration.seconds(20)),
            (.seconds(5), .seconds(20), .seconds(5)),
            (.seconds(60), nil, .seconds(60)), (.seconds(5), nil, .seconds(5)), (nil, .seconds(60), .seconds(60)),
            (nil, nil, .seconds(15)),
        ] as [(Duration?, Duration?, Duration)])
    func shorter(_ own: Duration?, _ route: Duration?, _ expected: Duration) async throws {
        let fixture = try GatewayFixture([RecordingProvider()], deadline: route)
        let start = fixture.clock.now
        _ = await fixture.send(deadline: own)
        #expect(fixture.providers[0].requests.map(\.deadline) == [start + expected])
        let plan = fixture.gateway.plan(fixture.message(deadline: own))
        #expect(plan.batches.map(\.deadline) == [expected])
    }

    @Test("retries of a vendor that hangs leave the next one its share")
    func hangingVendor() async throws {
        let clock = ManualClock(mode: .automatic)
        let first = RecordingProvider { request, _ in
            // Hangs until the attempt's own deadline, and surely took nothing.
            try? await clock.sleep(until: request.deadline)
            return failure(.timedOut)
        }
        let fixture = try GatewayFixture([first, RecordingProvider()], retries: 5, clock: clock)
        let start = clock.now
        let delivery = await fixture.send()
        #expect(delivery.outcome == .accepted)
        #expect(delivery.attempts.map(\.next) == [.nextProvider, .done])
        #expect(clock.now - start == .milliseconds(7_500))
    }
}
