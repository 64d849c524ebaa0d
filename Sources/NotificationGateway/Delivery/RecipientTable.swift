/// The windows of many recipients. Pure; bounded, and empties itself as windows pass.
struct RecipientTable: Sendable {
    /// What a message for one recipient must keep to.
    struct Limit: Sendable, Hashable {
        /// Stands for the recipient and what is limited, such as a template.
        var key: KeyedHash.Digest
        var rates: [Rate]
    }

    private struct Entry: Sendable {
        var window = SlidingWindow()
        /// When nothing in the window counts any more.
        var end: MonotonicTime
        /// Its place in ``RecipientTable/keys``.
        var place: Int
    }

    let capacity: Int
    private var entries: [KeyedHash.Digest: Entry] = [:]
    /// In no order: the sweep goes round them.
    private var keys: [KeyedHash.Digest] = []
    private var hand = 0

    init(capacity: Int) { self.capacity = max(1, capacity) }

    var count: Int { keys.count }

    /// What keeps a message back, where anything does: the limit that does so longest, and until when.
    func obstacle(_ limits: [Limit], now: MonotonicTime) -> (allowed: MonotonicTime, limit: Limit)? {
        var latest: (allowed: MonotonicTime, limit: Limit)?
        for limit in limits {
            guard let window = entries[limit.key]?.window else { continue }
            let allowed = window.allowed(limit.rates, now: now)
            if allowed > latest?.allowed ?? now { latest = (allowed, limit) }
        }
        return latest
    }

    /// Counts a message as under way in all its windows, or in none and says what keeps it back.
    mutating func begin(_ limits: [Limit], now: MonotonicTime) -> (allowed: MonotonicTime, limit: Limit)? {
        if let obstacle = obstacle(limits, now: now) { return obstacle }
        for limit in limits {
            if entries[limit.key] == nil { add(limit.key, now: now) }
            entries[limit.key]?.window.begin()
        }
        return nil
    }

    /// A message under way ended, and was taken so many times.
    mutating func end(_ limits: [Limit], taken: Int, now: MonotonicTime) {
        for limit in limits {
            guard var entry = entries[limit.key] else { continue }
            entry.window.end(taken: taken, limit.rates, now: now)
            if taken > 0 { entry.end = max(entry.end, now + (limit.rates.lazy.map(\.period).max() ?? .zero)) }
            entries[limit.key] = entry
            if entry.window == SlidingWindow() { remove(limit.key) }
        }
    }

    /// Each new entry pays for a look at two old ones, so that all are looked at while as many as half of them come.
    private mutating func add(_ key: KeyedHash.Digest, now: MonotonicTime) {
        for _ in 0..<2 { sweep(now: now) }
        if keys.count >= capacity { dropOne() }
        entries[key] = Entry(end: now, place: keys.count)
        keys.append(key)
    }

    private mutating func sweep(now: MonotonicTime) {
        guard let key = atHand else { return }
        if let entry = entries[key], entry.window.underWay == 0, entry.end <= now { remove(key) } else { hand += 1 }
    }

    /// Out of eight the one that would end first: a limit forgotten early does the least harm there.
    private mutating func dropOne() {
        var best: (key: KeyedHash.Digest, end: MonotonicTime)?
        for _ in 0..<8 {
            guard let key = atHand, let entry = entries[key] else { break }
            hand += 1
            guard entry.window.underWay == 0 else { continue }
            if best.map({ entry.end < $0.end }) ?? true { best = (key, entry.end) }
        }
        if let best { remove(best.key) }
    }

    private var atHand: KeyedHash.Digest? {
        mutating get {
            if hand >= keys.count { hand = 0 }
            return keys.isEmpty ? nil : keys[hand]
        }
    }

    private mutating func remove(_ key: KeyedHash.Digest) {
        guard let place = entries.removeValue(forKey: key)?.place, let last = keys.popLast() else { return }
        guard place < keys.count else { return }
        keys[place] = last
        entries[last]?.place = place
    }
}
