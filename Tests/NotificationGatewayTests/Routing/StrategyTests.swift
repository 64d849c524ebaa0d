import GatewayTestKit
import Testing

@testable import NotificationGateway

/// A route over providers `p0`, `p1`, … that are never asked.
struct RouteFixture {
    let route: CompiledRoute
    let random = SeededRandom(seed: 7)

    init(
        _ strategy: Strategy, names: [ProviderName], weights: [Int]? = nil, prices: [PriceList] = []
    ) {
        let providers = names.enumerated().map { place, name in
            ActiveProvider(
                GatewaySettings.ConfiguredProvider(
                    name: name, provider: RecordingProvider(),
                    prices: prices.isEmpty ? PriceList() : prices[place]),
                clock: ManualClock())
        }
        let weights = weights ?? names.map { _ in 1 }
        route = CompiledRoute(
            Route(
                name: "r", candidates: zip(names, weights).map { Route.Candidate($0, weight: $1) },
                strategy: strategy),
            providers: Dictionary(uniqueKeysWithValues: zip(names, providers)))
    }

    init(_ strategy: Strategy, weights: [Int]) {
        self.init(strategy, names: weights.indices.map { ProviderName(rawValue: "p\($0)") }, weights: weights)
    }

    func order(for recipient: Recipient = Self.recipient(0), advancing: Bool = true) -> [String] {
        route.order(for: recipient, random: random, advancing: advancing).map(\.name.rawValue)
    }

    /// How often each provider is first for so many different recipients.
    func firsts(_ count: Int) -> [String: Int] {
        (0..<count).reduce(into: [:]) { $0[order(for: Self.recipient($1))[0], default: 0] += 1 }
    }

    static func recipient(_ number: Int, country: String = "86138") -> Recipient {
        guard let phone = try? PhoneNumber(parsing: "+\(country)\(10_000_000 + number)") else {
            preconditionFailure("the test's own number is none")
        }
        return .phone(phone)
    }
}

@Suite("A route's strategy")
struct StrategyTests {
    @Test("ordered keeps the written order")
    func ordered() {
        let route = RouteFixture(.ordered, weights: [1, 1, 1])
        #expect(route.order() == ["p0", "p1", "p2"])
        #expect(route.order() == ["p0", "p1", "p2"])
    }

    @Test("round-robin starts each message one further and keeps the circle")
    func roundRobin() {
        let route = RouteFixture(.roundRobin, weights: [1, 1, 1])
        #expect(route.order() == ["p0", "p1", "p2"])
        #expect(route.order(advancing: false) == ["p1", "p2", "p0"])
        #expect(route.order() == ["p1", "p2", "p0"])
        #expect(route.order() == ["p2", "p0", "p1"])
        #expect(route.order() == ["p0", "p1", "p2"])
    }

    @Test("weighted draws in proportion, names everyone once, and leaves weight 0 for the end")
    func weighted() {
        let route = RouteFixture(.weighted, weights: [0, 3, 1])
        var first: [String: Int] = [:]
        for _ in 0..<4_000 {
            let order = route.order()
            #expect(Set(order).count == 3 && order.last == "p0")
            first[order[0], default: 0] += 1
        }
        #expect((2_900...3_100).contains(first["p1"] ?? 0))
    }

    @Test("a route of one provider has one order, whatever its strategy", arguments: Strategy.allCases)
    func single(_ strategy: Strategy) {
        let route = RouteFixture(strategy, weights: [1])
        #expect(route.order() == ["p0"] && !route.route.isByRecipient)
    }

    @Test(
        "a plan changes nothing: the next message finds what it shows, unless that one draws",
        arguments: Strategy.allCases)
    func plans(_ strategy: Strategy) {
        let (seen, unseen) = (RouteFixture(strategy, weights: [1, 1, 1]), RouteFixture(strategy, weights: [1, 1, 1]))
        for provider in seen.route.candidates.dropFirst() + unseen.route.candidates.dropFirst() {
            provider.latency.record(1_000)
        }
        for _ in 0..<100 {
            if strategy != .weighted { _ = seen.order(advancing: false) }
            #expect(seen.order() == unseen.order())
        }
    }
}

@Suite("The sticky strategy")
struct StickyOrderTests {
    private static let names: [ProviderName] = ["aliyun", "tencent", "huawei", "twilio"]

