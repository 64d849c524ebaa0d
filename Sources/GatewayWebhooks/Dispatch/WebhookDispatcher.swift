public import GatewayOutbox
public import HTTPTransport
public import Logging
public import NotificationGateway

/// Tells endpoints what became of messages: takes events from an outbox by lease and posts each to every endpoint that wants
/// it, until it has taken it.
///
///     let dispatcher = WebhookDispatcher(store: store, endpoints: endpoints) { settings, addresses in
///         CurlTransport(CurlTransportOptions(settings, addresses: addresses))
///     }
///     await dispatcher.start()
///     await dispatcher.stop(within: .seconds(10))
///
/// An endpoint is told at least once, under the same id each time; in no promised order. Several dispatchers, also of several
/// processes, may work on one store. All methods may be called from any task.
public actor WebhookDispatcher {
    /// How a dispatcher works.
    public struct Options: Sendable {
        /// When an endpoint is told again.
        public var schedule: WebhookSchedule
        /// How long an event stays ours without being renewed; it is renewed three times in that time.
        public var lease: Duration
        /// The longest time between two looks into the store.
        public var pause: Duration

        /// Describes options.
        public init(
            schedule: WebhookSchedule = WebhookSchedule(), lease: Duration = .seconds(60),
            pause: Duration = .seconds(1)
        ) {
            self.schedule = schedule
            self.lease = lease
            self.pause = pause
        }
    }

    /// Reads an entry.
    typealias EntryReader = @Sendable (MessageID) async throws(OutboxStoreError) -> OutboxEntry?

    /// Under which name it holds leases.
    public nonisolated let owner: LeaseOwner
    let options: Options
    let clock: any GatewayClock
    let random: any RandomSource
    let logger: Logger
    private let log: any EventLog
    private let entry: EntryReader
    private let transports: [any HTTPTransport]
    private let signals: AsyncStream<Void>
    private nonisolated let signal: AsyncStream<Void>.Continuation
    var lanes: [WebhookLane]
    private var memory = WebhookMemory()
    private var running: [Int64: Task<Void, Never>] = [:]
    private var loop: Task<Void, Never>?
    private var heartbeat: Task<Void, Never>?
    private var timer: Task<Void, Never>?
    private var isStopping = false

    /// Makes a dispatcher, which does nothing before ``start()``.
    ///
    /// - Parameters:
    ///   - store: an outbox that was opened with the states that endpoints want to hear of as its events.
    ///   - makeTransport: makes a transport that connects to what a policy allows alone and follows no redirects; called once for
    ///     each policy. The dispatcher shuts it down.
    public init(
        store: any OutboxStore & EventLog, endpoints: [WebhookEndpoint], options: Options = Options(),
        clock: any GatewayClock = SystemClock(), random: any RandomSource = SystemRandom(),
        logger: Logger = Logger(label: "notify"),
        makeTransport: (HTTPTransportSettings, AddressPolicy) -> any HTTPTransport
    ) {
        self.init(
            log: store, entry: { id async throws(OutboxStoreError) in try await store.entry(id) }, endpoints: endpoints,
            options: options, clock: clock, random: random, logger: logger, makeTransport: makeTransport)
    }

    init(
        log: any EventLog, entry: @escaping EntryReader, endpoints: [WebhookEndpoint], options: Options,
        clock: any GatewayClock, random: any RandomSource, logger: Logger,
        makeTransport: (HTTPTransportSettings, AddressPolicy) -> any HTTPTransport
    ) {
        precondition(Set(endpoints.map(\.name)).count == endpoints.count, "two endpoints have the same name")
        let settings = HTTPTransportSettings(
            requestTimeout: endpoints.map(\.timeout).max() ?? .seconds(15), maxResponseBytes: 64 << 10,
            allowPlainHTTP: endpoints.contains(where: \.allowsPlainHTTP))
        var transports: [AddressPolicy: any HTTPTransport] = [:]
        lanes = endpoints.map { endpoint in
            let transport = transports[endpoint.addresses] ?? makeTransport(settings, endpoint.addresses)
            transports[endpoint.addresses] = transport
            return WebhookLane(endpoint, transport)
        }
        self.transports = Array(transports.values)
        self.log = log
        self.entry = entry
        self.options = options
        self.clock = clock
        self.random = random
        self.logger = logger
        // Every lane full, and there is room still for the events of others.
        mostRunning = endpoints.map(WebhookLane.capacity).reduce(Self.batch, +)
        owner = LeaseOwner(rawValue: random.identifier())
        (signals, signal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Begins to tell. Once; a dispatcher that was stopped stays so.
    public func start() {
        guard loop == nil, !isStopping else { return }
        loop = Task { await self.work() }
        heartbeat = Task { await self.beat() }
        wake()
    }

    /// Looks into the store at once.
    public nonisolated func wake() { signal.yield() }

    /// Takes nothing more and waits for answers that are under way; after `limit` these are given up, and who sent none is told
    /// again by the next dispatcher. Then the transports are shut down.
    public func stop(within limit: Duration) async {
        isStopping = true
        for index in lanes.indices { lanes[index].stop(now: clock.wallTime) }
        wake()
        let end = clock.now + limit
        let guardian = Task {
            do { try await clock.sleep(until: end) } catch { return }
            for task in running.values { task.cancel() }
        }
        await loop?.value
        for task in [guardian, heartbeat, timer] { task?.cancel() }
        for transport in transports { await transport.shutdown(grace: .zero) }
    }

    // MARK: Taking

    /// Most events that are taken at once.
    static let batch = 64
    private let mostRunning: Int

    private func work() async {
        for await _ in signals {
            if isStopping { break }
            await look()
        }
        while let task = running.values.first { await task.value }
    }

    private func look() async {
        var next = clock.now + options.pause
        do throws(OutboxStoreError) {
            while !isStopping, running.count < mostRunning, let due = try await log.nextEventTime() {
                guard due <= clock.wallTime else {
                    next = min(next, clock.now + max(due.duration(since: clock.wallTime), .milliseconds(10)))
                    break
                }
                try await take(min(Self.batch, mostRunning - running.count))
            }
        } catch {
            report(error)
        }
        timer?.cancel()
        timer = Task { [next] in
            do { try await clock.sleep(until: next) } catch { return }
            wake()
        }
    }

    private func take(_ limit: Int) async throws(OutboxStoreError) {
        let taken = try await log.takeEvents(for: lease, limit: limit, now: clock.wallTime)
        var unwanted: [Int64] = []
        // What is under way here still was renewed too late; its end settles it.
        for event in taken where running[event.sequence] == nil {
            let wanting = lanes.indices.filter { !lanes[$0].isGone && lanes[$0].endpoint.wants(event) }
            if wanting.isEmpty { unwanted.append(event.sequence) } else { begin(event, wanting) }
        }
        if !unwanted.isEmpty { try await log.finishEvents(unwanted) }
    }

    private var lease: Lease { Lease(owner: owner, end: clock.wallTime + options.lease) }

    private func begin(_ event: OutboxEvent, _ wanting: [Int]) {
        let known = memory.recall(event.sequence)
        // How often another process told an endpoint, or this one before a restart, nobody knows: the store counts how often
        // the event was taken, for whichever endpoint. Its age says where on the schedule it is; the whole of that lies before one
        // that is taken for the first time, however late.
        let age = clock.wallTime.duration(since: event.time)
        let behind = event.tries <= 1 ? 0 : options.schedule.triesBehind(atAge: age)
        let progress = Dictionary(
            uniqueKeysWithValues: wanting.map { ($0, known[$0] ?? .open(tries: behind, notBefore: nil)) })
        running[event.sequence] = Task {
            await carry(event, progress)
            let wasFull = running.count >= mostRunning
            running[event.sequence] = nil
            if wasFull { wake() }
        }
    }

    // MARK: Telling

    private func carry(_ event: OutboxEvent, _ before: WebhookMemory.Progress) async {
        do throws(OutboxStoreError) {
            guard let entry = try await entry(event.messageID) else {
                return try await log.finishEvents([event.sequence])
            }
            let progress = await tell(event, entry, before)
            let hasFailed = progress.contains { Self.tries($1) > before[$0].map(Self.tries) ?? 0 }
            let ending = WebhookEnding(after: progress.values, hasFailed: hasFailed, now: clock.wallTime)
            let back: WallTime = if case .giveBack(let time, _) = ending { time } else { lease.end }
            // Also where it is done with: the store may fail now.
            memory.remember(event.sequence, progress, back: back, now: clock.wallTime)
            try await settle(event, ending)
        } catch {
            // The lease ends, and whoever takes the event then goes on.
            report(error)
        }
    }

    private func settle(_ event: OutboxEvent, _ ending: WebhookEnding) async throws(OutboxStoreError) {
        switch ending {
        case .finish:
            try await log.finishEvents([event.sequence])
            _ = memory.recall(event.sequence)
        case .giveBack(let time, counts: true): try await log.retryEvent(event.sequence, owner: owner, at: time)
        case .giveBack(let time, counts: false): try await log.returnEvent(event.sequence, owner: owner, at: time)
        }
    }

    private static func tries(_ progress: WebhookProgress) -> Int {
        if case .open(let tries, _) = progress { tries } else { 0 }
    }

    /// Tells all endpoints that are due, side by side.
    private func tell(
        _ event: OutboxEvent, _ entry: OutboxEntry, _ before: WebhookMemory.Progress
    ) async -> WebhookMemory.Progress {
        let now = clock.wallTime
        return await withTaskGroup(of: (Int, WebhookProgress).self) { group in
            var after = before
            for (index, progress) in before {
                guard case .open(let tries, let notBefore) = progress, notBefore ?? now <= now else { continue }
                group.addTask { (index, await self.tell(index, event, entry, tries: tries)) }
            }
            for await (index, progress) in group { after[index] = progress }
            return after
        }
    }

    // MARK: Heartbeat

    private func beat() async {
        while !Task.isCancelled {
            do { try await clock.sleep(until: clock.now + options.lease / 3) } catch { return }
            guard !running.isEmpty else { continue }
            do throws(OutboxStoreError) {
                _ = try await log.renewEvents(Array(running.keys), for: lease)
            } catch {
                report(error)
            }
        }
    }

    private func report(_ error: OutboxStoreError) {
        logger.error("events cannot be read or settled", metadata: ["notify.outbox.error": "\(error)"])
    }
}
