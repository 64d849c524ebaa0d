public import NotificationGateway
import Synchronization

/// Keeps entries in memory: for tests, and as the plainest statement of what a store does. Looks through all entries.
public final class InMemoryOutboxStore: OutboxStore, EventLog {
    private let table: Mutex<MemoryTable>

    /// Makes an empty store.
    ///
    /// - Parameter events: the states of which an event is logged when an entry comes into them.
    public init(events: Set<EntryState> = []) {
        table = Mutex(MemoryTable(events))
    }

    /// Keeps a submission, or finds the entry that it made before.
    public func submit(_ submission: Submission, now: WallTime) async throws(OutboxStoreError) -> SubmissionAnswer {
        try table.withLock { table throws(OutboxStoreError) in try table.submit(submission, now: now) }
    }

    /// Keeps several submissions or none.
    public func submit(
        _ submissions: [Submission], now: WallTime
    ) async throws(OutboxStoreError) -> [SubmissionAnswer] {
        try table.withLock { table throws(OutboxStoreError) in
            var changed = table
            var answers: [SubmissionAnswer] = []
            for submission in submissions { answers.append(try changed.submit(submission, now: now)) }
            table = changed
            return answers
        }
    }

    /// The entry of an id.
    public func entry(_ id: MessageID) async throws(OutboxStoreError) -> OutboxEntry? {
        table.withLock { $0.entries[id] }
    }

    /// The entry that a key made.
    public func entry(under key: IdempotencyKey, of tenant: Tenant) async throws(OutboxStoreError) -> OutboxEntry? {
        table.withLock { $0.entries.values.first { $0.tenant == tenant && $0.idempotency?.key == key } }
    }

    /// Entries that a filter wants.
    public func entries(
        matching filter: EntryFilter, _ order: EntryOrder, after cursor: EntryCursor?, limit: Int
    ) async throws(OutboxStoreError) -> [OutboxEntry] {
        let found = table.withLock { $0.entries.values.filter(filter.matches) }.sorted { $0.cursor < $1.cursor }
        let page =
            switch order {
            case .oldestFirst: found.filter { entry in cursor.map { $0 < entry.cursor } ?? true }
            case .newestFirst: found.reversed().filter { entry in cursor.map { entry.cursor < $0 } ?? true }
            }
        return Array(page.prefix(limit))
    }

    /// How many entries are in each state.
    public func counts() async throws(OutboxStoreError) -> [EntryState: Int] {
        table.withLock { Dictionary(grouping: $0.entries.values, by: \.state).mapValues(\.count) }
    }

    /// Takes entries.
    public func take(
        _ work: OutboxWork, for lease: Lease, limit: Int, now: WallTime
    ) async throws(OutboxStoreError) -> [OutboxEntry] {
        try table.withLock { table throws(OutboxStoreError) in
            switch work {
            case .due: try table.takeDue(for: lease, limit: limit, now: now)
            case .abandoned: table.takeAbandoned(for: lease, limit: limit, now: now)
            }
        }
    }

    /// Sets the end of leases.
    public func renew(_ ids: [MessageID], for lease: Lease) async throws(OutboxStoreError) -> Set<MessageID> {
        table.withLock { table in
            let held = ids.filter { table.entries[$0]?.lease?.owner == lease.owner }
            for id in held { table.entries[id]?.progress.lease = lease }
            return Set(held)
        }
    }

    /// Writes down what happened.
    @discardableResult
    public func change(_ id: MessageID, by change: EntryChange) async throws(OutboxStoreError) -> OutboxEntry {
        try table.withLock { table throws(OutboxStoreError) in
            guard let entry = table.entries[id] else { throw .unknownEntry }
            return table.write(try entry.progress.changed(by: change), to: entry)
        }
    }

