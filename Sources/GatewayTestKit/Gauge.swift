import Synchronization

/// A number that tests wait for: callers suspend until it is large enough, nobody polls.
final class Gauge: Sendable {
    private struct Waiter {
        var id: UInt64
        var least: Int
        var continuation: CheckedContinuation<Void, Never>
    }

    private struct State {
        var value = 0
        var lastID: UInt64 = 0
        var waiters: [Waiter] = []
        var cancelledEarly: Set<UInt64> = []
    }

    private let state = Mutex(State())

    func set(_ value: Int) { change { $0 = value } }

    func increment() { change { $0 += 1 } }

    private func change(_ body: (inout Int) -> Void) {
        let released = state.withLock { state in
            body(&state.value)
            let released = state.waiters.filter { $0.least <= state.value }
            state.waiters.removeAll { $0.least <= state.value }
            return released
        }
        for waiter in released { waiter.continuation.resume() }
    }

    /// Suspends until the number is at least `least`, or the task is cancelled.
    func wait(for least: Int) async {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state in
                    if state.cancelledEarly.remove(id) != nil || state.value >= least { return true }
                    state.waiters.append(Waiter(id: id, least: least, continuation: continuation))
                    return false
                }
                if isReady { continuation.resume() }
            }
        } onCancel: {
            let waiter: Waiter? = state.withLock { state in
                guard let place = state.waiters.firstIndex(where: { $0.id == id }) else {
                    state.cancelledEarly.insert(id)
                    return nil
                }
                return state.waiters.remove(at: place)
            }
            waiter?.continuation.resume()
        }
    }
}
