public import NotificationGateway

/// Where the outbox keeps its entries.
///
/// Values in, values out; every store keeps the rules of ``OutboxEntry``, and one suite of tests is run on each. What a
/// method has returned is kept: for a store on disk, it is on disk. All methods may be called from any number of tasks and
/// are not ended by cancellation. Times come in, so that a store needs no clock.
public protocol OutboxStore: Sendable {
    /// Keeps a submission, or finds the entry that it made before.
    ///
    /// The same idempotency key of one tenant with the same fingerprint, or the same id with the same message, is the same
    /// submission.
    ///
    /// - Throws: ``OutboxStoreError/conflict`` when the key or the id is another submission's.
    func submit(_ submission: Submission, now: WallTime) async throws(OutboxStoreError) -> SubmissionAnswer

    /// Keeps several submissions or, where one of them is refused, none; the answers are in their order.
    ///
    /// - Throws: ``OutboxStoreError/conflict`` as for a single one.
    func submit(_ submissions: [Submission], now: WallTime) async throws(OutboxStoreError) -> [SubmissionAnswer]

    /// The entry of an id.
    func entry(_ id: MessageID) async throws(OutboxStoreError) -> OutboxEntry?

    /// The entry that a tenant's key made.
    func entry(under key: IdempotencyKey, of tenant: Tenant) async throws(OutboxStoreError) -> OutboxEntry?

    /// Entries that a filter wants, beginning after a place in their order.
    func entries(
        matching filter: EntryFilter, _ order: EntryOrder, after cursor: EntryCursor?, limit: Int
    ) async throws(OutboxStoreError) -> [OutboxEntry]

    /// How many entries are in each state; cheap, however many there are.
    func counts() async throws(OutboxStoreError) -> [EntryState: Int]

    /// Takes entries to send or to find out about, and gives each the lease. No entry is given to two takers at a time.
    ///
    /// Of what is due: verification before notification before marketing, within a category one of each tenant in turn, of a
    /// tenant the longest due first. What has expired becomes `expired` instead. Of what is abandoned: by category too, then whose
    /// lease ended first.
    func take(
        _ work: OutboxWork, for lease: Lease, limit: Int, now: WallTime
    ) async throws(OutboxStoreError) -> [OutboxEntry]

    /// Sets the end of the leases that this owner still holds, and says which these are.
    func renew(_ ids: [MessageID], for lease: Lease) async throws(OutboxStoreError) -> Set<MessageID>

    /// Writes down what happened to an entry, and gives it as it is then.
    ///
    /// - Throws: ``OutboxStoreError/unknownEntry``, ``OutboxStoreError/leaseLost`` or ``OutboxStoreError/refused(_:_:)`` when it
    ///   cannot have happened.
    @discardableResult
    func change(_ id: MessageID, by change: EntryChange) async throws(OutboxStoreError) -> OutboxEntry

    /// Writes down what happened to an entry that was taken, for its holder, who need not know how it is then: as
    /// ``change(_:by:)``, and cheaper where a store can make it so.
    ///
    /// - Throws: as ``change(_:by:)``.
    func record(_ change: EntryChange, of entry: OutboxEntry) async throws(OutboxStoreError)

    /// When the next entry is due or the next lease ends; `nil` where there is none. May be in the past.
    func nextTime() async throws(OutboxStoreError) -> WallTime?

    /// Writes down a vendor's receipt. Receipts may come in any order, twice, and for what nobody sent: the answer says which.
    func receive(_ receipt: DeliveryReceipt, now: WallTime) async throws(OutboxStoreError) -> ReceiptAnswer

    /// Entries in `accepted` that came into it after a place and not later than a time, in the order in which they did: those
    /// that wait for receipts.
    func accepted(
        after place: AcceptancePlace, until time: WallTime, limit: Int
    ) async throws(OutboxStoreError) -> [OutboxEntry]

    /// Forgets entries that are done with, have not changed since, and of which no event waits to be told: at most `limit`, the
    /// longest unchanged first; returns how many. Their keys and ids are free again.
    @discardableResult
    func purge(olderThan time: WallTime, limit: Int) async throws(OutboxStoreError) -> Int
}

extension OutboxStore {
    /// Writes down what happened by ``change(_:by:)``.
    public func record(_ change: EntryChange, of entry: OutboxEntry) async throws(OutboxStoreError) {
        try await self.change(entry.id, by: change)
    }

    /// Forgets all entries that are done with and have not changed since.
    @discardableResult
    public func purge(olderThan time: WallTime) async throws(OutboxStoreError) -> Int {
        try await purge(olderThan: time, limit: .max)
    }
}

/// What there is to take.
public enum OutboxWork: Sendable, Hashable, CaseIterable {
    /// Entries whose time has come.
    case due
    /// Entries that somebody was sending whose lease is over.
    case abandoned
}

/// What became of a submission.
public struct SubmissionAnswer: Sendable {
    /// The entry.
    public var entry: OutboxEntry
    /// Whether this submission made it.
    public var isNew: Bool

    /// Describes an answer.
    public init(entry: OutboxEntry, isNew: Bool) {
        self.entry = entry
        self.isNew = isNew
    }
}

/// Why a store did not do as asked. Nothing was changed then. Holds no address and no text.
public enum OutboxStoreError: Error, Sendable, Hashable {
    /// The idempotency key or the id is another submission's.
    case conflict
    /// There is no entry of this id.
    case unknownEntry
    /// Somebody else is sending the entry.
    case leaseLost
    /// What is said cannot happen to an entry in this state.
    case refused(EntryState, EntryEvent)
    /// The database was in use by others for too long; it may work in a moment.
    case locked
    /// There is no room left; it works again once there is.
    case diskFull
    /// The file is damaged, or holds what this version cannot read; says what.
    case corrupted(String)
    /// Anything else that the storage said, such as that the file may not be opened.
    case failed(String)
}
