import Glibc
import NotificationGateway
import Synchronization

/// When written lines are brought to the disk.
public enum FlushPolicy: Sendable, Hashable {
    /// Before a line is reported as written. Lines that wait together share one flush.
    case always
    /// At most so long after a line was written, and at shutdown.
    case interval(Duration)
    /// Whenever the system likes.
    case never
}

/// Writes lines one after the other on a thread of its own, which begins with the first line and ends at shutdown.
///
/// The thread exists because locks and disks block: the threads that run everybody's tasks must not wait for them.
/// Lines that pile up share one lock and, where every line is flushed, one flush.
final class LineWriter: Sendable {
    /// Most lines under one lock, so that other processes get their turn.
    private static let longestBatch = 256

    private enum Life: Sendable {
        case asleep
        case running
        case ended
    }

    private struct State: Sendable {
        var sink: any LineSink
        var life = Life.asleep
        var queue: [LineJob] = []
        var isFlushDue = false
        var isStopping = false
        var flush: Task<Void, Never>?
        var stopWaiters: [CheckedContinuation<Void, Never>] = []
    }

    /// What the thread holds: not the writer itself, so that a writer that nobody holds any more stops its thread.
    private let monitor: Monitor<State>
    private let policy: FlushPolicy
    private let clock: any GatewayClock
    private let reportFlushFailure: @Sendable (StorageFault) -> Void

    init(
        _ sink: any LineSink, policy: FlushPolicy, clock: any GatewayClock,
        reportFlushFailure: @escaping @Sendable (StorageFault) -> Void
    ) {
        monitor = Monitor(State(sink: sink))
        self.policy = policy
        self.clock = clock
        self.reportFlushFailure = reportFlushFailure
    }

    deinit { monitor.update { $0.isStopping = true } }

    // MARK: Callers

