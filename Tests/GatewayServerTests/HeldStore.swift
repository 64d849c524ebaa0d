import GatewayOutbox
import NotificationGateway
import Synchronization

/// A store in memory that holds submissions up until a test lets them go, or fails as one says.
final class HeldStore: OutboxStore {
    private let base = InMemoryOutboxStore()
    private let (submissions, submitted) = AsyncStream<Void>.makeStream()
    private let (releases, released) = AsyncStream<Void>.makeStream()
    private let isHeld: Bool
    private let failure: Mutex<OutboxStoreError?>

    init(isHeld: Bool = true, failing failure: OutboxStoreError? = nil) {
        self.isHeld = isHeld
        self.failure = Mutex(failure)
    }

    func waitForSubmission() async { _ = await submissions.first { _ in true } }

    func release() { released.finish() }

    func fail(with error: OutboxStoreError?) { failure.withLock { $0 = error } }

    private func check() throws(OutboxStoreError) {
        if let error = failure.withLock({ $0 }) { throw error }
    }

    func submit(_ submission: Submission, now: WallTime) async throws(OutboxStoreError) -> SubmissionAnswer {
        try check()
        submitted.yield()
        if isHeld { for await _ in releases {} }
        return try await base.submit(submission, now: now)
    }

    func submit(
        _ submissions: [Submission], now: WallTime
    ) async throws(OutboxStoreError) -> [SubmissionAnswer] {
        try check()
        return try await base.submit(submissions, now: now)
    }

    func entry(_ id: MessageID) async throws(OutboxStoreError) -> OutboxEntry? {
        try check()
        return try await base.entry(id)
    }

    func entry(under key: IdempotencyKey, of tenant: Tenant) async throws(OutboxStoreError) -> OutboxEntry? {
        try check()
        return try await base.entry(under: key, of: tenant)
    }

    func entries(
        matching filter: EntryFilter, _ order: EntryOrder, after cursor: EntryCursor?, limit: Int
    ) async throws(OutboxStoreError) -> [OutboxEntry] {
        try check()
        return try await base.entries(matching: filter, order, after: cursor, limit: limit)
    }

    func counts() async throws(OutboxStoreError) -> [EntryState: Int] {
        try check()
        return try await base.counts()
    }

    func take(
        _ work: OutboxWork, for lease: Lease, limit: Int, now: WallTime
    ) async throws(OutboxStoreError) -> [OutboxEntry] {
        try await base.take(work, for: lease, limit: limit, now: now)
    }

    func renew(_ ids: [MessageID], for lease: Lease) async throws(OutboxStoreError) -> Set<MessageID> {
        try await base.renew(ids, for: lease)
    }

    func change(_ id: MessageID, by change: EntryChange) async throws(OutboxStoreError) -> OutboxEntry {
        try check()
        return try await base.change(id, by: change)
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
        try await base.purge(olderThan: time, limit: limit)
    }
}
