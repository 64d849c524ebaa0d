import CoreMetrics
import Synchronization

/// One line of numbers: a metric with one set of labels.
final class MetricSeries: CounterHandler, FloatingPointCounterHandler, MeterHandler, RecorderHandler, TimerHandler {
    private struct State {
        var value = 0.0
        var count: Int64 = 0
        var buckets: [Int64]
    }

    private let bounds: [Double]
    private let isHistogram: Bool
    private let state: Mutex<State>

    init(_ kind: MetricFamily.Kind) {
        if case .histogram(let bounds) = kind {
            (self.bounds, isHistogram) = (bounds, true)
        } else {
            (bounds, isHistogram) = ([], false)
        }
        state = Mutex(State(buckets: Array(repeating: 0, count: bounds.count)))
    }

    func increment(by amount: Int64) { add(Double(amount)) }
    /// Also for a counter of fractions.
    func increment(by amount: Double) { add(amount) }
    func decrement(by amount: Double) { add(-amount) }
    func reset() { state.withLock { $0.value = 0 } }
    func set(_ value: Int64) { set(Double(value)) }
    func set(_ value: Double) { state.withLock { $0.value = value } }
    func record(_ value: Int64) { record(Double(value)) }
    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }

    func record(_ value: Double) {
        guard isHistogram else { return set(value) }
        // Few bounds, of which the low ones are met most: a search by halves would gain nothing.
        let bucket = bounds.firstIndex { value <= $0 }
        state.withLock { state in
            state.value += value
            state.count += 1
            if let bucket { state.buckets[bucket] += 1 }
        }
    }

    private func add(_ amount: Double) {
        guard amount.isFinite else { return }
        state.withLock { $0.value += amount }
    }

    func write(_ name: String, _ labels: String, to text: inout String) {
        let state = state.withLock { $0 }
        let braces = labels.isEmpty ? "" : "{\(labels)}"
        guard isHistogram else {
            text += "\(name)\(braces) \(Self.number(state.value))\n"
            return
        }
        let before = labels.isEmpty ? "" : labels + ","
        var sum: Int64 = 0
        for (bound, count) in zip(bounds, state.buckets) {
            sum += count
            text += "\(name)_bucket{\(before)le=\"\(Self.number(bound))\"} \(sum)\n"
        }
        text += "\(name)_bucket{\(before)le=\"+Inf\"} \(state.count)\n"
        text += "\(name)_sum\(braces) \(Self.number(state.value))\n\(name)_count\(braces) \(state.count)\n"
    }

    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return Int64(exactly: value).map { String($0) } ?? String(value)
    }
}
