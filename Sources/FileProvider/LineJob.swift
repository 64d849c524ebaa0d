import NotificationGateway
import Synchronization

/// One line on its way, and the caller who waits for it.
///
/// Whoever ends it first decides: the writer's thread, or a cancellation. What is known then depends on how far it had come.
final class LineJob: Sendable {
    typealias Ending = Result<Void, ProviderError>

    private enum State {
        case new
        case queued(CheckedContinuation<Ending, Never>)
        case writing(CheckedContinuation<Ending, Never>)
        case ended(Ending)
    }

    let line: [UInt8]
    let deadline: MonotonicTime
    private let state = Mutex(State.new)

    init(line: [UInt8], deadline: MonotonicTime) {
        self.line = line
        self.deadline = deadline
    }

    /// Takes the caller's continuation; `false` when a cancellation came first and it is resumed already.
    func wait(_ continuation: CheckedContinuation<Ending, Never>) -> Bool {
        let ending: Ending? = state.withLock { state in
            if case .ended(let ending) = state { return ending }
            state = .queued(continuation)
            return nil
        }
        if let ending { continuation.resume(returning: ending) }
        return ending == nil
    }

    /// Says whether the line is still wanted; from here on nobody can call it surely unwritten.
    func begin() -> Bool {
        state.withLock { state in
            guard case .queued(let continuation) = state else { return false }
            state = .writing(continuation)
            return true
        }
    }

    /// Ends the job, unless it has ended.
    func end(_ ending: Ending) { end { _ in ending } }

    /// Ends the job because its caller gave up, unless it has ended.
    func cancel() {
        end { isWriting in
            .failure(
                isWriting
                    ? ProviderError(.cancelled, .unknown, message: "cancelled while the line was being written")
                    : ProviderError(.cancelled, .rejected, message: "cancelled before the line was written"))
        }
    }

    private func end(_ ending: (_ isWriting: Bool) -> Ending) {
        let resumption: (CheckedContinuation<Ending, Never>, Ending)? = state.withLock { state in
            switch state {
            case .ended: return nil
            case .new:
                state = .ended(ending(false))
                return nil
            case .queued(let continuation):
                let result = ending(false)
                state = .ended(result)
                return (continuation, result)
            case .writing(let continuation):
                let result = ending(true)
                state = .ended(result)
                return (continuation, result)
            }
        }
        if let (continuation, ending) = resumption { continuation.resume(returning: ending) }
    }
}
