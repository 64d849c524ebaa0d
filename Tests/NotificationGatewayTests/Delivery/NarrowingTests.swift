import GatewayTestKit
import NotificationGateway
import Testing

@Suite("A batch with a bad number in it")
struct NarrowingTests {
    private static let numbers = (0..<1_000).map { Address.text("138\(10_000_000 + $0)") }

    /// A vendor that takes a request or refuses it whole, as Dysms does.
    private static func vendor(
        refusing bad: Set<String>, _ reason: Reason = .invalidRecipient
    ) -> RecordingProvider {
        RecordingProvider { request, _ in
            request.recipients.contains { bad.contains($0.address) } ? failure(reason) : .accept
        }
    }

    @Test("is narrowed down to that number, and the others are sent", arguments: [0, 7, 999])
    func oneBad(_ place: Int) async throws {
        let bad = "+86138\(10_000_000 + place)"
        let fixture = try GatewayFixture(
            [Self.vendor(refusing: [bad]), RecordingProvider()], category: .marketing, retries: 0)
        let delivery = await fixture.send(Self.numbers)
        #expect(delivery.recipients.count { $0.outcome == .accepted } == 999)
        #expect(delivery.recipients.filter { $0.outcome == .rejected }.map(\.address) == [bad])
        #expect(delivery.recipients[place].error?.reason == .invalidRecipient)
        #expect(fixture.providers[1].requests.isEmpty)
        // Each level of the tree is a half that is refused and one that is taken; a thousand have ten levels.
        #expect(delivery.attempts.count <= 21)
        #expect(delivery.attempts.map(\.number) == Array(1...delivery.attempts.count))
        #expect(delivery.attempts.allSatisfy { $0.acceptance == .accepted || $0.recipients == 1 || $0.next == .narrow })
        let first = try #require(delivery.attempts.first)
        #expect(first.recipients == 1_000 && first.why.contains("each half is sent by itself"))
        #expect(Set(fixture.providers[0].requests.map(\.attempt)) == [1])
        let accepted = delivery.attempts.filter { $0.acceptance == .accepted }
        #expect(accepted.map(\.recipients).reduce(0, +) == 999)
    }

    @Test("costs at most two requests for each number when all are bad, a bounded number of them at a time")
    func allBad() async throws {
        let flight = Flight()
        let vendor = RecordingProvider { _, _ in
            flight.begin()
            await Task.yield()
            flight.end()
            return failure(.blockedRecipient)
        }
        let fixture = try GatewayFixture([vendor], category: .marketing, retries: 0)
        let delivery = await fixture.send(Self.numbers + (0..<700).map { .text("139\(10_000_000 + $0)") })
        #expect(delivery.recipients.allSatisfy { $0.outcome == .rejected && $0.error?.reason == .blockedRecipient })
        #expect(delivery.attempts.count == 2 * 1_700 - 2)
        #expect(flight.most <= 64)
    }

    @Test("ends inside the deadline")
    func deadline() async throws {
        let clock = ManualClock(mode: .automatic)
        let vendor = RecordingProvider { _, _ in
            try? await clock.sleep(until: clock.now + .seconds(1))
            return failure(.blockedRecipient)
        }
        let fixture = try GatewayFixture([vendor], category: .notification, clock: clock)
        let start = clock.now
        let delivery = await fixture.send(Self.numbers)
        #expect(delivery.recipients.allSatisfy { $0.outcome == .rejected })
        #expect(clock.now - start <= .seconds(61))
        #expect(delivery.attempts.count < 1_999)
    }

    @Test("sends only that number to the next provider where the route says so")
    func override() async throws {
        let bad = "+8613810000003"
        let fixture = try GatewayFixture(
            [Self.vendor(refusing: [bad], .recipientLimit), RecordingProvider()], category: .marketing,
            overrides: [PolicyOverride(.recipientLimit, step: .next)])
        let delivery = await fixture.send(Array(Self.numbers.prefix(10)))
        #expect(delivery.outcome == .accepted)
        #expect(fixture.providers[1].requests.map { $0.recipients.map(\.address) } == [[bad]])
    }
}
