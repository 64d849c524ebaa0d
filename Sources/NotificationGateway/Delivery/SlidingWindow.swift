/// What one recipient got lately, and whether one more fits. Pure and exact: every time is kept, nothing is averaged.
///
/// A message that is under way counts in every window until it is known whether it was taken; one that was taken counts from
/// the moment at which that became known, so that this window never ends before the vendor's.
struct SlidingWindow: Sendable, Hashable {
    /// When messages were taken, the earliest first; no more than any limit can ask for.
    private(set) var taken: [MonotonicTime] = []
    /// How many are under way.
    private(set) var underWay = 0

    /// The earliest time at which every rate lets one more pass; `now` when it may pass at once. Where only messages under way
    /// are in the way, it is the latest at which they can be out of it if they end now.
    func allowed(_ rates: [Rate], now: MonotonicTime) -> MonotonicTime {
        rates.reduce(now) { max($0, allowed($1, now: now)) }
    }

    private func allowed(_ rate: Rate, now: MonotonicTime) -> MonotonicTime {
        let first = taken.firstIndex { now < $0 + rate.period } ?? taken.count
        let excess = taken.count - first + underWay - rate.count
        guard excess >= 0 else { return now }
        return first + excess < taken.count ? taken[first + excess] + rate.period : now + rate.period
    }

    /// A message is on its way.
    mutating func begin() { underWay += 1 }

    /// A message under way ended, and was taken so many times: none, one, or more where nobody knows what became of an attempt.
    mutating func end(taken count: Int, _ rates: [Rate], now: MonotonicTime) {
        underWay -= 1
        taken += repeatElement(now, count: count)
        let most = rates.lazy.map(\.count).max() ?? 0
        let longest = rates.lazy.map(\.period).max() ?? .zero
        taken.removeFirst(max(0, taken.count - most))
        taken.removeAll { $0 + longest <= now }
    }
}
