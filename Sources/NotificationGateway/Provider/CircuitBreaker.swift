/// A circuit breaker for one provider and one class of reasons. Pure: events and the time in, states out.
///
///     closed ⇄ partial ──the first share fails──→ open ──its time passes──→ probing ──probes taken──→ partial
///        └──────what a person has to mend───────────↑                          │
///                                                   └──fails: twice as long────┘
///
/// - *Closed*: everything passes.
/// - *Partial*: a share of the messages passes. It shrinks by a step while the vendor fails and grows by one while it works, each
///   held for a time: nobody loses everything at once, nobody who takes over gets it at once, and a vendor that comes back, often
///   still weak, does not either. What surely fails for every message, until a person mends it, has nothing to shrink and opens at once.
/// - *Open*: nothing passes until an instant.
/// - *Probing*: one message in ``probeInterval`` passes. Slots of time and not requests in flight bound the probes, so that
///   one whose end says nothing (a wrong number, a cancelled call) holds nothing up.
struct CircuitBreaker: Sendable, Hashable {
    typealias Instant = MonotonicTime

    /// What opens it.
    enum Trip: Sendable, Hashable {
        /// The first failure: it will be the same for every message until a person mends it.
        case atOnce
        /// Failures that are at least half of enough attempts: one alone says nothing.
        case byRate
    }

    enum State: Sendable, Hashable {
        case closed
        case open(until: Instant)
        case probing(taken: Int, next: Instant)
        /// The place in ``shares``, and since when.
        case partial(step: Int, since: Instant)
    }

    enum Event: Sendable, Hashable {
        /// The vendor took a message.
        case accepted
        /// It failed for a reason of this breaker's class, and asks to wait so long.
        case failed(retryAfter: Duration?)
    }

    enum Change: Sendable, Hashable {
        /// No longer does everything pass.
        case opened
        /// Everything passes again.
        case closed
    }

    // MARK: Figures

    /// The first time that it stays open, doubled each time that the vendor fails again on its way back. A busy vendor
    /// recovers in seconds; an account that a person has to mend does not.
    static func firstPause(_ trip: Trip) -> Duration { trip == .atOnce ? .seconds(30) : .seconds(10) }
    /// The longest time that doubling reaches: an outage of hours costs a few probes, each carried on by the next vendor, and
    /// the end of one is noticed within minutes.
    static func longestPause(_ trip: Trip) -> Duration { trip == .atOnce ? .seconds(600) : .seconds(300) }
    /// What a vendor may ask for at most: a wrong Retry-After must not take it out of service for good.
    static let longestRetryAfter = Duration.seconds(3_600)
    /// Attempts that a rate is made of, at least: of ten, half does not fail by chance.
    static let fewestAttempts = 10
    /// Of a share, fewer are enough to go a step down, because little is lost by it.
    static let fewestOfShare = 4
    static let probeInterval = Duration.seconds(1)
    /// Probes that have to be taken, in a row.
    static let probes = 3
    /// In eighths of the messages, one after the other; after the last everything passes.
    static let shares = [1, 2, 4, 6]
    /// How long a share is held before the next larger one.
    static let hold = Duration.seconds(10)
    /// And before the next smaller one: a vendor that hangs costs each of its messages time.
    static let shortHold = Duration.seconds(2)

    let trip: Trip
    private(set) var state = State.closed
    private(set) var tally = SlidingTally()
    /// How often it opened since it was last closed.
    private(set) var openings = 0

    init(_ trip: Trip) { self.trip = trip }

    /// Closed, and no failure remembered: acceptances need not be reported.
    var isQuiet: Bool { state == .closed && tally.isEmpty }

    // MARK: Events

    mutating func on(_ event: Event, at now: Instant) -> Change? {
        wake(at: now)
        return switch event {
        case .accepted: accepted(now)
        case .failed(let retryAfter): failed(now, retryAfter)
        }
    }

    private mutating func accepted(_ now: Instant) -> Change? {
        switch state {
        case .closed: tally.add(.accepted, at: now)
        // Asked as the last resort, and it works: sooner than expected.
        case .open: state = .probing(taken: 1, next: now)
        case .probing(let taken, _) where taken + 1 >= Self.probes: enter(step: 0, now)
        case .probing(let taken, let next): state = .probing(taken: taken + 1, next: next)
        case .partial(let step, let since):
            tally.add(.accepted, at: now)
            guard now >= since + Self.hold, !tally.isHalfFailed else { return nil }
            guard step + 1 >= Self.shares.count else {
                enter(step: step + 1, now)
                return nil
            }
            (state, tally, openings) = (.closed, SlidingTally(), 0)
            return .closed
        }
        return nil
    }

