public import NotificationGateway
import Synchronization

/// Sends what is in an outbox: takes entries by lease, sends them, and writes down what became of them.
///
///     let dispatcher = OutboxDispatcher(store: store, gateway: OutboxGateway(gateway))
///     await dispatcher.start()
///     let answer = try await dispatcher.submit(Submission(message))
///     await dispatcher.stop(within: .seconds(10))
///
/// Several dispatchers, also of several processes, may work on one store. All methods may be called from any task.
public actor OutboxDispatcher {
    /// How a dispatcher works.
    public struct Options: Sendable {
        /// Most messages under way at a time.
        public var maxInFlight: Int
        /// How long an entry stays ours without being renewed; it is renewed three times in that time.
        public var lease: Duration
        /// The longest time between two looks into the store, which find what other processes submitted.
        public var pause: Duration
        /// How often a message is tried.
        public var retry: RetryPolicy
        /// How long vendors are asked about an entry whose sender died, where none gives a final answer before.
        public var patience: Duration

        /// How long entries that are done with are kept, their keys and ids with them; `nil` means for ever.
        public var retention: Duration?

        /// Describes options.
        public init(
            maxInFlight: Int = 64, lease: Duration = .seconds(30), pause: Duration = .seconds(1),
            retry: RetryPolicy = RetryPolicy(), patience: Duration = .seconds(600), retention: Duration? = nil
        ) {
            self.maxInFlight = max(1, maxInFlight)
            self.lease = lease
            self.pause = pause
            self.retry = retry
            self.patience = patience
            self.retention = retention
        }
    }

    /// Under which name it holds leases.
    public nonisolated let owner: LeaseOwner
    let store: any OutboxStore
    let gateway: OutboxGateway
    let options: Options
    let clock: any GatewayClock
    let random: any RandomSource
    let started: WallTime
    let report: @Sendable (OutboxStoreError) -> Void
    private let signals: AsyncStream<Void>
    private nonisolated let signal: AsyncStream<Void>.Continuation
    /// What is under way.
    private struct Carriage {
        var task: Task<Void, Never>
        var work: OutboxWork
    }

    /// Until when all that was under way at the last heartbeat is ours, in nanoseconds since the epoch.
    private nonisolated let renewedUntil = Atomic<Int64>(.min)
    private var running: [MessageID: Carriage] = [:]
    /// What was taken while it was under way here still.
    private var retaken: [MessageID: (entry: OutboxEntry, work: OutboxWork)] = [:]
    private var loop: Task<Void, Never>?
    private var heartbeat: Task<Void, Never>?
    private var tidying: Task<Void, Never>?
    private var timer: Task<Void, Never>?
    private var isStopping = false
    private var isTimeOver = false

    /// Makes a dispatcher, which does nothing before ``start()``.
    ///
    /// - Parameter report: hears of every trouble with the store; the dispatcher itself tries again.
    public init(
        store: any OutboxStore, gateway: OutboxGateway, options: Options = Options(),
        clock: any GatewayClock = SystemClock(), random: any RandomSource = SystemRandom(),
        report: @escaping @Sendable (OutboxStoreError) -> Void = { _ in }
    ) {
        self.store = store
        self.gateway = gateway
        self.options = options
        self.clock = clock
        self.random = random
        started = clock.wallTime
        self.report = report
        owner = LeaseOwner(rawValue: random.identifier())
        (signals, signal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Begins to send. Once; a dispatcher that was stopped stays so.
    public func start() {
        guard loop == nil else { return }
        loop = Task { await self.work() }
        heartbeat = Task { await self.beat() }
        if let retention = options.retention { tidying = Task { await self.tidy(retention) } }
        wake()
    }

    /// Keeps a submission and sends it when its turn comes; returns when it is kept.
    ///
    /// - Throws: what the store says.
    public nonisolated func submit(_ submission: Submission) async throws(OutboxStoreError) -> SubmissionAnswer {
        let answer = try await store.submit(submission, now: clock.wallTime)
        wake()
        return answer
    }

    /// Keeps several submissions or none, and sends them when their turns come; returns when they are kept.
    ///
    /// - Throws: what the store says.
    public nonisolated func submit(_ submissions: [Submission]) async throws(OutboxStoreError) -> [SubmissionAnswer] {
        let answers = try await store.submit(submissions, now: clock.wallTime)
        wake()
        return answers
    }

    /// Looks into the store at once.
    public nonisolated func wake() { signal.yield() }

    /// Takes nothing more and waits for what is under way; after `limit` that is cancelled, and what is known is written
    /// down. What nobody knows then is found out by who takes it next.
    public func stop(within limit: Duration) async {
        guard let loop else { return }
        isStopping = true
        wake()
        let end = clock.now + limit
        let guardian = Task {
            do { try await clock.sleep(until: end) } catch { return }
            cancelSends()
        }
        await loop.value
        for task in [guardian, heartbeat, tidying, timer] { task?.cancel() }
    }

    private func cancelSends() {
        isTimeOver = true
        for carriage in running.values { carriage.task.cancel() }
    }

    // MARK: Taking

    private func work() async {
        for await _ in signals {
            if isStopping { break }
            await look()
        }
        while let carriage = running.values.first { await carriage.task.value }
    }

    private func look() async {
        var next = clock.now + options.pause
        do throws(OutboxStoreError) {
            // Who died first: their messages have waited longest.
            for work in [OutboxWork.abandoned, .due] {
                let limit = hands(for: work)
                guard limit > 0 else { continue }
                let taken = try await store.take(work, for: lease, limit: limit, now: clock.wallTime)
                for entry in taken {
                    if running[entry.id] == nil { begin(entry, work) } else { retaken[entry.id] = (entry, work) }
                }
            }
            // Where all hands are full the first that is free looks again.
            if hands(for: .due) > 0, let time = try await store.nextTime() {
                let pause: Duration = hands(for: .abandoned) > 0 ? .milliseconds(10) : .milliseconds(100)
                next = min(next, clock.now + max(time.duration(since: clock.wallTime), pause))
            }
        } catch {
            report(error)
        }
        look(at: next)
    }

    /// How many entries may be begun. What others left behind gets half of the hands at most: a vendor that is slow to say what it
    /// knows must not keep new codes waiting.
    private func hands(for work: OutboxWork) -> Int {
        let free = options.maxInFlight - running.count
        guard work == .abandoned else { return free }
        let inquiries = running.values.count { $0.work == .abandoned }
        return min(free, (options.maxInFlight + 1) / 2 - inquiries)
    }

    private func look(at time: MonotonicTime) {
        timer?.cancel()
        timer = Task {
            do { try await clock.sleep(until: time) } catch { return }
            wake()
        }
    }

    private var lease: Lease { Lease(owner: owner, end: clock.wallTime + options.lease) }

    private func begin(_ entry: OutboxEntry, _ work: OutboxWork) {
        let task = Task {
            await carry(entry, work)
            await end(entry.id)
        }
        running[entry.id] = Carriage(task: task, work: work)
        if isTimeOver { task.cancel() }
    }

    /// Goes on with an entry that was taken again while it was under way here still, unless that has ended it: it had just been
    /// put back, or we were too slow to renew its lease. It counts as under way until that is known.
    private func end(_ id: MessageID) async {
        while let next = retaken.removeValue(forKey: id) {
            if await isOurs(id) { return begin(next.entry, next.work) }
        }
        running[id] = nil
        wake()
    }

    private func isOurs(_ id: MessageID) async -> Bool {
        do throws(OutboxStoreError) {
            let entry = try await store.entry(id)
            return entry?.state == .sending && entry?.lease?.owner == owner
        } catch {
            // The lease then ends by itself.
            report(error)
            return false
        }
    }

    // MARK: Heartbeat

    private func beat() async {
        while !Task.isCancelled {
            do { try await clock.sleep(until: clock.now + options.lease / 3) } catch { return }
            await renew()
        }
    }

    private func renew() async {
        let ids = Array(running.keys)
        guard !ids.isEmpty else { return }
        let lease = lease
        do throws(OutboxStoreError) {
            let held = try await store.renew(ids, for: lease)
            renewedUntil.store(lease.end.nanosecondsSinceEpoch, ordering: .relaxed)
            // Somebody else has it: what this send could still do would be done twice.
            for id in ids where !held.contains(id) { running[id]?.task.cancel() }
        } catch {
            report(error)
        }
    }

    /// Whether an entry that we took is ours for sure: by the clock, which needs no question. A process that was stopped for longer
    /// than its lease goes on where it was, and its heartbeat comes no sooner than the rest.
    nonisolated func isHeld(_ entry: OutboxEntry) -> Bool {
        let now = clock.wallTime.nanosecondsSinceEpoch
        if now < renewedUntil.load(ordering: .relaxed) { return true }
        return entry.lease.map { now < $0.end.nanosecondsSinceEpoch } ?? true
    }

    // MARK: Retention

    /// So many entries are forgotten at a time: who submits waits meanwhile.
    private static let chunk = 500
    /// The time between two purges.
    private static let tidyPause = Duration.seconds(60)

    private func tidy(_ retention: Duration) async {
        while !Task.isCancelled {
            await purge(retention)
            do { try await clock.sleep(until: clock.now + Self.tidyPause) } catch { return }
        }
    }

    private func purge(_ retention: Duration) async {
        do throws(OutboxStoreError) {
            let end = clock.wallTime + (.zero - retention)
            while try await store.purge(olderThan: end, limit: Self.chunk) == Self.chunk, !Task.isCancelled {}
        } catch {
            report(error)
        }
    }
}
