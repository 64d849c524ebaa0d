public import NotificationGateway

/// What is to be written down about an entry.
public struct EntryChange: Sendable {
    /// What happened.
    public var event: EntryEvent
    /// When.
    public var now: WallTime
    /// Who says so; whoever says how a send went must hold the lease.
    public var owner: LeaseOwner?
    /// When the entry is to be taken next; `nil` means at once. Only for events after which it can be.
    public var dueAt: WallTime?
    /// What the send brought.
    public var result: SendResult?

    /// Describes a change.
    public init(
        _ event: EntryEvent, now: WallTime, owner: LeaseOwner? = nil, dueAt: WallTime? = nil, result: SendResult? = nil
    ) {
        self.event = event
        self.now = now
        self.owner = owner
        self.dueAt = dueAt
        self.result = result
    }
}

/// The rules that every store keeps: pure, so that all keep the same.
extension OutboxEntry {
    /// The entry that a submission makes.
    init(_ submission: Submission, now: WallTime) {
        let sendAt = submission.sendAt.map { max($0, now) } ?? now
        self.init(
            sequence: 0, id: submission.id, tenant: submission.tenant, message: submission.message,
            idempotency: submission.idempotency, submittedAt: now, sendAt: sendAt,
            state: sendAt > now ? .scheduled : .queued, changedAt: now, dueAt: sendAt, tries: 0, lease: nil,
            unknownSince: nil, result: nil)
    }

    /// Accepts a submission as this entry's own, handed in again.
    ///
    /// - Throws: ``OutboxStoreError/conflict`` when it is another one under the same key or id.
    func repeated(by submission: Submission) throws(OutboxStoreError) -> OutboxEntry {
        guard tenant == submission.tenant else { throw .conflict }
        if let own = idempotency, let other = submission.idempotency, own.key == other.key {
            guard own.fingerprint == other.fingerprint else { throw .conflict }
            return self
        }
        guard StoredMessage(message) == StoredMessage(submission.message) else { throw .conflict }
        return self
    }

    /// The entry after a change.
    ///
    /// - Throws: ``OutboxStoreError/leaseLost`` when somebody else is sending it, or ``OutboxStoreError/refused(_:_:)`` where the
    ///   table has no such exit.
    func changed(by change: EntryChange) throws(OutboxStoreError) -> OutboxEntry {
        if state == .sending, !change.event.isProof, change.owner == nil || change.owner != lease?.owner {
            if change.owner != nil { throw .leaseLost }
            throw .refused(state, change.event)
        }
        guard change.event != .taken, let next = state.after(change.event) else { throw .refused(state, change.event) }
        var entry = self
        entry.state = next
        entry.changedAt = change.now
        entry.dueAt = next.isTakable ? change.dueAt ?? change.now : nil
        entry.lease = nil
        entry.unknownSince = nil
        entry.result = change.result ?? result
        if change.event == .requeued { entry.tries = 0 }
        return entry
    }

    /// The entry in the hands of who took it to send it.
    func taken(by lease: Lease, now: WallTime) -> OutboxEntry {
        var entry = self
        entry.state = .sending
        entry.changedAt = now
        entry.dueAt = nil
        entry.lease = lease
        entry.tries += 1
        return entry
    }

    /// The entry in the hands of who is to find out what its last owner did. Since when nobody knows stays what it is.
    func inherited(by lease: Lease) -> OutboxEntry {
        var entry = self
        entry.unknownSince = unknownSince ?? self.lease?.end ?? changedAt
        entry.lease = lease
        return entry
    }
}
