/// Where an entry of the outbox stands. A closed list: docs/outbox.md draws it, and a test holds the two together.
public enum EntryState: String, Sendable, Hashable, CaseIterable {
    /// To be sent as soon as its turn comes.
    case queued
    /// To be sent at a later time that the caller named.
    case scheduled
    /// Somebody holds its lease, and a request may have left. After the lease's end nobody knows whether one did.
    case sending
    /// Surely not sent so far; tried again at a time.
    case waiting
    /// A vendor took it.
    case accepted
    /// It reached its receiver.
    case delivered
    /// A vendor took it and could not deliver it.
    case undelivered
    /// Surely not sent to everyone, and sending it again could not help.
    case rejected
    /// A vendor may have taken it, and nobody could find out.
    case uncertain
    /// Its time was over before it was sent.
    case expired
    /// Its caller took it back before it was sent.
    case cancelled
    /// Surely not sent, and tried as often as is allowed; a person may queue it again.
    case dead

    /// Whether it is sent when its time comes.
    public var isTakable: Bool {
        switch self {
        case .queued, .scheduled, .waiting: true
        case .sending, .accepted, .delivered, .undelivered, .rejected, .uncertain, .expired, .cancelled, .dead: false
        }
    }

    /// Whether something is still to be done for it; what is not open may be purged.
    public var isOpen: Bool { isTakable || self == .sending }
}

/// What happens to an entry.
public enum EntryEvent: String, Sendable, Hashable, CaseIterable {
    /// Somebody took its lease to send it.
    case taken
    /// Surely nothing was sent, and it may be taken again at once.
    case released
    /// Surely nothing was sent, and it may go better later.
    case retry
    /// A vendor took it.
    case accepted
    /// Sending it again could not help.
    case rejected
    /// A vendor may have taken it, and nobody could find out.
    case uncertain
    /// Its time is over.
    case expired
    /// Surely nothing was sent, and it was the last try.
    case exhausted
    /// Its caller takes it back.
    case cancelled
    /// A receipt says that it arrived.
    case delivered
    /// A receipt says that it did not arrive.
    case undelivered
    /// A person wants it tried again.
    case requeued

    /// Whether it is a vendor's own word, which counts whoever holds the lease.
    var isProof: Bool { self == .accepted || self == .delivered || self == .undelivered }
}

extension EntryState {
    /// The state after an event, or `nil` where the event is refused.
    ///
    /// A vendor's word counts also where the entry is already to be sent again: a process that lost its lease may learn late
    /// that its request was taken.
    public func after(_ event: EntryEvent) -> EntryState? {
        switch (self, event) {
        case (.queued, .taken), (.scheduled, .taken), (.waiting, .taken): .sending
        case (.queued, .cancelled), (.scheduled, .cancelled), (.waiting, .cancelled): .cancelled
        case (.queued, .expired), (.scheduled, .expired), (.waiting, .expired), (.sending, .expired): .expired
        case (.queued, .accepted), (.waiting, .accepted), (.sending, .accepted), (.uncertain, .accepted): .accepted
        case (.sending, .released), (.dead, .requeued): .queued
        case (.sending, .retry): .waiting
        case (.sending, .rejected): .rejected
        case (.sending, .uncertain): .uncertain
        case (.sending, .exhausted): .dead
        case (.sending, .delivered), (.accepted, .delivered), (.uncertain, .delivered): .delivered
        case (.sending, .undelivered), (.accepted, .undelivered), (.uncertain, .undelivered): .undelivered
        default: nil
        }
    }
}
