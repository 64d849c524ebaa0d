import GatewayTestKit
import NotificationGateway
import Testing

@Suite("The state of a provider's limits in a plan")
struct ProviderLimitsTests {
    private func limits(_ fixture: GatewayFixture) throws -> ProviderLimits {
        try #require(fixture.gateway.plan(fixture.message()).batches.first?.candidates.first).limits
    }

    @Test("is nothing where there is no limit")
    func none() throws {
        let limits = try limits(GatewayFixture([RecordingProvider()]))
        #expect(limits.rateLimit == nil && limits.maxInFlight == nil)
    }

    @Test("is the turns that are left of a rate, and the time to the next one")
    func turns() async throws {
        let fixture = try GatewayFixture(
            [RecordingProvider()], rateLimits: [Rate(3, per: .seconds(1))], clock: ManualClock())
        for left in [3, 2, 1] {
            let turns = try #require(try limits(fixture).rateLimit)
            #expect(turns.left == left && turns.wait == .zero && turns.key == nil)
            #expect(turns.rate == Rate(3, per: .seconds(1)))
            #expect(await fixture.send().outcome == .accepted)
        }
        let empty = try #require(try limits(fixture).rateLimit)
        #expect(empty.left == 0 && (.milliseconds(333)...(.milliseconds(334))).contains(empty.wait))
        fixture.clock.advance(by: .milliseconds(300))
        let later = try #require(try limits(fixture).rateLimit)
        #expect(later.left == 0 && later.wait == empty.wait - .milliseconds(300))
        fixture.clock.advance(by: later.wait)
        #expect(try limits(fixture).rateLimit?.left == 1)
        fixture.clock.advance(by: .seconds(60))
        #expect(try limits(fixture).rateLimit?.left == 3)
    }

    @Test("counts what providers take of a limit that they share")
    func shared() async throws {
        let clock = ManualClock()
        let providers = ["a", "b"].map {
            GatewaySettings.ConfiguredProvider(
                name: $0, provider: RecordingProvider(), rateLimit: Rate(2, per: .seconds(60)), rateLimitKey: "account")
        }
        let routes = providers.map {
            Route(
                name: RouteName(rawValue: $0.name.rawValue), rule: Rule(tags: [Tag(rawValue: $0.name.rawValue)]),
                candidates: [Route.Candidate($0.name)])
        }
        let gateway = try Gateway(GatewaySettings(providers: providers, routes: routes), clock: clock)
        func message(_ tag: NotificationGateway.Tag) -> Message {
            Message(to: ["+8613800138000"], content: .text("hi"), tags: [tag])
        }
        #expect(await gateway.send(message("a")).outcome == .accepted)
        let turns = try #require(gateway.plan(message("b")).batches.first?.candidates.first?.limits.rateLimit)
        // Two a minute are one each half of it, and no burst of two.
        #expect(turns.key == "account" && turns.left == 0 && turns.wait == .seconds(30))
    }

    @Test("is the requests that are under way, and those that wait for them")
    func places() async throws {
        let (gate, opener) = AsyncStream<Void>.makeStream()
        let provider = RecordingProvider { _, _ in
            for await _ in gate { break }
            return RecordingProvider.Step.accept
        }
        let fixture = try GatewayFixture([provider], maxInFlight: 1, clock: ManualClock())
        #expect(try limits(fixture).maxInFlight?.limit == 1)
        async let first = fixture.send(id: "m1")
        await provider.waitForRequests()
        #expect(try limits(fixture).maxInFlight?.underWay == 1)
        async let second = fixture.send(id: "m2")
        // The second sleeps for as long as it may wait.
        await fixture.clock.waitForSleepers()
        #expect(try limits(fixture).maxInFlight?.waiting == 1)
        opener.finish()
        #expect(await [first.outcome, second.outcome] == [.accepted, .accepted])
        let idle = try #require(try limits(fixture).maxInFlight)
        #expect(idle.underWay == 0 && idle.waiting == 0)
    }
}