    @Test("gives a recipient the same providers each time, in every process")
    func stable() throws {
        // Written down once: a change of the hash would move every recipient of every deployment.
        let route = RouteFixture(.sticky, names: Self.names)
        let orders = (0..<4).map { route.order(for: RouteFixture.recipient($0)).joined(separator: " ") }
        #expect(
            orders == [
                "tencent huawei twilio aliyun",
                "huawei aliyun tencent twilio",
                "huawei twilio tencent aliyun",
                "tencent huawei twilio aliyun",
            ])
        #expect(
            route.order(for: .email(try EmailAddress("jane@example.com"))) == [
                "huawei", "aliyun", "twilio", "tencent",
            ])
        #expect(StableHash.of("aliyun") == 0x0D43_0924_620C_70B8)
    }

    @Test("shares the recipients evenly, and by weight where weights are given")
    func shares() {
        // Four standard deviations of a binomial draw.
        for count in RouteFixture(.sticky, weights: [1, 1, 1, 1]).firsts(10_000).values {
            #expect((2_327...2_673).contains(count))
        }
        let weighted = RouteFixture(.sticky, weights: [0, 7, 3]).firsts(10_000)
        #expect(weighted["p0"] == nil)
        #expect((6_817...7_183).contains(weighted["p1"] ?? 0))
    }

    @Test("moves only the recipients of a provider that is taken away, each to its second")
    func removal() {
        let whole = RouteFixture(.sticky, names: Self.names, weights: [1, 2, 3, 4])
        for removed in Self.names.indices {
            let kept = Self.names.indices.filter { $0 != removed }
            let rest = RouteFixture(.sticky, names: kept.map { Self.names[$0] }, weights: kept.map { $0 + 1 })
            for number in 0..<500 {
                let recipient = RouteFixture.recipient(number)
                let before = whole.order(for: recipient)
                #expect(rest.order(for: recipient) == before.filter { $0 != Self.names[removed].rawValue })
            }
        }
    }

    @Test("does not depend on the order in which the providers are written")
    func written() {
        let (forward, backward) = (
            RouteFixture(.sticky, names: Self.names), RouteFixture(.sticky, names: Self.names.reversed())
        )
        for number in 0..<500 {
            let recipient = RouteFixture.recipient(number)
            #expect(forward.order(for: recipient) == backward.order(for: recipient))
        }
    }

    @Test("its logarithm is that of mathematics", arguments: [1.0, 0.5, 0.75, 1e-9, 0x1p-53, 0.999_999_9])
    func logarithm(_ number: Double) {
        // e^x by its series at x / 1024, squared ten times: a way of its own.
        let part = NaturalLogarithm.of(number) / 1024
        var power = (1...20).reversed().reduce(1.0) { 1 + part / Double($1) * $0 }
        for _ in 0..<10 { power *= power }
        #expect(abs(power / number - 1) < 1e-11)
    }

    @Test("sends a message to many recipients in one request for each order, and keeps each with its provider")
    func parting() async throws {
        let providers = [RecordingProvider(), RecordingProvider(), RecordingProvider()]
        let fixture = try GatewayFixture(providers, category: .marketing, strategy: .sticky)
        let addresses = (0..<300).map { Address.recipient(RouteFixture.recipient($0)) }
        let first = await fixture.send(addresses)
        let second = await fixture.send(addresses.reversed(), id: "m2")
        #expect(first.outcome == .accepted && second.outcome == .accepted)
        #expect(first.attempts.count == 6 && first.attempts.map(\.number) == Array(1...6))
        #expect(first.recipients.map(\.given) == addresses)
        #expect(first.recipients.map(\.provider) == second.recipients.reversed().map(\.provider))
        #expect(Set(first.recipients.map(\.provider)) == ["p1", "p2", "p3"])
        let plan = fixture.gateway.plan(fixture.message(addresses))
        #expect(plan.batches.count == 6)
    }
}

@Suite("The least-latency strategy")
struct LatencyOrderTests {
    private func route(_ milliseconds: [Int64?]) -> RouteFixture {
        let route = RouteFixture(.leastLatency, weights: milliseconds.map { _ in 1 })
        for (provider, time) in zip(route.route.candidates, milliseconds) {
            if let time { provider.latency.record(time * 1_000_000) }
        }
        return route
    }

