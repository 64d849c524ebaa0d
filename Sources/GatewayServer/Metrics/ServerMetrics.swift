import CoreMetrics
import GatewayOutbox
import NotificationGateway

/// What the server counts: requests by the template of their path and the class of the answer, never by anything of theirs.
///
/// `endpoint` is a path of the API, the prefix of a mounted handler, or `none`; `status` is `2xx` and so on.
struct ServerMetrics: Sendable {
    /// What is said of each, by its name in swift-metrics.
    static let help = [
        requests: "Requests that were answered, by path and class of the status.",
        durations: "How long a request took from its last byte to its answer.",
        connections: "Connections that are open.", entries: "Messages in the outbox, by state.",
        refusals: "Requests that were not taken, by why.",
    ]

    static let requests = "notify.http.requests"
    static let durations = "notify.http.request.duration"
    static let connections = "notify.http.connections"
    static let refusals = "notify.http.refusals"
    static let entries = "notify.outbox.entries"

    private let metrics: PrometheusMetrics
    private let endpoints: [String: Counters]
    private let refused: [Refusal: any CounterHandler]

    private struct Counters: Sendable {
        /// By the hundreds of the status, from 1.
        var classes: [any CounterHandler]
        var duration: any TimerHandler
    }

    init(_ metrics: PrometheusMetrics, mounts: [String]) {
        self.metrics = metrics
        let names = Endpoint.allCases.map(\.rawValue) + mounts + [Self.none]
        endpoints = Dictionary(
            names.map { name in
                let classes = (1...5).map { hundreds in
                    metrics.makeCounter(
                        label: Self.requests, dimensions: [("endpoint", name), ("status", "\(hundreds)xx")])
                }
                let duration = metrics.makeTimer(label: Self.durations, dimensions: [("endpoint", name)])
                return (name, Counters(classes: classes, duration: duration))
            }, uniquingKeysWith: { first, _ in first })
        refused = Dictionary(
            uniqueKeysWithValues: Refusal.allCases.map { refusal in
                (refusal, metrics.makeCounter(label: Self.refusals, dimensions: [("why", refusal.metricLabel)]))
            })
    }

    /// For paths that lead nowhere.
    static let none = "none"

    func count(_ endpoint: String, _ status: Int, _ duration: Duration) {
        guard let counters = endpoints[endpoint] else { return }
        counters.classes[min(max(status / 100, 1), 5) - 1].increment(by: 1)
        counters.duration.recordNanoseconds(duration.wholeNanoseconds)
    }

    func count(_ refusal: Refusal) { refused[refusal]?.increment(by: 1) }

    /// What is looked up when somebody asks.
    func set(connections: Int, entries: [EntryState: Int]?) {
        metrics.makeMeter(label: Self.connections, dimensions: []).set(Int64(connections))
        guard let entries else { return }
        for state in EntryState.allCases {
            metrics.makeMeter(label: Self.entries, dimensions: [("state", state.rawValue)])
                .set(Int64(entries[state] ?? 0))
        }
    }
}

extension Refusal {
    var metricLabel: String {
        switch self {
        case .malformed: "malformed"
        case .methodUnknown: "method-unknown"
        case .timedOut: "timed-out"
        case .contentTooLarge: "content-too-large"
        case .targetTooLong: "target-too-long"
        case .expectationFailed: "expectation-failed"
        case .headerTooLarge: "header-too-large"
        case .codingUnknown: "coding-unknown"
        case .overloaded: "overloaded"
        case .versionUnknown: "version-unknown"
        }
    }
}