    /// Writes down a receipt.
    public func receive(_ receipt: DeliveryReceipt, now: WallTime) async throws(OutboxStoreError) -> ReceiptAnswer {
        table.withLock { table in
            guard let entry = table.entry(of: receipt) else { return ReceiptAnswer(.unknown) }
            let (progress, effect) = entry.progress.receiving(
                receipt, recipients: entry.message.recipients.count, now: now)
            return ReceiptAnswer(effect, table.write(progress, to: entry))
        }
    }

    /// When there is something to do next.
    public func nextTime() async throws(OutboxStoreError) -> WallTime? {
        table.withLock { $0.entries.values.compactMap { $0.dueAt ?? $0.lease?.end }.min() }
    }

    /// Entries that wait for receipts.
    public func accepted(
        after place: AcceptancePlace, until time: WallTime, limit: Int
    ) async throws(OutboxStoreError) -> [OutboxEntry] {
        table.withLock { table in
            let found = table.sorted {
                $0.state == .accepted && place < AcceptancePlace(of: $0) && $0.changedAt <= time
            } by: {
                $0.changedAt
            }
            return Array(found.prefix(limit))
        }
    }

    /// Forgets entries that are done with.
    @discardableResult
    public func purge(olderThan time: WallTime, limit: Int) async throws(OutboxStoreError) -> Int {
        table.withLock { table in
            let untold = Set(table.events.values.map(\.messageID))
            let old = table.sorted {
                !$0.state.isOpen && $0.changedAt < time && !untold.contains($0.id)
            } by: {
                $0.changedAt
            }
            for entry in old.prefix(limit) { table.entries[entry.id] = nil }
            return min(old.count, limit)
        }
    }
}

extension InMemoryOutboxStore {
    /// Takes events.
    public func takeEvents(
        for lease: Lease, limit: Int, now: WallTime
    ) async throws(OutboxStoreError) -> [OutboxEvent] {
        table.withLock { table in
            let due = table.events.values.filter { $0.dueAt <= now }.sorted {
                ($0.dueAt, $0.sequence) < ($1.dueAt, $1.sequence)
            }
            let taken = due.prefix(limit).map { $0.taken(by: lease) }
            for event in taken { table.events[event.sequence] = event }
            return taken
        }
    }

    /// Sets the end of leases.
    public func renewEvents(_ sequences: [Int64], for lease: Lease) async throws(OutboxStoreError) -> Set<Int64> {
        table.withLock { table in
            let held = sequences.filter { table.events[$0]?.owner == lease.owner }
            for sequence in held { table.events[sequence]?.dueAt = lease.end }
            return Set(held)
        }
    }

    /// Forgets events that have been told.
    public func finishEvents(_ sequences: [Int64]) async throws(OutboxStoreError) {
        table.withLock { table in for sequence in sequences { table.events[sequence] = nil } }
    }

    /// Gives an event back.
    public func retryEvent(_ sequence: Int64, owner: LeaseOwner, at time: WallTime) async throws(OutboxStoreError) {
        table.withLock { table in
            guard table.events[sequence]?.owner == owner else { return }
            table.events[sequence]?.dueAt = time
            table.events[sequence]?.owner = nil
        }
    }

    /// Gives an event back untried.
    public func returnEvent(_ sequence: Int64, owner: LeaseOwner, at time: WallTime) async throws(OutboxStoreError) {
        table.withLock { table in
            guard table.events[sequence]?.owner == owner else { return }
            table.events[sequence]?.dueAt = time
            table.events[sequence]?.owner = nil
            table.events[sequence]?.tries -= 1
        }
    }

    /// When the next event may be taken.
    public func nextEventTime() async throws(OutboxStoreError) -> WallTime? {
        table.withLock { $0.events.values.map(\.dueAt).min() }
    }

    /// Forgets old events.
    @discardableResult
    public func purgeEvents(olderThan time: WallTime) async throws(OutboxStoreError) -> Int {
        table.withLock { table in
            let old = table.events.values.filter { $0.time < time }
            for event in old { table.events[event.sequence] = nil }
            return old.count
        }
    }
}
