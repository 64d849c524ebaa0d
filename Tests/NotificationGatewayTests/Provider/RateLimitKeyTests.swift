import GatewayTestKit
import Logging
import NotificationGateway
import Testing

@Suite("Providers that share a rate limit")
struct RateLimitKeyTests {
    private let clock = ManualClock()
    private let vendors = [RecordingProvider(), RecordingProvider(), RecordingProvider()]

    /// The first two share an account's limit of two messages a second; the third has the same limit for itself.
    private func settings(rates: [Rate?] = [Rate(2, per: .seconds(1)), Rate(2, per: .seconds(1))]) -> GatewaySettings {
        var providers = zip(["a", "b"], zip(vendors, rates)).map { name, rest in
            GatewaySettings.ConfiguredProvider(
                name: ProviderName(rawValue: name), provider: rest.0, rateLimit: rest.1, rateLimitKey: "account")
        }
        providers.append(
            GatewaySettings.ConfiguredProvider(name: "c", provider: vendors[2], rateLimit: Rate(2, per: .seconds(1))))
        let routes = ["a", "b", "c"].map { name in
            Route(
                name: RouteName(rawValue: name), rule: Rule(tags: [Tag(rawValue: name)]),
                candidates: [Route.Candidate(ProviderName(rawValue: name))], retries: 0)
        }
        return GatewaySettings(defaultCountry: "CN", providers: providers, routes: routes)
    }

    /// Sends by one provider with too little time to wait, and says whether there was a turn.
    private func hasTurn(_ provider: String, _ gateway: Gateway) async -> Bool {
        let message = Message(
            to: ["13800138000"], content: .text("hi"), tags: [Tag(rawValue: provider)], deadline: .milliseconds(10))
        return await gateway.send(message).outcome == .accepted
    }

    @Test("take each other's turns, and nobody else's")
    func shared() async throws {
        let gateway = try Gateway(settings(), clock: clock)
        #expect(await hasTurn("a", gateway))
        #expect(await hasTurn("b", gateway))
        #expect(await !hasTurn("a", gateway))
        #expect(await !hasTurn("b", gateway))
        #expect(await hasTurn("c", gateway))
        #expect(await hasTurn("c", gateway))
        clock.advance(by: .milliseconds(500))
        #expect(await hasTurn("b", gateway))
        #expect(await !hasTurn("a", gateway))
    }

    @Test("go on with what is used up when one of them is changed")
    func reloaded() async throws {
        let first = settings()
        let gateway = try Gateway(first, clock: clock)
        #expect(await hasTurn("a", gateway))
        var changed = first
        changed.providers[1].prices = PriceList(other: Price(millionths: 50_000))
        let next = try Gateway(changed, following: gateway, clock: clock)
        #expect(await hasTurn("b", next))
        #expect(await !hasTurn("a", next))
        #expect(await !hasTurn("b", next))
    }

    @Test("must agree on it")
    func faults() {
        #expect(throws: InvalidSettings.self) {
            try Gateway(settings(rates: [Rate(2, per: .seconds(1)), Rate(3, per: .seconds(1))]))
        }
        #expect(throws: InvalidSettings.self) { try Gateway(settings(rates: [nil, Rate(3, per: .seconds(1))])) }
    }
}
