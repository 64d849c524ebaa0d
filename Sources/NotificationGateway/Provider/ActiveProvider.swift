import Metrics

/// A provider in service: the plug-in, its circuit breakers, and the instruments that count its attempts.
final class ActiveProvider: Sendable {
    let name: ProviderName
    let type: String
    let provider: any MessageProvider
    let capabilities: CompiledCapabilities
    let breakers = ProviderBreakers()
    let latency = LatencyAverage()
    let prices: PriceList
    private let turns: RateSchedule?
    private let turnsKey: RateLimitKey?
    private let inFlight: InFlightLimitedProvider?
    private let acceptedAttempts: Counter
    private let attemptDuration: Metrics.Timer

    /// Puts a provider in service, behind its limits.
    ///
    /// That of requests under way is inside the rate's, so that nobody waits for a turn of the rate while others could send.
    ///
    /// - Parameter turns: those that it shares with other providers; `nil` for its own.
    init(
        _ configured: GatewaySettings.ConfiguredProvider, clock: any GatewayClock, sharing turns: RateSchedule? = nil
    ) {
        name = configured.name
        type = configured.type
        let turns = turns ?? configured.rateLimit.map { RateSchedule($0, start: clock.now) }
        let inFlight = configured.maxInFlight.map {
            InFlightLimitedProvider(configured.provider, to: $0, clock: clock, name: configured.name)
        }
        let limited: any MessageProvider = inFlight ?? configured.provider
        provider =
            turns.map { RateLimitedProvider(limited, by: $0, clock: clock, name: configured.name) } ?? limited
        self.turns = turns
        turnsKey = configured.rateLimitKey
        self.inFlight = inFlight
        capabilities = CompiledCapabilities(configured.provider.capabilities)
        prices = configured.prices
        acceptedAttempts = Metric.attempts.counter(configured.name.rawValue, Acceptance.accepted.rawValue, "none")
        attemptDuration = Metric.attemptDuration.timer(configured.name.rawValue)
    }

    /// Its limits, and how much of them is in use.
    func limits(now: MonotonicTime) -> ProviderLimits {
        ProviderLimits(rateLimit: turns?.turns(now: now, sharedAs: turnsKey), maxInFlight: inFlight?.places)
    }

    func countAcceptance(after duration: Duration) {
        acceptedAttempts.increment()
        let nanoseconds = duration.wholeNanoseconds
        latency.record(nanoseconds)
        attemptDuration.recordNanoseconds(nanoseconds)
    }

    func countFailure(_ error: ProviderError, after duration: Duration) {
        Metric.attempts.counter(name.rawValue, error.acceptance.rawValue, error.reason.metricLabel).increment()
        let nanoseconds = duration.wholeNanoseconds
        latency.recordFailure(error.reason, after: nanoseconds)
        attemptDuration.recordNanoseconds(nanoseconds)
    }

    /// Says how many circuits of a scope are not closed; a change is rare, so the instrument is made for it.
    func gauge(_ transition: ProviderCircuits.Transition) {
        Metric.openCircuits.gauge(name.rawValue, transition.scope.metricLabel).record(transition.openCount)
    }
}
