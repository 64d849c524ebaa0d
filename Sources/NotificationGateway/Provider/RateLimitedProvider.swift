/// A provider that is given no more requests than a rate allows: a request waits for its turn inside its deadline.
///
/// The turns are those of a token bucket that holds one second's worth (at least one): short bursts pass at once.
/// Waiting for a turn is not an attempt: nothing has left the machine.
///
/// A turn is granted only where at least half of the request's time is left after it. Otherwise, under a load that is too
/// high for long, each request would get a turn just before its deadline and time out, and none would ever be sent in time.
public struct RateLimitedProvider: MessageProvider {
    private let provider: any MessageProvider
    private let clock: any GatewayClock
    private let name: ProviderName?
    private let schedule: RateSchedule

    /// Limits a provider; its waits are counted under its name.
    public init(
        _ provider: any MessageProvider, to rate: Rate, clock: any GatewayClock = SystemClock(),
        name: ProviderName? = nil
    ) {
        self.init(provider, by: RateSchedule(rate, start: clock.now), clock: clock, name: name)
    }

    /// Limits a provider by turns that others may take too.
    init(_ provider: any MessageProvider, by schedule: RateSchedule, clock: any GatewayClock, name: ProviderName?) {
        self.provider = provider
        self.clock = clock
        self.name = name
        self.schedule = schedule
    }

    /// Those of the provider.
    public var capabilities: Capabilities { provider.capabilities }

    /// That of the provider; look-ups do not count against the rate.
    public var statusLookup: (any StatusLookup)? { provider.statusLookup }

    /// That of the provider.
    public var receiptReader: (any ReceiptReader)? { provider.receiptReader }

    /// Waits for a turn and sends.
    ///
    /// - Throws: reason `throttled`, rejected, when no turn comes in the first half of the time, with the wait for the next one;
    ///   reason `deadlineExceeded`, rejected, when the wait itself took too long; reason `cancelled`, rejected, when it was
    ///   cancelled; else what the provider throws.
    public func send(_ request: ProviderRequest) async throws(ProviderError) -> ProviderReceipt {
        let now = clock.now
        let turn = schedule.nextTurn(now: now, notAfter: now + (request.deadline - now) / 2)
        guard turn.isTaken else {
            ProviderError.Limit.rateLimit.countRefusal(at: name)
            throw ProviderError.full(.rateLimit, retryAfter: turn.instant - now)
        }
        if turn.instant > now {
            try await wait(until: turn.instant, for: request)
            ProviderError.Limit.rateLimit.countWait(clock.now - now, at: name)
        }
        return try await provider.send(request)
    }

    private func wait(
        until turn: MonotonicTime, for request: ProviderRequest
    ) async throws(ProviderError) {
        do { try await clock.sleep(until: turn) } catch {
            throw ProviderError(.cancelled, .rejected, message: "cancelled while waiting for the rate_limit")
        }
        // A busy machine may wake a task long after its instant.
        guard clock.now < request.deadline else {
            throw ProviderError(
                .deadlineExceeded, .rejected, message: "no time was left after waiting for the rate_limit")
        }
    }

    /// That of the provider.
    public func preview(_ request: ProviderRequest) throws(ProviderError) -> RequestPreview {
        try provider.preview(request)
    }

    /// Shuts the provider down.
    public func shutdown() async { await provider.shutdown() }
}
