import Synchronization

/// The turns of a rate, taken by the requests of one provider, or of all that share a ``RateLimitKey``.
///
/// Generic cell rate algorithm: one number says when the bucket will be full again.
final class RateSchedule: Sendable {
    let rate: Rate
    private let interval: Duration
    private let burst: Duration
    private let theoreticalArrival: Mutex<MonotonicTime>

    init(_ rate: Rate, start: MonotonicTime) {
        self.rate = rate
        interval = rate.period / rate.count
        burst = max(.zero, min(rate.period, .seconds(1)) - interval)
        theoreticalArrival = Mutex(start)
    }

    /// The next turn; taken only where it does not come after `latest`.
    func nextTurn(
        now: MonotonicTime, notAfter latest: MonotonicTime
    ) -> (instant: MonotonicTime, isTaken: Bool) {
        theoreticalArrival.withLock { arrival in
            let start = max(arrival, now)
            let turn = max(now, start - burst)
            guard turn <= latest else { return (turn, false) }
            arrival = start + interval
            return (turn, true)
        }
    }
}
