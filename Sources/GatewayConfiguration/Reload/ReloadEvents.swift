import Synchronization

/// Hands every event to everybody who listens.
final class ReloadEvents: Sendable {
    /// More than this are never waiting for a listener who still listens; the oldest are dropped then.
    private static let most = 64

    private struct State {
        var lastID = 0
        var listeners: [Int: AsyncStream<ReloadEvent>.Continuation] = [:]
        var isFinished = false
    }

    private let state = Mutex(State())

    /// The events from now on.
    func listen() -> AsyncStream<ReloadEvent> {
        let (stream, continuation) = AsyncStream<ReloadEvent>.makeStream(bufferingPolicy: .bufferingNewest(Self.most))
        let id: Int? = state.withLock { state in
            guard !state.isFinished else { return nil }
            state.lastID += 1
            state.listeners[state.lastID] = continuation
            return state.lastID
        }
        guard let id else {
            continuation.finish()
            return stream
        }
        continuation.onTermination = { [weak self] _ in self?.state.withLock { $0.listeners[id] = nil } }
        return stream
    }

    func send(_ event: ReloadEvent) {
        for listener in state.withLock({ Array($0.listeners.values) }) { listener.yield(event) }
    }

    func finish() {
        let listeners = state.withLock { state in
            state.isFinished = true
            return Array(state.listeners.values)
        }
        // Outside the lock: each takes itself off the list.
        for listener in listeners { listener.finish() }
    }
}
