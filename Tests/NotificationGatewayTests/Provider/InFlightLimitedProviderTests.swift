import GatewayTestKit
import NotificationGateway
import Testing

@Suite("A limit of requests in flight")
struct InFlightLimitedProviderTests {
    private let clock = ManualClock()

    private func request(_ reference: String = "m-1", within limit: Duration = .seconds(4)) -> ProviderRequest {
        ProviderRequest(
            messageID: "m", reference: reference, recipients: [], content: ProviderContent(text: "hi"),
            deadline: clock.now + limit)
    }

    /// A provider that has one request under way, which ends when the gate opens.
    private func busy(_ gate: Gate) -> (InFlightLimitedProvider, RecordingProvider, Task<ProviderReceipt, any Error>) {
        let inner = RecordingProvider { _, number in
            if number == 1 { await gate.wait() }
            return .accept
        }
        let provider = InFlightLimitedProvider(inner, to: 1, clock: clock)
        let request = request("first")
        return (provider, inner, Task.immediate { try await provider.send(request) })
    }

    @Test("lets requests wait for those before them, in the order of arrival")
    func waits() async throws {
        let gate = Gate()
        let (provider, inner, first) = busy(gate)
        let others = (1...5).map { number in
            let request = request("\(number)")
            return Task.immediate { try await provider.send(request) }
        }
        #expect(inner.requests.map(\.reference) == ["first"])
        gate.open()
        _ = try await first.value
        for other in others { _ = try await other.value }
        #expect(inner.requests.map(\.reference) == ["first", "1", "2", "3", "4", "5"])
    }

    @Test("refuses a request for which no turn came in half of its time, surely unsent, and gives its turn to no one")
    func noTurn() async throws {
        let gate = Gate()
        let (provider, inner, first) = busy(gate)
        let late = request("late")
        let waiting = Task.immediate { try await provider.send(late) }
        await clock.waitForSleeper()
        clock.advance(by: .seconds(2))
        let error = try await #require(throws: ProviderError.self) { try await waiting.value }
        #expect(error.reason == .throttled && error.acceptance == .rejected)
        gate.open()
        _ = try await first.value
        _ = try await provider.send(request("next"))
        #expect(inner.requests.map(\.reference) == ["first", "next"])
    }

    @Test("ends a wait at once when it is cancelled, and the turn goes to the next")
    func cancelled() async throws {
        let gate = Gate()
        let (provider, inner, first) = busy(gate)
        let (a, b) = (request("a"), request("b"))
        let waiting = Task.immediate { try await provider.send(a) }
        let next = Task.immediate { try await provider.send(b) }
        waiting.cancel()
        let error = try await #require(throws: ProviderError.self) { try await waiting.value }
        #expect(error.reason == .cancelled && error.acceptance == .rejected)
        gate.open()
        _ = try await (first.value, next.value)
        #expect(inner.requests.map(\.reference) == ["first", "b"])
    }

    @Test("frees its place when a request fails")
    func failure() async throws {
        let inner = RecordingProvider([.fail(ProviderError(.vendorError, .rejected, message: "no"))], last: .accept)
        let provider = InFlightLimitedProvider(inner, to: 1, clock: clock)
        await #expect(throws: ProviderError.self) { try await provider.send(request()) }
        _ = try await provider.send(request())
    }

    @Test("sends a message by the next provider when the first has no place for it in time")
    func nextProvider() async throws {
        let gate = Gate()
        let inner = RecordingProvider { _, number in
            if number == 1 { await gate.wait() }
            return .accept
        }
        let fixture = try GatewayFixture(
            [inner, RecordingProvider()], retries: 0, maxInFlight: 1, clock: clock)
        let first = Task.immediate { await fixture.send(id: "a") }
        let second = Task.immediate { await fixture.send(id: "b") }
        await clock.waitForSleeper()
        clock.advance(by: .seconds(4))
        let delivery = await second.value
        #expect(delivery.outcome == .accepted && delivery.recipients.first?.provider == "p2")
        #expect(delivery.attempts.first?.error?.reason == .throttled)
        gate.open()
        #expect(await first.value.recipients.first?.provider == "p1")
    }

    @Test("holds under a thousand sends at once, some of them cancelled")
    func many() async throws {
        let gauge = HighWater()
        let inner = RecordingProvider { _, _ in
            await gauge.inside { await Task.yield() }
            return .accept
        }
        let provider = InFlightLimitedProvider(inner, to: 3, clock: clock)
        let request = request()
        let sends = (0..<1_000).map { _ in Task { try await provider.send(request) } }
        for send in sends.enumerated() where send.offset % 7 == 0 { send.element.cancel() }
        var taken = 0
        for send in sends {
            if case .success = await send.result { taken += 1 }
        }
        #expect(taken >= 850)
        #expect(await gauge.most <= 3)
        _ = try await provider.send(request)
    }
}

/// How many were inside at a time, at most.
private actor HighWater {
    private var current = 0
    private(set) var most = 0

    func inside(_ body: @Sendable () async -> Void) async {
        current += 1
        most = max(most, current)
        await body()
        current -= 1
    }
}