    @Test("puts the fastest first, and the others in order of their averages")
    func fastest() {
        #expect(route([300, 100, 200]).order(advancing: false) == ["p1", "p2", "p0"])
        #expect(route([nil, nil, nil]).order() == ["p0", "p1", "p2"])
    }

    @Test("lets one message in twenty try another provider")
    func explores() {
        let firsts = route([300, 100, 200]).firsts(20_000)
        #expect((18_877...19_123).contains(firsts["p1"] ?? 0))
        #expect((411...589).contains(firsts["p0"] ?? 0) && (411...589).contains(firsts["p2"] ?? 0))
    }

    @Test("tries providers that are not measured yet with one message in four, never with all")
    func unmeasured() {
        let firsts = route([300, nil, nil]).firsts(20_000)
        #expect((14_755...15_245).contains(firsts["p0"] ?? 0))
        #expect((2_312...2_688).contains(firsts["p1"] ?? 0))
    }

    @Test("averages with a fifth for the newest, and failures count as slow unless they are the message's own")
    func averages() {
        let latency = LatencyAverage()
        #expect(latency.average == nil)
        latency.record(1_000_000)
        latency.record(2_000_000)
        #expect(latency.average == .nanoseconds(1_200_000))
        latency.recordFailure(.invalidRecipient, after: 5)
        #expect(latency.average == .nanoseconds(1_200_000))
        latency.recordFailure(.vendorError, after: 5)
        #expect(latency.average == .nanoseconds(2_000_960_000))
    }

    @Test("learns from the attempts that it makes, and moves away from a vendor that fails at once")
    func learns() async throws {
        let clock = ManualClock(mode: .automatic)
        let slow = RecordingProvider { [clock] _, number in
            clock.advance(by: .milliseconds(50))
            return number < 20 ? .accept : failure(.vendorError)
        }
        let fast = RecordingProvider { [clock] _, _ in
            clock.advance(by: .milliseconds(10))
            return .accept
        }
        let fixture = try GatewayFixture([slow, fast], clock: clock, strategy: .leastLatency)
        for number in 0..<100 { _ = await fixture.send(id: MessageID(rawValue: "m\(number)")) }
        #expect(fast.requests.count > 60 && slow.requests.count > 1)
        let candidates = try #require(fixture.gateway.plan(fixture.message()).batches.first?.candidates)
        #expect(candidates.first?.provider == "p2" && candidates.first?.why == "takes 0.01 s on average")
    }
}

@Suite("The cheapest strategy")
struct PriceOrderTests {
    private let route = RouteFixture(
        .cheapest, names: ["none", "home", "abroad", "also home"],
        prices: [
            PriceList(), PriceList(countries: ["CN": Price(millionths: 45_000)], other: Price(millionths: 400_000)),
            PriceList(countries: ["CN": Price(millionths: 50_000)], other: Price(millionths: 300_000)),
            PriceList(countries: ["CN": Price(millionths: 45_000)]),
        ])

    @Test("puts the lowest price for the country first, keeps ties as written, and leaves the unpriced for the end")
    func cheapest() {
        #expect(route.order() == ["home", "also home", "abroad", "none"])
        let abroad = RouteFixture.recipient(0, country: "4477")
        #expect(route.order(for: abroad) == ["abroad", "home", "none", "also home"])
        #expect(
            route.route.candidates.map { route.route.why($0, for: abroad) } == [
                "has no price here", "costs 0.4", "costs 0.3", "has no price here",
            ])
    }

    @Test(
        "reads decimals exactly",
        arguments: [
            ("0.045", 45_000), ("0.4", 400_000), ("12", 12_000_000), ("0", 0), ("0.000001", 1),
            ("999999999.999999", 999_999_999_999_999),
        ] as [(String, Int64)])
    func decimals(_ text: String, _ millionths: Int64) {
        #expect(Price(text)?.millionths == millionths)
        #expect(Price(text)?.description == text)
    }

    @Test(
        "refuses what is no price",
        arguments: ["", ".", "1.", ".5", "-1", "+1", "1e3", "0.0000001", "1,5", "１", "1.2.3"])
    func refused(_ text: String) {
        #expect(Price(text) == nil)
    }
}
