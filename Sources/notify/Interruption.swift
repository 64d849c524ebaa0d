import Dispatch
import Foundation
import Synchronization

/// SIGINT and SIGTERM as cancellation: a send that is interrupted still reports what is known.
enum Interruption {
    /// Runs `work` in a task that the first signal cancels; a second signal ends the process as usual.
    ///
    /// The work begins when its signals are caught: one that comes earlier ends the process as usual, with nothing sent, and
    /// none can end it in the middle of a request.
    static func cancelling<Result: Sendable>(
        on signals: [Int32] = [SIGINT, SIGTERM], _ work: @escaping @Sendable () async -> Result
    ) async -> Result {
        let cancellation = Cancellation()
        var sources: [any DispatchSourceSignal] = []
        for number in signals {
            await sources.append(
                caught(number) {
                    cancellation.cancel()
                    signal(number, SIG_DFL)
                })
        }
        defer { for source in sources { source.cancel() } }
        let task = Task { await work() }
        cancellation.setTarget { task.cancel() }
        return await task.value
    }

    /// Returns when the signal is caught: resuming a source only begins its registration.
    private static func caught(
        _ number: Int32, _ handler: @escaping @Sendable () -> Void
    ) async -> any DispatchSourceSignal {
        #if !os(Linux)
            // Elsewhere a source only watches: the default action would end the process all the same.
            signal(number, SIG_IGN)
        #endif
        let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
        source.setEventHandler(handler: handler)
        await withCheckedContinuation { continuation in
            source.setRegistrationHandler { continuation.resume() }
            source.resume()
        }
        return source
    }

    /// Waits until SIGINT or SIGTERM; `ready` is called when they are caught, and says whether to wait at all.
    static func wait(_ ready: @escaping @Sendable () -> Bool) async {
        await cancelling {
            guard ready() else { return }
            // Never yields: the loop ends with the task.
            let (nothing, _) = AsyncStream<Never>.makeStream()
            for await _ in nothing {}
        }
    }
}

/// A cancellation that may come before there is anything to cancel.
final class Cancellation: Sendable {
    private struct State {
        var isCancelled = false
        var target: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    /// Cancels the target, now or as soon as it is known.
    func cancel() {
        let target = state.withLock { state in
            state.isCancelled = true
            return state.target
        }
        target?()
    }

    /// Says how to cancel; does so at once when a cancellation has come already.
    func setTarget(_ target: @escaping @Sendable () -> Void) {
        let isCancelled = state.withLock { state in
            state.target = target
            return state.isCancelled
        }
        if isCancelled { target() }
    }
}
