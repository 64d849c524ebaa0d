import Synchronization

/// A call on a task of its own, for which nobody waits longer than the suite's patience.
struct BoundedCall<Value: Sendable>: Sendable {
    private let task: Task<Void, Never>
    private let race = Race<Value>()
    private let patience: Duration

    init(patience: Duration, _ operation: @escaping @Sendable () async -> Value) {
        self.patience = patience
        task = Task { [race] in race.finish(await operation()) }
    }

    func cancel() { task.cancel() }

    /// What it returned; `nil` when it did not within the suite's patience. A task group could not tell: it waits for all its
    /// children, and a broken provider never ends.
    var value: Value? {
        get async {
            let limit = Task { [task, race, patience] in
                do { try await Task.sleep(for: patience) } catch { return }
                race.finish(nil)
                task.cancel()
            }
            defer { limit.cancel() }
            return await race.value
        }
    }
}

/// The first of several endings, for one who waits.
private final class Race<Value: Sendable>: Sendable {
    private enum State {
        case running
        case awaited(CheckedContinuation<Value?, Never>)
        case over(Value?)
    }

    private let state = Mutex(State.running)

    func finish(_ value: Value?) {
        let before = state.withLock { state in
            defer { if case .over = state {} else { state = .over(value) } }
            return state
        }
        if case .awaited(let waiter) = before { waiter.resume(returning: value) }
    }

    var value: Value? {
        get async {
            await withCheckedContinuation { continuation in
                let now = state.withLock { state in
                    if case .running = state { state = .awaited(continuation) }
                    return state
                }
                if case .over(let value) = now { continuation.resume(returning: value) }
            }
        }
    }
}
