import NotificationGateway

/// What changes of an entry, with the rules by which it does: pure, so that all stores keep the same.
struct EntryProgress: Sendable {
    var state: EntryState
    var changedAt: WallTime
    var dueAt: WallTime?
    var tries = 0
    var lease: Lease?
    var unknownSince: WallTime?
    var result: SendResult?

    /// Whether it is to be sent now.
    func isDue(_ now: WallTime) -> Bool { dueAt.map { $0 <= now } ?? false }

    /// Whether who was sending it has not been heard of for the length of a lease.
    func isAbandoned(_ now: WallTime) -> Bool { state == .sending && (lease.map { $0.end <= now } ?? true) }

    /// In the hands of who took it to send it.
    func taken(by lease: Lease, now: WallTime) -> EntryProgress {
        EntryProgress(
            state: .sending, changedAt: now, dueAt: nil, tries: tries + 1, lease: lease, unknownSince: unknownSince,
            result: result)
    }

    /// In the hands of who is to find out what its last owner did. Since when nobody knows stays what it is.
    func inherited(by lease: Lease) -> EntryProgress {
        var progress = self
        progress.unknownSince = unknownSince ?? self.lease?.end ?? changedAt
        progress.lease = lease
        return progress
    }

    /// After a change.
    ///
    /// - Throws: ``OutboxStoreError/leaseLost`` when somebody else is sending it, or ``OutboxStoreError/refused(_:_:)`` where the
    ///   table has no such exit.
    func changed(by change: EntryChange) throws(OutboxStoreError) -> EntryProgress {
        if state == .sending, !change.event.isProof, change.owner == nil || change.owner != lease?.owner {
            if change.owner != nil { throw .leaseLost }
            throw .refused(state, change.event)
        }
        guard change.event != .taken, let next = state.after(change.event) else { throw .refused(state, change.event) }
        var progress = moved(to: next, now: change.now, dueAt: change.dueAt)
        progress.result = change.result?.keepingReceipts(of: result) ?? result
        if change.event == .requeued { progress.tries = 0 }
        return progress.settled(now: change.now)
    }

    /// In another state, in nobody's hands.
    func moved(to next: EntryState, now: WallTime, dueAt: WallTime? = nil) -> EntryProgress {
        EntryProgress(
            state: next, changedAt: now, dueAt: next.isTakable ? dueAt ?? now : nil, tries: tries, result: result)
    }
}
