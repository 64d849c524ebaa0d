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

    init(_ configured: GatewaySettings.ConfiguredProvider, clock: any GatewayClock) {
        name = configured.name
        type = configured.type
        provider =
            configured.rateLimit.map { RateLimitedProvider(configured.provider, to: $0, clock: clock) }
            ?? configured.provider
        capabilities = CompiledCapabilities(configured.provider.capabilities)
        prices = configured.prices
        acceptedAttempts = Self.attempts(configured.name, "accepted", reason: "none")
        attemptDuration = Timer(
            label: "notify.attempt.duration", dimensions: [("provider", configured.name.rawValue)])
    }

    private static func attempts(_ provider: ProviderName, _ acceptance: String, reason: String) -> Counter {
        Counter(
            label: "notify.attempts",
            dimensions: [("provider", provider.rawValue), ("acceptance", acceptance), ("reason", reason)])
    }

    func countAcceptance(after duration: Duration) {
        acceptedAttempts.increment()
        let nanoseconds = duration.wholeNanoseconds
        latency.record(nanoseconds)
        attemptDuration.recordNanoseconds(nanoseconds)
    }

    func countFailure(_ error: ProviderError, after duration: Duration) {
        Self.attempts(name, error.acceptance.rawValue, reason: error.reason.metricLabel).increment()
        let nanoseconds = duration.wholeNanoseconds
        latency.recordFailure(error.reason, after: nanoseconds)
        attemptDuration.recordNanoseconds(nanoseconds)
    }

    /// Says how many circuits of a scope are not closed; a change is rare, so the instrument is made for it.
    func gauge(_ transition: ProviderCircuits.Transition) {
        Gauge(
            label: "notify.provider.open_circuits",
            dimensions: [("provider", name.rawValue), ("scope", transition.scope.metricLabel)]
        ).record(transition.openCount)
    }
}

extension Duration {
    var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds &* 1_000_000_000 &+ attoseconds / 1_000_000_000
    }
}
