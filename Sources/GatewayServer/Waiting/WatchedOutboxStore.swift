public import GatewayOutbox
public import NotificationGateway

/// A store that tells a server in this process what changes, so that `?wait=` answers at once and nobody polls; and whether it
/// could be written to at last, so that `/readyz` knows of a full disk.
///
/// Give the same one to the dispatcher, the server and whoever takes receipts:
///
///     let store = WatchedOutboxStore(try SQLiteOutboxStore(path: path))
///     let dispatcher = OutboxDispatcher(store: store, gateway: OutboxGateway(gateway))
public struct WatchedOutboxStore: OutboxStore {
    private let base: any OutboxStore
    let room = WaitingRoom()
    let lastWrite: LastWrite

    /// Watches a store.
    public init(_ base: any OutboxStore, clock: any GatewayClock = SystemClock()) {
        self.base = base
        lastWrite = LastWrite(clock)
    }

    /// Keeps a submission.
    public func submit(_ submission: Submission, now: WallTime) async throws(OutboxStoreError) -> SubmissionAnswer {
        try await lastWrite.watching { () async throws(OutboxStoreError) in
            try await base.submit(submission, now: now)
        }
    }

    /// Keeps several submissions.
    public func submit(
        _ submissions: [Submission], now: WallTime
    ) async throws(OutboxStoreError) -> [SubmissionAnswer] {
        try await lastWrite.watching { () async throws(OutboxStoreError) in
            try await base.submit(submissions, now: now)
        }
    }

    /// The entry of an id.
    public func entry(_ id: MessageID) async throws(OutboxStoreError) -> OutboxEntry? { try await base.entry(id) }

    /// The entry that a key made.
    public func entry(under key: IdempotencyKey, of tenant: Tenant) async throws(OutboxStoreError) -> OutboxEntry? {
        try await base.entry(under: key, of: tenant)
    }

    /// Entries that a filter wants.
    public func entries(
        matching filter: EntryFilter, _ order: EntryOrder, after cursor: EntryCursor?, limit: Int
    ) async throws(OutboxStoreError) -> [OutboxEntry] {
        try await base.entries(matching: filter, order, after: cursor, limit: limit)
    }

    /// How many entries are in each state.
    public func counts() async throws(OutboxStoreError) -> [EntryState: Int] { try await base.counts() }

    /// Takes entries; those that have expired meanwhile are not told.
    public func take(
        _ work: OutboxWork, for lease: Lease, limit: Int, now: WallTime
    ) async throws(OutboxStoreError) -> [OutboxEntry] {
        try await base.take(work, for: lease, limit: limit, now: now)
    }

    /// Sets the end of leases.
    public func renew(_ ids: [MessageID], for lease: Lease) async throws(OutboxStoreError) -> Set<MessageID> {
        try await base.renew(ids, for: lease)
    }

    /// Writes down what happened, and tells it.
    @discardableResult
    public func change(_ id: MessageID, by change: EntryChange) async throws(OutboxStoreError) -> OutboxEntry {
        let entry = try await lastWrite.watching { () async throws(OutboxStoreError) in
            try await base.change(id, by: change)
        }
        room.tell(id)
        return entry
    }

    /// Writes down what happened to an entry that was taken, and tells it.
    public func record(_ change: EntryChange, of entry: OutboxEntry) async throws(OutboxStoreError) {
        try await lastWrite.watching { () async throws(OutboxStoreError) in
            try await base.record(change, of: entry)
        }
        room.tell(entry.id)
    }

    /// When there is something to do next.
    public func nextTime() async throws(OutboxStoreError) -> WallTime? { try await base.nextTime() }

    /// Writes down a receipt, and tells it.
    public func receive(_ receipt: DeliveryReceipt, now: WallTime) async throws(OutboxStoreError) -> ReceiptAnswer {
        let answer = try await lastWrite.watching { () async throws(OutboxStoreError) in
            try await base.receive(receipt, now: now)
        }
        if let entry = answer.entry { room.tell(entry.id) }
        return answer
    }

    /// Entries that wait for receipts.
    public func accepted(
        after place: AcceptancePlace, until time: WallTime, limit: Int
    ) async throws(OutboxStoreError) -> [OutboxEntry] {
        try await base.accepted(after: place, until: time, limit: limit)
    }

    /// Forgets entries that are done with.
    @discardableResult
    public func purge(olderThan time: WallTime, limit: Int) async throws(OutboxStoreError) -> Int {
        try await base.purge(olderThan: time, limit: limit)
    }
}
