import Dispatch
import Foundation

/// SIGINT and SIGTERM as cancellation: a send that is interrupted still reports what is known.
enum Interruption {
    /// Runs `work` in a task that the first signal cancels; a second signal ends the process as usual.
    static func cancelling<Result: Sendable>(_ work: @escaping @Sendable () async -> Result) async -> Result {
        let task = Task { await work() }
        let sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                task.cancel()
                signal(number, SIG_DFL)
            }
            source.resume()
            return source
        }
        defer { for source in sources { source.cancel() } }
        return await task.value
    }

    /// Waits until SIGINT or SIGTERM.
    static func wait() async {
        await cancelling { try? await Task.sleep(for: .seconds(Int.max / 1_000_000_000)) }
    }
}
