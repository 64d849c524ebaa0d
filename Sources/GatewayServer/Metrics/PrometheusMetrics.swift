public import CoreMetrics
import Synchronization

/// A back end of swift-metrics that is read as Prometheus' text: bootstrap it, and give it to the server for `/metrics`.
///
///     let metrics = PrometheusMetrics()
///     MetricsSystem.bootstrap(metrics)
///
/// Counters end in `_total`, timers are histograms in seconds, recorders histograms or gauges. A name keeps the kind under
/// which it came first; what comes under another is not counted. A metric has at most ``mostSeries`` combinations of
/// labels; all further ones share one series whose values are `other`.
public final class PrometheusMetrics: MetricsFactory {
    /// Most combinations of a metric's labels.
    public static let mostSeries = 1_000
    /// The media type of the text.
    public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// The bounds of the buckets of timers, in seconds.
    static let timeBounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]
    /// The bounds of the buckets of recorders.
    static let valueBounds = [1.0, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 10_000, 100_000]

    private let help: [String: String]
    private let families = Mutex<[String: MetricFamily]>([:])

    /// Makes an empty back end.
    ///
    /// - Parameter help: one line for each metric, by its name in swift-metrics; those of the gateway and the server have theirs.
    public init(help: [String: String] = [:]) {
        self.help = help.merging(ServerMetrics.help) { first, _ in first }.merging(Self.gatewayHelp) { first, _ in first
        }
    }

    /// What docs/metrics.md says of the gateway's own metrics, in short.
    private static let gatewayHelp: [String: String] = [
        "notify.messages": "Messages that ended, by outcome.", "notify.attempts": "Attempts that ended.",
        "notify.attempt.duration": "How long an attempt took, waits for limits included.",
        "notify.reconciliations": "Inquiries at a vendor about a message that it may have taken.",
        "notify.provider.open_circuits": "Circuits of a provider that are not closed: 0 is healthy.",
        "notify.limiter.wait": "How long a request waited for its turn.",
        "notify.limiter.refusals": "What a limit refused.",
        "notify.repeats": "Calls with an id that was used before.",
        "notify.reloads": "Looks at the configuration file that had something to tell.",
    ]

    // MARK: MetricsFactory

    /// A counter.
    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        series(label, "_total", .counter, dimensions)
    }

    /// A counter of fractions.
    public func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        series(label, "_total", .counter, dimensions)
    }

    /// A gauge that goes up and down.
    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        series(label, "", .gauge, dimensions)
    }

    /// A histogram, or a gauge where nothing is to be added up.
    public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        series(label, "", aggregate ? .histogram(bounds: Self.valueBounds) : .gauge, dimensions)
    }

    /// A histogram of seconds.
    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        series(label, "_seconds", .histogram(bounds: Self.timeBounds), dimensions)
    }

    /// Series stay: a scraper would take a counter that comes again for one that began anew.
    public func destroyCounter(_ handler: any CounterHandler) {}
    /// Series stay.
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    /// Series stay.
    public func destroyMeter(_ handler: any MeterHandler) {}
    /// Series stay.
    public func destroyRecorder(_ handler: any RecorderHandler) {}
    /// Series stay.
    public func destroyTimer(_ handler: any TimerHandler) {}

    private func series(
        _ label: String, _ suffix: String, _ kind: MetricFamily.Kind, _ dimensions: [(String, String)]
    ) -> MetricSeries {
        let name = Self.name(label) + (label.hasSuffix(suffix) ? "" : suffix)
        return families.withLock { families in
            let family = families[name] ?? MetricFamily(kind: kind, help: help[label] ?? label)
            let (series, changed) = family.series(dimensions)
            families[name] = changed
            // A name of two kinds would be no metric.
            return family.kind == kind ? series : MetricSeries(kind)
        }
    }

    /// A name or label in the letters that Prometheus allows.
    static func name(_ text: String) -> String {
        let letters = text.unicodeScalars.map { scalar in
            scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)) ? Character(scalar) : "_"
        }
        return (letters.first?.isNumber ?? true ? "_" : "") + String(letters)
    }

    // MARK: Text

    /// Everything in the text format, metrics and series in the order of their names.
    public var text: String {
        let families = families.withLock { $0 }
        var text = ""
        for (name, family) in families.sorted(by: { $0.key < $1.key }) { family.write(name, to: &text) }
        return text
    }
}
