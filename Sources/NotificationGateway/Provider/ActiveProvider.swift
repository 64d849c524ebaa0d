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
    private let acceptedAttempts: Counter
    private let attemptDuration: Metrics.Timer

    /// - Parameter turns: those that it shares with other providers; `nil` for its own.
    init(
        _ configured: GatewaySettings.ConfiguredProvider, clock: any GatewayClock, sharing turns: RateSchedule? = nil
    ) {
        name = configured.name
        type = configured.type
        let turns = turns ?? configured.rateLimit.map { RateSchedule($0, start: clock.now) }
        provider =
            turns.map {
                RateLimitedProvider(configured.provider, by: $0, clock: clock, name: configured.name)
            } ?? configured.provider
        capabilities = CompiledCapabilities(configured.provider.capabilities)
        prices = configured.prices
        acceptedAttempts = Metric.attempts.counter(configured.name.rawValue, Acceptance.accepted.rawValue, "none")
        attemptDuration = Metric.attemptDuration.timer(configured.name.rawValue)
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

extension Duration {
    var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds &* 1_000_000_000 &+ attoseconds / 1_000_000_000
    }
}
