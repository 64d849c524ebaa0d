import Synchronization

/// A place where tasks wait until they are cancelled or let go.
final class Suspension: Sendable {
    /// Why a wait ended.
    enum Ending: Sendable, Hashable {
        case cancelled
        case released
    }

    private struct State {
        var lastID: UInt64 = 0
        var isReleased = false
        var waiters: [UInt64: CheckedContinuation<Ending, Never>] = [:]
        var cancelledEarly: Set<UInt64> = []
    }

    private let state = Mutex(State())

    /// Suspends until the task is cancelled or ``release()`` is called.
    func wait() async -> Ending {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let ending: Ending? = state.withLock { state in
                    if state.cancelledEarly.remove(id) != nil { return .cancelled }
                    if state.isReleased { return .released }
                    state.waiters[id] = continuation
                    return nil
                }
                if let ending { continuation.resume(returning: ending) }
            }
        } onCancel: {
            let waiter: CheckedContinuation<Ending, Never>? = state.withLock { state in
                if let waiter = state.waiters.removeValue(forKey: id) { return waiter }
                state.cancelledEarly.insert(id)
                return nil
            }
            waiter?.resume(returning: .cancelled)
        }
    }

    /// Lets everybody go, now and later.
    func release() {
        let waiters = state.withLock { state in
            state.isReleased = true
            defer { state.waiters = [:] }
            return state.waiters.values
        }
        for waiter in waiters { waiter.resume(returning: .released) }
    }
}
