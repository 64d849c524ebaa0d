import GatewayTestKit
import Synchronization
import Testing

@testable import NotificationGateway

@Suite("A gateway and the health of its providers")
struct GatewayHealthTests {
    /// Sends so many messages, one each `interval`, and says which provider each was first asked of.
    private func firsts(
        _ count: Int, _ fixture: GatewayFixture, every interval: Duration = .milliseconds(100)
    ) async -> [ProviderName] {
        var firsts: [ProviderName] = []
        for _ in 0..<count {
            let delivery = await fixture.send(id: nil)
            if let first = delivery.attempts.first { firsts.append(first.provider) }
            fixture.clock.advance(by: interval)
        }
        return firsts
    }

    @Test("a stream with 30 % bad numbers leaves the first vendor healthy and sends none of them to the second")
    func badNumbers() async throws {
        let random = SeededRandom(seed: 11)
        let first = RecordingProvider { _, _ in random.next(below: 10) < 3 ? failure(.invalidRecipient) : .accept }
        let fixture = try GatewayFixture([first, RecordingProvider()])
        #expect(await firsts(2_000, fixture).allSatisfy { $0 == "p1" })
        #expect(first.requests.count == 2_000 && fixture.providers[1].requests.isEmpty)
        #expect(fixture.gateway.health["p1"] == .healthy)
    }

