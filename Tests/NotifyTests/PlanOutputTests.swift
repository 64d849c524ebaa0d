import Foundation
import GatewayTestKit
import NotificationGateway
import Testing

@testable import notify

/// A service explains with a gateway that has been at work; the command's own has always just begun.
@Suite("An explained plan")
struct PlanOutputTests {
    private let clock = ManualClock()

    private func gateway() throws -> Gateway {
        let provider = GatewaySettings.ConfiguredProvider(
            name: "slow", provider: RecordingProvider(), rateLimit: Rate(1, per: .seconds(60)), maxInFlight: 2)
        let route = Route(
            name: "all", candidates: [Route.Candidate("slow")], recipientLimit: [Rate(1, per: .seconds(3_600))])
        return try Gateway(GatewaySettings(providers: [provider], routes: [route]), clock: clock)
    }

    private let message = Message(to: ["+8613800138000"], content: .text("hi"))

    @Test("shows whom a limit keeps back and for how long, and when a provider's next turn is")
    func used() async throws {
        let gateway = try gateway()
        #expect(await gateway.send(message).outcome == .accepted)
        clock.advance(by: .seconds(18))
        let explanation = gateway.explain(message)
        let lines = PlanText(explanation: explanation).lines
        #expect(lines.contains("    +8613800138000 has had that; allowed again in 59 min"))
        #expect(lines.contains("     at most 1/min: the next in 42 s"))
        #expect(lines.contains("     at most 2 in flight: 0 under way"))
        let report = PlanReport(explanation)
        #expect(report.batches.first?.held_back.map(\.to) == ["+8613800138000"])
        #expect(report.batches.first?.held_back.map(\.retry_after_ms) == [3_582_000])
        #expect(report.plan.first?.rate_limit_left == 0 && report.plan.first?.rate_limit_wait_ms == 42_000)
    }

    @Test("names the first five of many whom a limit keeps back, and counts the rest")
    func many() async throws {
        let gateway = try gateway()
        let addresses = (0..<7).map { Address.text("+861380013800\($0)") }
        let all = Message(to: addresses, content: .text("hi"), category: .marketing)
        #expect(await gateway.send(all).outcome == .accepted)
        let lines = PlanText(explanation: gateway.explain(all)).lines
        #expect(lines.count { $0.contains("allowed again") } == 5 && lines.contains("    and 2 more"))
    }
}
