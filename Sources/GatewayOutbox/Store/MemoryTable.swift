import NotificationGateway

/// What ``InMemoryOutboxStore`` holds.
struct MemoryTable {
    private let logged: Set<EntryState>
    var entries: [MessageID: OutboxEntry] = [:]
    var events: [Int64: OutboxEvent] = [:]
    private var lastSequence: Int64 = 0
    private var lastEvent: Int64 = 0
    private var lastTenants: [Category: Tenant] = [:]

    init(_ logged: Set<EntryState>) {
        self.logged = logged
    }

    func sorted<Key: Comparable>(
        where isWanted: (OutboxEntry) -> Bool, by key: (OutboxEntry) -> Key
    ) -> [OutboxEntry] {
        entries.values.filter(isWanted).sorted { (key($0), $0.sequence) < (key($1), $1.sequence) }
    }

    /// Whose receipt it is.
    func entry(of receipt: DeliveryReceipt) -> OutboxEntry? {
        if let id = receipt.messageID, let entry = entries[id] { return entry }
        guard let vendorID = receipt.vendorMessageID else { return nil }
        return sorted {
            $0.result?.recipients.contains {
                $0.vendorMessageID == vendorID && $0.provider == receipt.provider.rawValue
            } ?? false
        } by: {
            $0.sequence
        }.last
    }

    /// Every change of an entry that is kept goes this way, so that its event is written.
    @discardableResult
    mutating func write(_ progress: EntryProgress, to entry: OutboxEntry) -> OutboxEntry {
        var changed = entry
        changed.progress = progress
        entries[entry.id] = changed
        if progress.state != entry.state, logged.contains(progress.state) {
            lastEvent += 1
            events[lastEvent] = OutboxEvent(lastEvent, of: changed)
        }
        return changed
    }

    mutating func submit(_ submission: Submission, now: WallTime) throws(OutboxStoreError) -> SubmissionAnswer {
        let known =
            entries.values.first {
                $0.tenant == submission.tenant && $0.idempotency != nil
                    && $0.idempotency?.key == submission.idempotency?.key
            } ?? entries[submission.id]
        if let known {
            let repeated = try known.repeated(by: submission)
            entries[known.id] = repeated
            return SubmissionAnswer(entry: repeated, isNew: false)
        }
        lastSequence += 1
        var entry = OutboxEntry(submission, now: now)
        entry.sequence = lastSequence
        entries[entry.id] = entry
        return SubmissionAnswer(entry: entry, isNew: true)
    }

    mutating func takeDue(for lease: Lease, limit: Int, now: WallTime) throws(OutboxStoreError) -> [OutboxEntry] {
        let expired = sorted {
            $0.state.isTakable && $0.isExpired(now)
        } by: {
            $0.expiry ?? now
        }
        for entry in expired { write(try entry.progress.changed(by: EntryChange(.expired, now: now)), to: entry) }
        var taken: [OutboxEntry] = []
        for category in FairShare.order {
            let due = sorted {
                $0.category == category && $0.progress.isDue(now)
            } by: {
                $0.dueAt ?? now
            }
            var waiting = Dictionary(grouping: due, by: \.tenant)
            let turns = FairShare.turns(
                limit - taken.count, among: waiting.mapValues(\.count), after: lastTenants[category])
            taken += turns.compactMap { waiting[$0]?.removeFirst() }
            if let last = turns.last { lastTenants[category] = last }
        }
        return taken.map { write($0.progress.taken(by: lease, now: now), to: $0) }
    }

    mutating func takeAbandoned(for lease: Lease, limit: Int, now: WallTime) -> [OutboxEntry] {
        FairShare.order.flatMap { category in
            sorted {
                $0.category == category && $0.progress.isAbandoned(now)
            } by: {
                $0.lease?.end ?? now
            }
        }
        .prefix(limit).map { write($0.progress.inherited(by: lease), to: $0) }
    }
}

extension OutboxEvent {
    /// Tells of the state in which an entry is, at once.
    init(_ sequence: Int64, of entry: OutboxEntry) {
        self.init(
            sequence: sequence, messageID: entry.id, tenant: entry.tenant, state: entry.state, time: entry.changedAt,
            tries: 0, dueAt: entry.changedAt, owner: nil)
    }

    /// In the hands of who took it.
    func taken(by lease: Lease) -> OutboxEvent {
        var event = self
        event.tries += 1
        event.dueAt = lease.end
        event.owner = lease.owner
        return event
    }
}
