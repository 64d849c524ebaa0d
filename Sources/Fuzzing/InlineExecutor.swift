/// Runs tasks at once on the thread that makes them ready, so that asynchronous code that waits for nothing returns like any
/// function: a fuzzer sees what each input did.
final class InlineExecutor: TaskExecutor {
    /// Written before ``run(_:)`` returns and read after it, by the same thread.
    private final class Ending<Value: Sendable>: @unchecked Sendable { var value: Value? }

    func enqueue(_ job: consuming ExecutorJob) { job.runSynchronously(on: asUnownedTaskExecutor()) }

    /// Runs a body that never suspends for long; one that waits for somebody is a mistake of the target.
    static func run<Value: Sendable>(_ body: @escaping @Sendable () async -> Value) -> Value {
        let ending = Ending<Value>()
        Task(executorPreference: InlineExecutor()) { ending.value = await body() }
        guard let value = ending.value else { preconditionFailure("a fuzz target must not wait") }
        return value
    }
}
