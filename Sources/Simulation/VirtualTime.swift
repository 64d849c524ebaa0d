import NotificationGateway

/// One thread that runs every task in the order in which it became ready, and a clock that jumps to the next sleeper when
/// nothing else is left to do: hours pass in seconds, and the same seed gives the same run.
///
/// `@unchecked Sendable`: everything is touched by the thread that calls ``run(_:)`` alone. Tasks run on it, so what they
/// resume and cancel is enqueued from it too; ``enqueue(_:)`` checks that.
final class VirtualTime: TaskExecutor, GatewayClock, @unchecked Sendable {
    private struct Sleeper {
        var number: Int
        var until: MonotonicTime
        var continuation: UnsafeContinuation<Bool, Never>
    }

    /// 2026-11-24 15:59 UTC: a minute before midnight where Dysms counts its days.
    static let startOfWallTime = WallTime(secondsSinceEpoch: 1_795_535_940)

    private let start = MonotonicTime.now
    private(set) var now: MonotonicTime
    private var jobs: [UnownedJob] = []
    private var nextJob = 0
    private var sleepers: [Sleeper] = []
    private var lastNumber = 0

    init() { now = start }

    /// The time since the beginning.
    var elapsed: Duration { now - start }

    var wallTime: WallTime { Self.startOfWallTime.advanced(by: elapsed.components.seconds) }

    func enqueue(_ job: consuming ExecutorJob) { jobs.append(UnownedJob(job)) }

    /// Runs a task and everything that it starts; stops when it has ended or nothing can go on.
    ///
    /// - Returns: what the task returned; `nil` when it waits for something that never comes.
    func run<Value: Sendable>(_ body: @escaping @Sendable () async -> Value) -> Value? {
        let ending = Ending<Value>()
        Task(executorPreference: self) { ending.value = await body() }
        while ending.value == nil, runJobs() || wakeNextSleeper() {}
        return ending.value
    }

    /// Written and read by the one thread.
    private final class Ending<Value: Sendable>: @unchecked Sendable { var value: Value? }

    private func runJobs() -> Bool {
        guard nextJob < jobs.count else { return false }
        while nextJob < jobs.count {
            let job = jobs[nextJob]
            nextJob += 1
            job.runSynchronously(on: asUnownedTaskExecutor())
        }
        jobs.removeAll(keepingCapacity: true)
        nextJob = 0
        return true
    }

    private func wakeNextSleeper() -> Bool {
        guard let next = sleepers.indices.min(by: { isEarlier(sleepers[$0], sleepers[$1]) }) else { return false }
        let sleeper = sleepers.remove(at: next)
        now = max(now, sleeper.until)
        sleeper.continuation.resume(returning: true)
        return true
    }

    private func isEarlier(_ left: Sleeper, _ right: Sleeper) -> Bool {
        (left.until, left.number) < (right.until, right.number)
    }

    func sleep(until instant: MonotonicTime) async throws(CancellationError) {
        lastNumber += 1
        let number = lastNumber
        let hasPassed = await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                if Task.isCancelled { return continuation.resume(returning: false) }
                sleepers.append(Sleeper(number: number, until: instant, continuation: continuation))
            }
        } onCancel: {
            guard let place = sleepers.firstIndex(where: { $0.number == number }) else { return }
            sleepers.remove(at: place).continuation.resume(returning: false)
        }
        if !hasPassed { throw CancellationError() }
    }
}
