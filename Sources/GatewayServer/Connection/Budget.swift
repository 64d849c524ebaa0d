import Synchronization

/// What many connections share: so many of something, and no more.
final class Budget: Sendable {
    private let limit: Int
    private let used = Atomic<Int>(0)

    init(_ limit: Int) { self.limit = limit }

    /// How much is taken.
    var current: Int { used.load(ordering: .relaxed) }

    /// Takes so much, or says that there is not so much left.
    func take(_ count: Int = 1) -> Bool {
        if used.add(count, ordering: .relaxed).newValue <= limit { return true }
        giveBack(count)
        return false
    }

    func giveBack(_ count: Int = 1) { used.subtract(count, ordering: .relaxed) }
}
