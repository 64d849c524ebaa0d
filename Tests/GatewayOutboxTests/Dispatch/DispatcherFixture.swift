import GatewayOutbox
import GatewayTestKit
import NotificationGateway
import ProcessSupport
import Synchronization

/// A store that tells a test what was changed, and fails when a test says so.
final class WatchedStore: OutboxStore {
    private let base: any OutboxStore
    private let failures = Mutex<[OutboxStoreError]>([])
    private let taking = Mutex<(@Sendable () -> Void)?>(nil)
    /// Every entry as a change left it.
    let changes: AsyncStream<OutboxEntry>
    private let changed: AsyncStream<OutboxEntry>.Continuation
    /// The owner of each renewal that was done.
    let renewals: AsyncStream<Lease>
    private let renewed: AsyncStream<Lease>.Continuation

    /// How many entries each purge took.
    let purges: AsyncStream<Int>
    private let purged: AsyncStream<Int>.Continuation

    init(_ base: any OutboxStore) {
        self.base = base
        (purges, purged) = AsyncStream.makeStream()
        (changes, changed) = AsyncStream.makeStream()
        (renewals, renewed) = AsyncStream.makeStream()
    }

    /// Makes the next changes fail.
    func failChanges(_ errors: [OutboxStoreError]) { failures.withLock { $0 = errors } }

    /// Does something when entries are taken next, before who takes them hears of it.
    func onceTaken(_ body: @escaping @Sendable () -> Void) { taking.withLock { $0 = body } }

    /// Waits until an entry has come into a state.
    @discardableResult
    func next(_ state: EntryState, _ id: MessageID? = nil) async -> OutboxEntry? {
        for await entry in changes where entry.state == state && (id == nil || entry.id == id) { return entry }
        return nil
    }

    func submit(_ submission: Submission, now: WallTime) async throws(OutboxStoreError) -> SubmissionAnswer {
        try await base.submit(submission, now: now)
    }

    func submit(
        _ submissions: [Submission], now: WallTime
    ) async throws(OutboxStoreError) -> [SubmissionAnswer] {
        try await base.submit(submissions, now: now)
    }

    func entry(_ id: MessageID) async throws(OutboxStoreError) -> OutboxEntry? { try await base.entry(id) }

    func entry(under key: IdempotencyKey, of tenant: Tenant) async throws(OutboxStoreError) -> OutboxEntry? {
        try await base.entry(under: key, of: tenant)
    }

    func entries(
        matching filter: EntryFilter, _ order: EntryOrder, after cursor: EntryCursor?, limit: Int
    ) async throws(OutboxStoreError) -> [OutboxEntry] {
        try await base.entries(matching: filter, order, after: cursor, limit: limit)
    }

    func counts() async throws(OutboxStoreError) -> [EntryState: Int] { try await base.counts() }

    func take(
        _ work: OutboxWork, for lease: Lease, limit: Int, now: WallTime
    ) async throws(OutboxStoreError) -> [OutboxEntry] {
        let taken = try await base.take(work, for: lease, limit: limit, now: now)
        if !taken.isEmpty { taking.withLock { $0.take() }?() }
        return taken
    }

    func renew(_ ids: [MessageID], for lease: Lease) async throws(OutboxStoreError) -> Set<MessageID> {
        let held = try await base.renew(ids, for: lease)
        renewed.yield(lease)
        return held
    }

    func change(_ id: MessageID, by change: EntryChange) async throws(OutboxStoreError) -> OutboxEntry {
        if let error = failures.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) { throw error }
        let entry = try await base.change(id, by: change)
        changed.yield(entry)
        return entry
    }

    func nextTime() async throws(OutboxStoreError) -> WallTime? { try await base.nextTime() }

    func receive(_ receipt: DeliveryReceipt, now: WallTime) async throws(OutboxStoreError) -> ReceiptAnswer {
        try await base.receive(receipt, now: now)
    }

    func accepted(
        after place: AcceptancePlace, until time: WallTime, limit: Int
    ) async throws(OutboxStoreError) -> [OutboxEntry] {
        try await base.accepted(after: place, until: time, limit: limit)
    }

    func purge(olderThan time: WallTime, limit: Int) async throws(OutboxStoreError) -> Int {
        let count = try await base.purge(olderThan: time, limit: limit)
        purged.yield(count)
        return count
    }
}

/// A dispatcher over a gateway with a recording provider, and where a test says so one after it; the clock stands still until
/// a test moves it.
struct DispatcherFixture {
    let folder: TemporaryFolder
    let clock = ManualClock()
    let store: WatchedStore
    let provider: RecordingProvider
    let gateway: Gateway
    let dispatcher: OutboxDispatcher

    init(
        _ kind: StoreKind = .memory, _ provider: RecordingProvider = RecordingProvider(),
        next: RecordingProvider? = nil, options: OutboxDispatcher.Options = OutboxDispatcher.Options(),
        store: (any OutboxStore)? = nil
    ) throws {
        let made = try kind.make()
        folder = made.folder
        self.store = WatchedStore(store ?? made.store)
        self.provider = provider
        let providers = [("p", provider)] + (next.map { [("next", $0)] } ?? [])
        gateway = try Gateway(
            GatewaySettings(
                mode: .live, defaultCountry: "CN",
                providers: providers.map {
                    GatewaySettings.ConfiguredProvider(name: ProviderName(rawValue: $0.0), provider: $0.1)
                },
                routes: [
                    Route(
                        name: "all", candidates: providers.map { Route.Candidate(ProviderName(rawValue: $0.0)) },
                        retries: 0)
                ]),
            clock: clock, random: SeededRandom())
        dispatcher = OutboxDispatcher(
            store: self.store, gateway: OutboxGateway(gateway), options: options, clock: clock, random: SeededRandom())
    }

    /// Submits a text to one number.
    @discardableResult
    func submit(
        _ id: String, _ category: NotificationGateway.Category = .notification
    ) async throws -> OutboxEntry {
        let submission = Submission(
            Message(id: MessageID(rawValue: id), to: ["13800138000"], content: .text("hello"), category: category))
        return try await dispatcher.submit(submission).entry
    }

    /// Somebody takes an entry and dies.
    func abandon(_ id: String, _ category: NotificationGateway.Category = .notification) async throws {
        try await submit(id, category)
        let lease = Lease(owner: "dead", end: clock.wallTime)
        _ = try await store.take(.due, for: lease, limit: 1, now: clock.wallTime)
    }
}
