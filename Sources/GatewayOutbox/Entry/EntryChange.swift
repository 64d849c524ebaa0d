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