    @Test("an account without balance is passed over at once, and probed with real messages until it works again")
    func account() async throws {
        let first = RecordingProvider { _, number in number <= 2 ? failure(.insufficientBalance) : .accept }
        let fixture = try GatewayFixture([first, RecordingProvider()])
        #expect(await firsts(1, fixture) == ["p1"])
        let circuit = try #require(fixture.gateway.health["p1"]?.circuits.first)
        #expect(circuit.scope == .account && circuit.reason == .insufficientBalance && circuit.message == "no")
        #expect(await firsts(290, fixture).allSatisfy { $0 == "p2" })
        // The first probe fails, and the next comes after twice the time.
        fixture.clock.advance(by: .seconds(1))
        #expect(await firsts(2, fixture) == ["p1", "p2"])
        fixture.clock.advance(by: .seconds(60))
        #expect(await firsts(3, fixture, every: .seconds(1)) == ["p1", "p1", "p1"])
        #expect(
            first.requests.count == 5
                && fixture.gateway.health["p1"]?.circuits.map(\.state) == [.partial(percent: 12)])
    }

    /// Sends until the first vendor, which fails, gets nothing more, and checks that its share shrank step by step.
    private func fail(_ fixture: GatewayFixture) async throws {
        #expect(await firsts(10, fixture, every: .zero).allSatisfy { $0 == "p1" })
        #expect(fixture.gateway.health["p1"]?.circuits.map(\.scope) == [.service])
        var states: [ProviderHealth.State] = []
        for _ in 0..<2_000 {
            guard let state = fixture.gateway.health["p1"]?.circuits.first?.state else { break }
            if state != states.last { states.append(state) }
            if case .open = state { break }
            _ = await firsts(1, fixture, every: .milliseconds(10))
        }
        let shares = [75, 50, 25, 12].map { ProviderHealth.State.partial(percent: $0) }
        #expect(states.count == 5 && Array(states.dropLast()) == shares)
    }

    @Test("traffic leaves in steps and comes back in steps, never all at once")
    func comesBack() async throws {
        let works = Atomic(false)
        let first = RecordingProvider { _, _ in works.load(ordering: .relaxed) ? .accept : failure(.vendorError) }
        let fixture = try GatewayFixture([first, RecordingProvider()], retries: 0)
        try await fail(fixture)
        works.store(true, ordering: .relaxed)
        fixture.clock.advance(by: .seconds(10))
        _ = await firsts(21, fixture)
        var shares: [Int] = []
        for _ in 0..<4 {
            shares.append(await firsts(1_000, fixture, every: .milliseconds(10)).count { $0 == "p1" })
        }
        // Four standard deviations around an eighth, a quarter, a half and three quarters.
        for (share, expected) in zip(shares, [83...167, 195...305, 437...563, 695...805]) {
            #expect(expected.contains(share))
        }
        #expect(await firsts(100, fixture).suffix(50).allSatisfy { $0 == "p1" })
        #expect(fixture.gateway.health["p1"] == .healthy)
    }

    @Test("when every provider is open the least bad is tried, and the trail says so")
    func lastResort() async throws {
        let fixture = try GatewayFixture(
            [
                RecordingProvider([failure(.accountSuspended)]),
                RecordingProvider { _, number in number <= 50 ? failure(.vendorError) : .accept },
            ], retries: 0)
        for _ in 0..<5 {
            _ = await firsts(10, fixture, every: .zero)
            fixture.clock.advance(by: CircuitBreaker.shortHold)
        }
        let delivery = await fixture.send()
        #expect(delivery.outcome == .accepted && delivery.attempts.map(\.provider) == ["p2"])
        #expect(
            delivery.attempts.first?.why
                == "the provider took the message; asked although no provider is healthy: it is the least bad")
    }

    @Test("nothing shifts between vendors that are equally bad")
    func bothBad() async throws {
        let fixture = try GatewayFixture(
            [RecordingProvider(last: failure(.vendorError)), RecordingProvider(last: failure(.vendorError))], retries: 0
        )
        #expect(await firsts(200, fixture).allSatisfy { $0 == "p1" })
    }

    @Test("a throttled vendor comes last for as long as it says")
    func throttled() async throws {
        let first = RecordingProvider { _, number in
            number == 1 ? failure(.throttled, retryAfter: .seconds(3)) : .accept
        }
        let fixture = try GatewayFixture([first, RecordingProvider()])
        #expect(await firsts(4, fixture, every: .seconds(1)) == ["p1", "p2", "p2", "p1"])
        #expect(fixture.gateway.health["p1"] == .healthy)
    }

    @Test(
        "an open provider comes last under every strategy, and sticky recipients of the others stay",
        arguments: Strategy.allCases)
    func strategies(_ strategy: Strategy) async throws {
        let broken = RecordingProvider(last: failure(.authenticationFailed))
        let fixture = try GatewayFixture([broken, RecordingProvider(), RecordingProvider()], strategy: strategy)
        let addresses = (0..<60).map { Address.text("138001380\(10 + $0)") }
        var planned: [ProviderName?] = []
        for address in addresses {
            planned.append(fixture.gateway.plan(fixture.message([address])).batches.first?.candidates.first?.provider)
        }
        // The first message that comes to it opens it.
        for address in addresses where broken.requests.isEmpty { _ = await fixture.send([address], id: nil) }
        for (address, provider) in zip(addresses, planned) {
            let delivery = await fixture.send([address], id: nil)
            #expect(delivery.attempts.count == 1 && delivery.recipients.first?.provider != "p1")
            if strategy == .sticky, provider != "p1" { #expect(delivery.recipients.first?.provider == provider) }
            let plan = fixture.gateway.plan(fixture.message([address]))
            let last = try #require(plan.batches.first?.candidates.last)
            #expect(last.provider == "p1" && last.health.circuits.map(\.reason) == [.authenticationFailed])
        }
        #expect(broken.requests.count == 1)
    }

    @Test("a template that one vendor lacks goes elsewhere, and its other messages stay")
    func binding() async throws {
        let first = RecordingProvider { request, _ in
            request.content.template == nil ? .accept : failure(.templateNotApproved)
        }
        let fixture = try GatewayFixture([first, RecordingProvider()])
        #expect(await firsts(3, fixture) == ["p1", "p2", "p2"])
        let text = Message(to: ["13800138000"], content: .text("hello"))
        #expect(await fixture.gateway.send(text).attempts.map(\.provider) == ["p1"])
        #expect(fixture.gateway.health["p1"]?.circuits.map(\.scope) == [.binding("login-code")])
    }
}