    /// Writes a line, and returns when it is as safe as the policy says.
    ///
    /// Cancellation ends the call at once: `rejected` while the line still waits for its turn, `unknown` after that.
    ///
    /// - Throws: ``ProviderError`` with reason `storageFailed`, `timedOut` or `cancelled`.
    func write(_ line: [UInt8], deadline: MonotonicTime) async throws(ProviderError) {
        let job = LineJob(line: line, deadline: deadline)
        let ending = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if job.wait(continuation) { enqueue(job) }
            }
        } onCancel: {
            job.cancel()
        }
        try ending.get()
    }

    private func enqueue(_ job: LineJob) {
        let fault: ProviderError? = monitor.update { state in
            guard !state.isStopping else {
                return ProviderError(.storageFailed, .rejected, message: "the provider was shut down")
            }
            if state.life == .asleep {
                do throws(StorageFault) { try startThread() } catch { return error.providerError }
                state.life = .running
            }
            state.queue.append(job)
            return nil
        }
        if let fault { job.end(.failure(fault)) }
    }

    /// Blocks the writer's own thread, from within a call of the sink, until so many lines wait: for tests.
    func waitForQueue(of count: Int) { monitor.wait { $0.queue.count >= count ? () : nil } }

    /// Whether lines are refused because of a shutdown.
    var isStopping: Bool { monitor.update { $0.isStopping } }

    /// Writes what waits, flushes, closes and ends the thread; later lines are refused. May be called again.
    func shutdown() async {
        await withCheckedContinuation { continuation in
            let isOver = monitor.update { state in
                state.isStopping = true
                state.flush?.cancel()
                if state.life == .running {
                    state.stopWaiters.append(continuation)
                    return false
                }
                state.life = .ended
                return true
            }
            if isOver { continuation.resume() }
        }
    }

    // MARK: The thread

    private func startThread() throws(StorageFault) {
        let loop = Loop(
            monitor: monitor, policy: policy, clock: clock, reportFlushFailure: reportFlushFailure)
        try BlockingThread.start { loop.run() }
    }

    private struct Loop: Sendable {
        let monitor: Monitor<State>
        let policy: FlushPolicy
        let clock: any GatewayClock
        let reportFlushFailure: @Sendable (StorageFault) -> Void

        func run() {
            var sink = monitor.update { $0.sink }
            var waiting: [LineJob] = []
            var contention = 0
            while true {
                // With lines in hand there is something to do at once; without, wait for lines, a flush or the end.
                let isEmpty = waiting.isEmpty
                let (fresh, isFlushDue, isStopping) = monitor.wait { state in
                    takeWork(&state, waits: isEmpty)
                }
                waiting += fresh
                if waiting.isEmpty, isStopping { break }
                if isFlushDue { flush(&sink) }
                let left = writeBatch(waiting, to: &sink)
                contention = left.count == waiting.count && !left.isEmpty ? contention + 1 : 0
                waiting = left
                if contention > 0 {
                    pause(contention)
                } else if !left.isEmpty {
                    // A full batch: a lock that is free for an instant only would never be seen free by others.
                    usleep(100)
                }
            }
            if policy != .never { flush(&sink) }
            sink.close()
            let waiters = monitor.update { state in
                state.life = .ended
                defer { state.stopWaiters = [] }
                return state.stopWaiters
            }
            for waiter in waiters { waiter.resume() }
        }

        private func takeWork(
            _ state: inout State, waits: Bool
        ) -> (fresh: [LineJob], isFlushDue: Bool, isStopping: Bool)? {
            if waits, state.queue.isEmpty, !state.isFlushDue, !state.isStopping { return nil }
            defer {
                state.queue = []
                state.isFlushDue = false
            }
            return (state.queue, state.isFlushDue, state.isStopping)
        }

        /// Another process holds the lock: look again after 50 µs, 100 µs, … at most 800 µs.
        private func pause(_ contention: Int) {
            monitor.wait(atMostMicroseconds: 50 << min(contention - 1, 4))
        }

        /// Writes lines under one lock, and gives back those that have to wait.
        private func writeBatch(_ jobs: [LineJob], to sink: inout any LineSink) -> [LineJob] {
            var written: [LineJob] = []
            var place = jobs.startIndex
            var isBusy = false
            scan: while place < jobs.endIndex, place < Self.end(of: jobs) {
                let job = jobs[place]
                do throws(StorageFault) {
                    let readiness = try sink.prepare(
                        forBytes: job.line.count, holdsUnsynchronized: policy == .always && !written.isEmpty)
                    guard readiness == .ready else {
                        isBusy = readiness == .busy
                        break scan
                    }
                    if clock.now >= job.deadline {
                        job.end(.failure(Self.late(becauseOfLock: false)))
                    } else if job.begin() {
                        try sink.append(job.line)
                        written.append(job)
                    }
                } catch {
                    job.end(.failure(error.providerError))
                }
                place += 1
            }
            sink.release()
            finish(written, &sink)
            return expire(jobs[place...], becauseOfLock: isBusy)
        }

        private static func end(of jobs: [LineJob]) -> Int { min(jobs.endIndex, longestBatch) }

        private static func late(becauseOfLock isBusy: Bool) -> ProviderError {
            ProviderError(
                .timedOut, .rejected,
                message: isBusy
                    ? "another process held the file's lock until the deadline"
                    : "the line's turn came only after the deadline")
        }

        private func finish(_ written: [LineJob], _ sink: inout any LineSink) {
            guard !written.isEmpty else { return }
            var ending = LineJob.Ending.success(())
            switch policy {
            case .always:
                do throws(StorageFault) { try sink.synchronize() } catch { ending = .failure(error.providerError) }
            case .interval(let interval): scheduleFlush(after: interval)
            case .never: break
            }
            for job in written { job.end(ending) }
        }

        /// Ends the jobs whose time is over, and gives back the others.
        private func expire(_ jobs: ArraySlice<LineJob>, becauseOfLock isBusy: Bool) -> [LineJob] {
            guard !jobs.isEmpty else { return [] }
            let now = clock.now
            return jobs.filter { job in
                if now < job.deadline { return true }
                job.end(.failure(Self.late(becauseOfLock: isBusy)))
                return false
            }
        }

        // MARK: Flushing

        private func flush(_ sink: inout any LineSink) {
            do throws(StorageFault) { try sink.synchronize() } catch { reportFlushFailure(error) }
        }

        /// One flush is on its way at most: it covers every line written before it runs.
        private func scheduleFlush(after interval: Duration) {
            let due = clock.now + interval
            monitor.update { state in
                guard state.flush == nil, !state.isStopping else { return }
                state.flush = Task { [monitor, clock] in
                    do throws(CancellationError) { try await clock.sleep(until: due) } catch { return }
                    monitor.update { state in
                        state.isFlushDue = true
                        state.flush = nil
                    }
                }
            }
        }
    }
}
