import Synchronization

/// How many connections are open, and how many may be.
final class ConnectionCount: Sendable {
    private let limit: Int
    private let count = Atomic<Int>(0)

    init(limit: Int) { self.limit = limit }

    /// How many are open.
    var current: Int { count.load(ordering: .relaxed) }

    /// Takes a place, or says that there is none.
    func enter() -> Bool {
        if count.add(1, ordering: .relaxed).newValue <= limit { return true }
        leave()
        return false
    }

    func leave() { count.subtract(1, ordering: .relaxed) }
}
