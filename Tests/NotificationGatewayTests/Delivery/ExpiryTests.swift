import GatewayTestKit
import NotificationGateway
import Testing

@Suite("A message that expires")
struct ExpiryTests {
    private func message(_ fixture: GatewayFixture, expiringAfter seconds: Int64) -> Message {
        var message = fixture.message()
        message.expires = fixture.clock.wallTime.advanced(by: seconds)
        return message
    }

    @Test("is refused without an attempt once it has expired", arguments: [0, -1, -7_200, .min] as [Int64])
    func expired(seconds: Int64) async throws {
        let fixture = try GatewayFixture([RecordingProvider()])
        let delivery = await fixture.gateway.send(message(fixture, expiringAfter: seconds))
        #expect(delivery.outcome == .rejected && delivery.attempts.isEmpty)
        #expect(delivery.recipients.first?.error?.reason == .deadlineExceeded)
        #expect(delivery.recipients.first?.error?.message.contains("not sent late") == true)
    }

    @Test("is tried until then and no longer")
    func bounded() async throws {
        let fixture = try GatewayFixture([RecordingProvider([failure(.throttled)])], retries: 100)
        let start = fixture.clock.now
        #expect(await fixture.gateway.send(message(fixture, expiringAfter: 3)).outcome == .rejected)
        #expect(fixture.clock.now - start <= .seconds(3))
        #expect(fixture.providers[0].requests.allSatisfy { $0.deadline == start + .seconds(3) })
    }

    @Test("much later has no more time than any other")
    func later() async throws {
        let fixture = try GatewayFixture([RecordingProvider()])
        let start = fixture.clock.now
        #expect(await fixture.gateway.send(message(fixture, expiringAfter: .max)).outcome == .accepted)
        #expect(fixture.providers[0].requests.first?.deadline == start + .seconds(15))
    }
}
