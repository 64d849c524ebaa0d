import Synchronization

/// How many requests are under way.
final class Flight: Sendable {
    private let state = Mutex((now: 0, most: 0))

    var most: Int { state.withLock { $0.most } }

    func begin() { state.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) } }

    func end() { state.withLock { $0.now -= 1 } }
}
