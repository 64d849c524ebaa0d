import GatewayTestKit
import NotificationGateway
import Testing

@Suite("The state of a strategy")
struct StrategySuccessionTests {
    private let clock = ManualClock(mode: .automatic)
    private let providers = ["a", "b", "c"].map {
        GatewaySettings.ConfiguredProvider(name: $0, provider: RecordingProvider())
    }

    private func settings(_ routes: Route...) -> GatewaySettings {
        GatewaySettings(providers: providers, routes: routes)
    }

    private func route(
        _ strategy: Strategy = .roundRobin, _ name: RouteName = "turns",
        of candidates: [ProviderName] = ["a", "b", "c"]
    ) -> Route {
        Route(name: name, candidates: candidates.map { Route.Candidate($0) }, strategy: strategy)
    }

    private func gateway(_ settings: GatewaySettings, following previous: Gateway? = nil) throws -> Gateway {
        try Gateway(settings, following: previous, clock: clock, random: SeededRandom())
    }

    private func taker(_ gateway: Gateway) async -> ProviderName? {
        await gateway.send(Message(to: ["+8613800138000"], content: .text("hi"))).recipients.first?.provider
    }

    @Test("round-robin goes on with the next provider in a new configuration, wherever the route stands in it")
    func roundRobin() async throws {
        let first = try gateway(settings(route()))
        #expect(await taker(first) == "a")
        let other = Route(name: "other", rule: Rule(tags: ["other"]), candidates: [Route.Candidate("c")])
        let second = try gateway(settings(other, route()), following: first)
        #expect(await taker(second) == "b")
        // Messages in flight on the old one take their turns in the same round.
        #expect(await taker(first) == "c")
        #expect(await taker(second) == "a")
    }

    @Test("round-robin begins anew where the route has other candidates, another strategy or another name")
    func changed() async throws {
        let first = try gateway(settings(route()))
        #expect(await taker(first) == "a")
        for changed in [route(of: ["b", "a", "c"]), route(.ordered), route(.roundRobin, "others")] {
            let fresh = try #require(changed.candidates.first?.provider)
            #expect(await taker(try gateway(settings(changed), following: first)) == fresh)
        }
        let back = try gateway(settings(route()), following: try gateway(settings(route(.ordered)), following: first))
        #expect(await taker(back) == "a")
    }

    @Test("least-latency knows in a new configuration how fast the unchanged providers are, and measures changed ones")
    func leastLatency() async throws {
        let first = try gateway(settings(route(.leastLatency, of: ["a", "b"])))
        #expect(await taker(first) == "a")
        var changed = settings(route(.leastLatency, "renamed", of: ["b", "a"]))
        changed.providers[1] = GatewaySettings.ConfiguredProvider(name: "b", provider: RecordingProvider())
        let second = try gateway(changed, following: first)
        let plan = second.plan(Message(to: ["+8613800138000"], content: .text("hi")))
        #expect(plan.batches.first?.candidates.map(\.provider) == ["a", "b"])
        #expect(plan.batches.first?.candidates.map(\.why) == ["takes 0 s on average", "not measured yet"])
    }
}
