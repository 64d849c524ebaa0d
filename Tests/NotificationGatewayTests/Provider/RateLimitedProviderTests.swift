import GatewayTestKit
import NotificationGateway
import Testing

@Suite("A rate limit")
struct RateLimitedProviderTests {
    private let clock = ManualClock(mode: .automatic)
    private let inner = RecordingProvider()

    private func limited(_ rate: Rate, clock: (any GatewayClock)? = nil) -> RateLimitedProvider {
        RateLimitedProvider(inner, to: rate, clock: clock ?? self.clock)
    }

    private func request(within limit: Duration) -> ProviderRequest {
        ProviderRequest(
            messageID: "m", reference: "m-1", recipients: [], content: ProviderContent(text: "hi"),
            deadline: clock.now + limit)
    }

    @Test("lets a request wait for a turn up to the half of its time")
    func waits() async throws {
        let provider = limited(Rate(1, per: .seconds(2)))
        _ = try await provider.send(request(within: .seconds(4)))
        _ = try await provider.send(request(within: .seconds(4)))
        #expect(clock.sleeps == [.seconds(2)])
        #expect(inner.requests.count == 2)
    }

    @Test("refuses a request whose turn comes later, says when that is, and keeps the turn for others")
    func noTurn() async throws {
        let provider = limited(Rate(1, per: .seconds(2)))
        _ = try await provider.send(request(within: .seconds(4)))
        for _ in 0..<3 {
            let late = request(within: .milliseconds(3_999))
            let error = try await #require(throws: ProviderError.self) { try await provider.send(late) }
            #expect(error.reason == .throttled && error.acceptance == .rejected)
            #expect(error.retryAfter == .seconds(2))
        }
        #expect(inner.requests.count == 1 && clock.sleeps.isEmpty)
        _ = try await provider.send(request(within: .seconds(4)))
        #expect(clock.sleeps == [.seconds(2)])
    }

    @Test("hands on no request whose time passed while it waited")
    func overslept() async throws {
        let provider = limited(Rate(1, per: .seconds(2)), clock: LateClock(clock))
        _ = try await provider.send(request(within: .seconds(4)))
        let late = request(within: .seconds(4))
        let error = try await #require(throws: ProviderError.self) { try await provider.send(late) }
        #expect(error.reason == .deadlineExceeded && error.acceptance == .rejected)
        #expect(inner.requests.count == 1)
    }

    @Test("under a load that is too high for long still sends what it can in time, and the rest moves on at once")
    func overload() async throws {
        let fixture = try GatewayFixture(
            [RecordingProvider(), RecordingProvider()], retries: 0, rateLimits: [Rate(1, per: .seconds(1)), nil],
            clock: ManualClock())
        let deliveries = await withTaskGroup(of: Delivery.self) { group in
            for number in 0..<20 {
                group.addTask { await fixture.send(id: MessageID(rawValue: "m\(number)")) }
            }
            // Turns at 1, 2 and 3 s lie in the first half of the first provider's share of 7.5 s.
            await fixture.providers[1].waitForRequests(16)
            await fixture.clock.waitForSleepers(3)
            fixture.clock.advance(by: .seconds(3))
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(deliveries.allSatisfy { $0.outcome == .accepted })
        #expect(fixture.providers.map(\.requests.count) == [4, 16])
        let refused = deliveries.compactMap(\.attempts.first?.error)
        // Those that come after the first refusal find the provider's pace named, and go to the other one at once.
        #expect((1...16).contains(refused.count) && refused.allSatisfy { $0.reason == .throttled })
    }
}

/// A clock whose sleepers wake a minute late.
private struct LateClock: GatewayClock {
    let clock: ManualClock

    init(_ clock: ManualClock) { self.clock = clock }

    var now: MonotonicTime { clock.now }
    var wallTime: WallTime { clock.wallTime }

    func sleep(until instant: MonotonicTime) async throws(CancellationError) {
        try await clock.sleep(until: instant + .seconds(60))
    }
}
