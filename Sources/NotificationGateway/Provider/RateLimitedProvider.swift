import Synchronization

/// A provider that is given no more requests than a rate allows: a request waits for its turn inside its deadline.
///
/// The turns are those of a token bucket that holds one second's worth (at least one): short bursts pass at once.
/// Waiting for a turn is not an attempt: nothing has left the machine.
public struct RateLimitedProvider: MessageProvider {
    private let provider: any MessageProvider
    private let clock: any GatewayClock
    private let schedule: Schedule

    /// Limits a provider.
    public init(_ provider: any MessageProvider, to rate: Rate, clock: any GatewayClock = SystemClock()) {
        self.provider = provider
        self.clock = clock
        schedule = Schedule(rate, start: clock.now)
    }

    /// Those of the provider.
    public var capabilities: Capabilities { provider.capabilities }

    /// That of the provider; look-ups do not count against the rate.
    public var statusLookup: (any StatusLookup)? { provider.statusLookup }

    /// Waits for a turn and sends.
    ///
    /// - Throws: reason `throttled`, rejected, when no turn comes before the deadline; else what the provider throws.
    public func send(_ request: ProviderRequest) async throws(ProviderError) -> ProviderReceipt {
        let now = clock.now
        guard let turn = schedule.takeTurn(now: now, before: request.deadline) else {
            throw ProviderError(
                .throttled, .rejected, message: "the provider's own rate_limit leaves no turn before the deadline",
                retryAfter: request.deadline - now)
        }
        if turn > now {
            do { try await clock.sleep(until: turn) } catch {
                throw ProviderError(.cancelled, .rejected, message: "cancelled while waiting for the rate_limit")
            }
        }
        return try await provider.send(request)
    }

    /// That of the provider.
    public func preview(_ request: ProviderRequest) throws(ProviderError) -> RequestPreview {
        try provider.preview(request)
    }

    /// Shuts the provider down.
    public func shutdown() async { await provider.shutdown() }

    /// Generic cell rate algorithm: one number says when the bucket will be full again.
    private final class Schedule: Sendable {
        private let interval: Duration
        private let burst: Duration
        private let theoreticalArrival: Mutex<ContinuousClock.Instant>

        init(_ rate: Rate, start: ContinuousClock.Instant) {
            interval = rate.period / rate.count
            burst = max(.zero, min(rate.period, .seconds(1)) - interval)
            theoreticalArrival = Mutex(start)
        }

        func takeTurn(
            now: ContinuousClock.Instant, before deadline: ContinuousClock.Instant
        ) -> ContinuousClock.Instant? {
            theoreticalArrival.withLock { arrival in
                let start = max(arrival, now)
                let turn = max(now, start - burst)
                guard turn < deadline else { return nil }
                arrival = start + interval
                return turn
            }
        }
    }
}
