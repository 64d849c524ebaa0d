public import NotificationGateway

/// Who shares an outbox with others: entries of one category go out round robin between tenants.
public struct Tenant: Identifier {
    /// The bare string.
    public let rawValue: String
    /// Wraps a string.
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// The caller's key that makes a repeated submission the same one; unique for a tenant.
public struct IdempotencyKey: Identifier {
    /// The bare string.
    public let rawValue: String
    /// Wraps a string.
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// What stands for the request under an ``IdempotencyKey``, such as a hash of its bytes: a key that comes with another one is
/// a mistake of the caller's.
public struct RequestFingerprint: Identifier {
    /// The bare string.
    public let rawValue: String
    /// Wraps a string.
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// Who holds leases: one running dispatcher.
public struct LeaseOwner: Identifier {
    /// The bare string.
    public let rawValue: String
    /// Wraps a string.
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// The right to send an entry, until its end.
public struct Lease: Sendable, Hashable {
    /// Who has it.
    public var owner: LeaseOwner
    /// When it ends if it is not renewed.
    public var end: WallTime

    /// Describes a lease.
    public init(owner: LeaseOwner, end: WallTime) {
        self.owner = owner
        self.end = end
    }
}

/// A caller's key with what it stands for.
public struct Idempotency: Sendable, Hashable {
    /// The key.
    public var key: IdempotencyKey
    /// What the key stands for.
    public var fingerprint: RequestFingerprint

    /// Describes a key.
    public init(key: IdempotencyKey, fingerprint: RequestFingerprint) {
        self.key = key
        self.fingerprint = fingerprint
    }
}

/// A message that is handed to the outbox.
public struct Submission: Sendable {
    /// The message, with an id.
    public let message: Message
    /// The message's id.
    public let id: MessageID
    /// Whose it is.
    public var tenant: Tenant
    /// When it is to be sent; `nil` means at once.
    public var sendAt: WallTime?
    /// The caller's key.
    public var idempotency: Idempotency?
    /// Words of the caller's own, which the entry carries; never sent anywhere.
    public var reference: String?
    /// Whether the entry is found by ``EntryFilter/recipient``. Costs a row for each recipient.
    public var isFoundByRecipient: Bool

    /// Describes a submission. A message without an id gets one that nobody guesses, and that grows with time: a store keeps
    /// entries in the order of their ids.
    ///
    /// Give the message its category: the outbox knows no templates, and takes `notification` where there is none.
    public init(
        _ message: Message, tenant: Tenant = "default", sendAt: WallTime? = nil, idempotency: Idempotency? = nil,
        reference: String? = nil, isFoundByRecipient: Bool = false, clock: any GatewayClock = SystemClock(),
        random: any RandomSource = SystemRandom()
    ) {
        let id = message.id ?? MessageID(rawValue: random.identifier(at: clock.wallTime))
        var message = message
        message.id = id
        self.message = message
        self.id = id
        self.tenant = tenant
        self.sendAt = sendAt
        self.idempotency = idempotency
        self.reference = reference
        self.isFoundByRecipient = isFoundByRecipient
    }
}

/// A message in the outbox, and all that is known of it. The default description is masked.
public struct OutboxEntry: Sendable {
    /// Its place in the order of submission.
    public internal(set) var sequence: Int64
    /// The message's id.
    public let id: MessageID
    /// Whose it is.
    public let tenant: Tenant
    /// The message as it was handed in.
    public let message: Message
    /// The caller's key: the first that came with the message.
    public internal(set) var idempotency: Idempotency?
    /// Words of the caller's own. May hold personal data: not for logs.
    public let reference: String?
    /// Whether it is found by ``EntryFilter/recipient``.
    public let isFoundByRecipient: Bool
    /// When it was handed in.
    public let submittedAt: WallTime
    /// When it was to be sent first.
    public let sendAt: WallTime
    /// All of it that changes.
    var progress: EntryProgress

    /// Where it stands.
    public var state: EntryState { progress.state }
    /// When its state changed last.
    public var changedAt: WallTime { progress.changedAt }
    /// When it is to be taken next; `nil` unless its state is takable.
    public var dueAt: WallTime? { progress.dueAt }
    /// How often it was taken.
    public var tries: Int { progress.tries }
    /// Who is sending it; `nil` unless its state is `sending`.
    public var lease: Lease? { progress.lease }
    /// When the lease ended of who was sending it and never said how that went; `nil` unless it is being found out.
    public var unknownSince: WallTime? { progress.unknownSince }
    /// What the last send brought, and what receipts said since.
    public var result: SendResult? { progress.result }

    /// The category by which it is sent.
    public var category: Category { message.category ?? .notification }

    /// A code that has not been sent after so long is worth nothing, and would only puzzle its receiver.
    public static let codeLifetime = Duration.seconds(600)

    /// When its message is worth nothing any more; a code without an end of its own has ``codeLifetime``.
    var expiry: WallTime? { message.expires ?? (category == .verification ? sendAt + Self.codeLifetime : nil) }

    /// Whether its message is worth nothing any more.
    func isExpired(_ now: WallTime) -> Bool { expiry.map { $0 <= now } ?? false }
}

/// The rules that every store keeps: pure, so that all keep the same. Those on what changes are ``EntryProgress``'s.
extension OutboxEntry {
    /// The entry that a submission makes.
    init(_ submission: Submission, now: WallTime) {
        let sendAt = submission.sendAt.map { max($0, now) } ?? now
        self.init(
            sequence: 0, id: submission.id, tenant: submission.tenant, message: submission.message,
            idempotency: submission.idempotency, reference: submission.reference,
            isFoundByRecipient: submission.isFoundByRecipient, submittedAt: now, sendAt: sendAt,
            progress: EntryProgress(state: sendAt > now ? .scheduled : .queued, changedAt: now, dueAt: sendAt))
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
        guard StoredMessage(message) == StoredMessage(submission.message), reference == submission.reference else {
            throw .conflict
        }
        var entry = self
        // A key that comes later stands for the message from then on.
        entry.idempotency = idempotency ?? submission.idempotency
        return entry
    }
}

extension OutboxEntry: MaskedDescription {
    /// The masked message, the state and the number of tries.
    public var description: String { "\(message), \(state.rawValue) after \(tries) tries" }
}