    private mutating func enter(step: Int, _ now: Instant) {
        state = .partial(step: step, since: now)
        tally = SlidingTally()
    }

    private mutating func failed(_ now: Instant, _ retryAfter: Duration?) -> Change? {
        switch state {
        case .open(let until):
            // Requests that were under way, and last resorts: news about the time at most.
            if let retryAfter { state = .open(until: max(until, now + min(retryAfter, Self.longestRetryAfter))) }
            return nil
        case .probing: return open(now, retryAfter)
        case .closed where trip == .atOnce, .partial where trip == .atOnce: return open(now, retryAfter)
        case .closed:
            tally.add(.failed, at: now)
            guard tally.count >= Self.fewestAttempts, tally.isHalfFailed else { return nil }
            enter(step: Self.shares.count - 1, now)
            return .opened
        case .partial(let step, let since):
            tally.add(.failed, at: now)
            guard now >= since + Self.shortHold, tally.count >= Self.fewestOfShare, tally.isHalfFailed else {
                return nil
            }
            guard step > 0 else { return open(now, retryAfter) }
            enter(step: step - 1, now)
            return nil
        }
    }

    private mutating func open(_ now: Instant, _ retryAfter: Duration?) -> Change? {
        // Doubled as often as the longest pause allows; the bound on the shift only keeps it a number.
        let pause = min(Self.firstPause(trip) * (1 << min(openings, 10)), Self.longestPause(trip))
        openings += 1
        tally = SlidingTally()
        let change: Change? = state == .closed ? .opened : nil
        state = .open(until: now + max(pause, min(retryAfter ?? .zero, Self.longestRetryAfter)))
        return change
    }

    // MARK: Messages

    /// Whether a message passes; `bits` decide whether it is in the share, and without them every one is.
    func admits(at now: Instant, bits: UInt64?) -> Bool {
        switch state {
        case .closed: true
        case .open(let until): now >= until
        case .probing(_, let next): now >= next
        case .partial(let step, _): bits.map { Int($0 >> 61) < Self.shares[step] } ?? true
        }
    }

    /// Takes the slot of a message that was let pass.
    mutating func takeProbe(at now: Instant) {
        wake(at: now)
        if case .probing(let taken, _) = state { state = .probing(taken: taken, next: now + Self.probeInterval) }
    }

    /// The state as it is by now: the time of an open one may be over.
    func state(at now: Instant) -> State {
        guard case .open(let until) = state, now >= until else { return state }
        return .probing(taken: 0, next: until)
    }

    private mutating func wake(at now: Instant) { state = state(at: now) }
}

/// Attempts of the last minute, counted in spans of ten seconds.
///
/// It begins with the first failure: as long as nothing fails, nothing needs to be counted.
struct SlidingTally: Sendable, Hashable {
    enum Outcome: Sendable, Hashable { case accepted, failed }

    private struct Span: Sendable, Hashable {
        var start: MonotonicTime
        var accepted = 0
        var failed = 0
    }

    static let length = Duration.seconds(60)
    static let span = Duration.seconds(10)

    private var spans: [Span] = []

    var isEmpty: Bool { spans.isEmpty }
    var count: Int { spans.reduce(0) { $0 + $1.accepted + $1.failed } }
    private var failed: Int { spans.reduce(0) { $0 + $1.failed } }
    /// Whether at least half of the attempts failed; of none, none.
    var isHalfFailed: Bool { failed > 0 && failed * 2 >= count }

    mutating func add(_ outcome: Outcome, at now: MonotonicTime) {
        spans.removeAll { $0.start + Self.length <= now }
        // Without a failure that counts there is nothing to compare with.
        if outcome == .accepted, failed == 0 { return spans.removeAll() }
        if spans.last.map({ $0.start + Self.span <= now }) ?? true { spans.append(Span(start: now)) }
        switch outcome {
        case .accepted: spans[spans.count - 1].accepted += 1
        case .failed: spans[spans.count - 1].failed += 1
        }
    }
}
