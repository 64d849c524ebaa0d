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

    /// What is left of the turns, without taking one.
    ///
    /// - Parameter key: what shares them.
    func turns(now: MonotonicTime, sharedAs key: RateLimitKey?) -> ProviderLimits.Turns {
        let start = theoreticalArrival.withLock { max($0, now) }
        let room = now + burst - start
        return ProviderLimits.Turns(
            rate: rate, key: key,
            left: room < .zero ? 0 : Int(clamping: room.attoseconds / interval.attoseconds) + 1,
            wait: max(.zero, .zero - room))
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
