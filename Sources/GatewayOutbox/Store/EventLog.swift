public import NotificationGateway

/// What became of messages, in the order in which it did, for those who want to be told.
///
/// An event is written in the same transaction as the change of state that it tells of, so that none is lost and none is told
/// that did not happen. Each is given to one taker at a time by lease, until one says that it is done; who dies gives it back
/// when the lease ends, and it is told twice then.
public protocol EventLog: Sendable {
    /// Takes events whose time has come, the longest due first, until the lease ends.
    func takeEvents(for lease: Lease, limit: Int, now: WallTime) async throws(OutboxStoreError) -> [OutboxEvent]

    /// Sets the end of the leases that this owner still holds, and says of which events these are.
    func renewEvents(_ sequences: [Int64], for lease: Lease) async throws(OutboxStoreError) -> Set<Int64>

    /// Forgets events that have been told, or that nobody wants to hear.
    func finishEvents(_ sequences: [Int64]) async throws(OutboxStoreError)

    /// Gives an event back, to be taken again at a time. What another taker has by now is left to it.
    func retryEvent(_ sequence: Int64, owner: LeaseOwner, at time: WallTime) async throws(OutboxStoreError)

    /// Gives an event back untried, to be taken again at a time: it was not taken then, as its count of tries has it.
    func returnEvent(_ sequence: Int64, owner: LeaseOwner, at time: WallTime) async throws(OutboxStoreError)

    /// When the next event may be taken; `nil` where there is none. May be in the past.
    func nextEventTime() async throws(OutboxStoreError) -> WallTime?

    /// Forgets events of what happened before a time, told or not; returns how many.
    @discardableResult
    func purgeEvents(olderThan time: WallTime) async throws(OutboxStoreError) -> Int
}

/// An entry came into a state.
public struct OutboxEvent: Sendable, Hashable {
    /// Its place in the order of events: unique, and the same however often it is told.
    public internal(set) var sequence: Int64
    /// The message. Its entry is kept as long as the event is.
    public let messageID: MessageID
    /// Whose it is.
    public let tenant: Tenant
    /// The state.
    public let state: EntryState
    /// When.
    public let time: WallTime
    /// How often it was taken and not returned untried.
    public internal(set) var tries: Int
    /// When it may be taken next.
    var dueAt: WallTime
    /// Who has it until then.
    var owner: LeaseOwner?
}
