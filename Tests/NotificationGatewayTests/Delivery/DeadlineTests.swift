import GatewayTestKit
import NotificationGateway
import Testing

@Suite("The time that a message has")
struct DeadlineTests {
    @Test(
        "is the shorter of its own and the route's, the one that is given, or its category's",
        arguments: [
            (Duration.seconds(60), Duration.seconds(20), Duration.seconds(20)), (.seconds(5), .seconds(20), .seconds(5)),
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
}
