public import NotificationGateway
import Synchronization

/// Keeps entries in memory: for tests, and as the plainest statement of what a store does. Looks through all entries.
public final class InMemoryOutboxStore: OutboxStore {
    private let table = Mutex(Table())

    /// Makes an empty store.
    public init() {}

    /// Keeps a submission, or finds the entry that it made before.
    public func submit(_ submission: Submission, now: WallTime) async throws(OutboxStoreError) -> SubmissionAnswer {
        try table.withLock { table throws(OutboxStoreError) in try table.submit(submission, now: now) }
    }

    /// The entry of an id.
    public func entry(_ id: MessageID) async throws(OutboxStoreError) -> OutboxEntry? {
        table.withLock { $0.entries[id] }
    }

    /// Entries in a state, in the order of submission.
    public func entries(
        in state: EntryState, after sequence: Int64, limit: Int
    ) async throws(OutboxStoreError) -> [OutboxEntry] {
        let found = table.withLock {
            $0.sorted {
                $0.state == state && $0.sequence > sequence
            } by: {
                $0.sequence
            }
        }
        return Array(found.prefix(limit))
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
            for id in held { table.entries[id]?.lease = lease }
            return Set(held)
        }
    }

    /// Writes down what happened.
    @discardableResult
    public func change(_ id: MessageID, by change: EntryChange) async throws(OutboxStoreError) -> OutboxEntry {
        try table.withLock { table throws(OutboxStoreError) in
            guard let entry = table.entries[id] else { throw .unknownEntry }
            let changed = try entry.changed(by: change)
            table.entries[id] = changed
            return changed
        }
    }

    /// When there is something to do next.
    public func nextTime() async throws(OutboxStoreError) -> WallTime? {
        table.withLock { $0.entries.values.compactMap { $0.dueAt ?? $0.lease?.end }.min() }
    }

    /// Forgets entries that are done with.
    @discardableResult
    public func purge(olderThan time: WallTime) async throws(OutboxStoreError) -> Int {
        table.withLock { table in
            let old = table.entries.values.filter { !$0.state.isOpen && $0.changedAt < time }
            for entry in old { table.entries[entry.id] = nil }
            return old.count
        }
    }
}

private struct Table {
    var entries: [MessageID: OutboxEntry] = [:]
    var lastSequence: Int64 = 0
    var lastTenants: [Category: Tenant] = [:]

    func sorted<Key: Comparable>(
        where isWanted: (OutboxEntry) -> Bool, by key: (OutboxEntry) -> Key
    ) -> [OutboxEntry] {
        entries.values.filter(isWanted).sorted { (key($0), $0.sequence) < (key($1), $1.sequence) }
    }

    mutating func submit(_ submission: Submission, now: WallTime) throws(OutboxStoreError) -> SubmissionAnswer {
        let known =
            entries.values.first {
                $0.tenant == submission.tenant && $0.idempotency != nil
                    && $0.idempotency?.key == submission.idempotency?.key
            } ?? entries[submission.id]
        if let known { return SubmissionAnswer(entry: try known.repeated(by: submission), isNew: false) }
        lastSequence += 1
        var entry = OutboxEntry(submission, now: now)
        entry.sequence = lastSequence
        entries[entry.id] = entry
        return SubmissionAnswer(entry: entry, isNew: true)
    }

    mutating func takeDue(for lease: Lease, limit: Int, now: WallTime) throws(OutboxStoreError) -> [OutboxEntry] {
        for entry in entries.values where entry.state.isTakable && entry.isExpired(now) {
            entries[entry.id] = try entry.changed(by: EntryChange(.expired, now: now))
        }
        var taken: [OutboxEntry] = []
        for category in FairShare.order {
            let due = sorted {
                $0.category == category && $0.isDue(now)
            } by: {
                $0.dueAt ?? now
            }
            var waiting = Dictionary(grouping: due, by: \.tenant)
            let turns = FairShare.turns(
                limit - taken.count, among: waiting.mapValues(\.count), after: lastTenants[category])
            taken += turns.compactMap { waiting[$0]?.removeFirst().taken(by: lease, now: now) }
            if let last = turns.last { lastTenants[category] = last }
        }
        for entry in taken { entries[entry.id] = entry }
        return taken
    }

    mutating func takeAbandoned(for lease: Lease, limit: Int, now: WallTime) -> [OutboxEntry] {
        let taken = sorted {
            $0.isAbandoned(now)
        } by: {
            $0.lease?.end ?? now
        }
        .prefix(limit).map { $0.inherited(by: lease) }
        for entry in taken { entries[entry.id] = entry }
        return taken
    }
}
