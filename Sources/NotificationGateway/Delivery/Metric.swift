import Metrics

/// Everything that the gateway counts and times, with the labels of each; docs/metrics.md says what each means.
///
/// Labels have values of bounded lists only: names of the configuration, and words of closed lists.
package enum Metric: String, CaseIterable, Sendable {
    case messages = "notify.messages"
    case attempts = "notify.attempts"
    case attemptDuration = "notify.attempt.duration"
    case reconciliations = "notify.reconciliations"
    case openCircuits = "notify.provider.open_circuits"
    case limiterWait = "notify.limiter.wait"
    case limiterRefusals = "notify.limiter.refusals"
    case repeats = "notify.repeats"
    case reloads = "notify.reloads"
    case receipts = "notify.receipts"
    case webhooks = "notify.webhooks"
    case webhookDuration = "notify.webhook.duration"

    /// What kind of instrument it is.
    package var kind: String {
        switch self {
        case .messages, .attempts, .reconciliations, .limiterRefusals, .repeats, .reloads, .receipts, .webhooks:
            "counter"
        case .attemptDuration, .limiterWait, .webhookDuration: "timer"
        case .openCircuits: "gauge"
        }
    }

    /// The names of its labels.
    package var labels: [String] {
        switch self {
        case .messages: ["outcome"]
        case .attempts: ["provider", "acceptance", "reason"]
        case .attemptDuration: ["provider"]
        case .reconciliations: ["provider", "finding"]
        case .openCircuits: ["provider", "scope"]
        case .limiterWait, .limiterRefusals: ["provider", "limiter"]
        case .repeats, .reloads: ["result"]
        case .receipts: ["provider", "effect"]
        case .webhooks: ["endpoint", "result"]
        case .webhookDuration: ["endpoint"]
        }
    }

    /// The counter with the labels' values, in their order.
    func counter(_ values: String...) -> Counter { Counter(label: rawValue, dimensions: dimensions(values)) }

    /// Counts one under the labels' values, in their order: for what is rare. What each message counts keeps its counter.
    package func count(_ values: String...) {
        Counter(label: rawValue, dimensions: dimensions(values)).increment()
    }

    /// Times one under the labels' values, in their order: for what is rare.
    package func time(_ duration: Duration, _ values: String...) {
        Timer(label: rawValue, dimensions: dimensions(values)).recordNanoseconds(duration.wholeNanoseconds)
    }

    /// The timer with the labels' values, in their order.
    func timer(_ values: String...) -> Timer { Timer(label: rawValue, dimensions: dimensions(values)) }

    /// The gauge with the labels' values, in their order.
    func gauge(_ values: String...) -> Gauge { Gauge(label: rawValue, dimensions: dimensions(values)) }

    private func dimensions(_ values: [String]) -> [(String, String)] {
        precondition(values.count == labels.count, "each label has a value")
        return Array(zip(labels, values))
    }
}

extension ProviderError.Limit {
    /// Counts a request that it refused.
    func countRefusal(at provider: ProviderName?) {
        Metric.limiterRefusals.count(provider?.rawValue ?? "none", rawValue)
    }

    /// Times how long a request waited for its turn.
    func countWait(_ duration: Duration, at provider: ProviderName?) {
        Metric.limiterWait.timer(provider?.rawValue ?? "none", rawValue).recordNanoseconds(duration.wholeNanoseconds)
    }
}
