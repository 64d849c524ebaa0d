public import NotificationGateway

/// Which entries are wanted; what is `nil` does not matter.
public struct EntryFilter: Sendable, Hashable {
    /// Where they stand.
    public var state: EntryState?
    /// Whose they are.
    public var tenant: Tenant?
    /// Why they are sent.
    public var category: Category?
    /// Their template.
    public var template: TemplateName?
    /// A tag among theirs.
    public var tag: Tag?
    /// A recipient among theirs, whose address was handed in as it is written out here. Finds only those whose submission
    /// wanted to be found so.
    public var recipient: Recipient?
    /// Handed in then or later.
    public var submittedFrom: WallTime?
    /// Handed in before.
    public var submittedBefore: WallTime?

    /// Describes a filter; without arguments all entries are wanted.
    public init(
        state: EntryState? = nil, tenant: Tenant? = nil, category: Category? = nil, template: TemplateName? = nil,
        tag: Tag? = nil, recipient: Recipient? = nil, submittedFrom: WallTime? = nil, submittedBefore: WallTime? = nil
    ) {
        self.state = state
        self.tenant = tenant
        self.category = category
        self.template = template
        self.tag = tag
        self.recipient = recipient
        self.submittedFrom = submittedFrom
        self.submittedBefore = submittedBefore
    }

    /// Whether an entry is wanted.
    public func matches(_ entry: OutboxEntry) -> Bool {
        func isWanted<Value: Equatable>(_ wanted: Value?, _ value: Value?) -> Bool { wanted == nil || wanted == value }
        return isWanted(state, entry.state) && isWanted(tenant, entry.tenant) && isWanted(category, entry.category)
            && isWanted(template, entry.message.template)
            && (tag.map(entry.message.tags.contains) ?? true)
            && (recipient.map { entry.isFound(by: $0) } ?? true)
            && (submittedFrom.map { $0 <= entry.submittedAt } ?? true)
            && (submittedBefore.map { entry.submittedAt < $0 } ?? true)
    }
}

/// The order of a listing, by when entries were handed in.
public enum EntryOrder: Sendable, Hashable, CaseIterable {
    /// What was handed in last comes first.
    case newestFirst
    /// What was handed in first comes first.
    case oldestFirst
}

/// A place in a listing: that of an entry, after which the next page begins.
///
/// It stays right when entries come and go. As a text it can be handed to a caller and taken back.
public struct EntryCursor: Sendable, Hashable, Comparable, LosslessStringConvertible {
    let submittedAt: Int64
    let sequence: Int64

    init(_ entry: OutboxEntry) {
        submittedAt = entry.submittedAt.nanosecondsSinceEpoch
        sequence = entry.sequence
    }

    /// Reads a cursor's text; `nil` for any other.
    public init?(_ description: String) {
        let parts = description.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let submittedAt = Int64(parts[0]), let sequence = Int64(parts[1]) else { return nil }
        (self.submittedAt, self.sequence) = (submittedAt, sequence)
    }

    /// Digits, a dot and digits.
    public var description: String { "\(submittedAt).\(sequence)" }

    /// What was handed in earlier comes first.
    public static func < (left: EntryCursor, right: EntryCursor) -> Bool {
        (left.submittedAt, left.sequence) < (right.submittedAt, right.sequence)
    }
}

/// A place in the order in which entries were accepted.
public struct AcceptancePlace: Sendable, Hashable, Comparable {
    /// When.
    var time: WallTime
    /// Of those of one time, the order of submission decides.
    var sequence: Int64

    /// After everything that was accepted before or at a time.
    public init(time: WallTime) { (self.time, sequence) = (time, .max) }

    /// That of an accepted entry.
    public init(of entry: OutboxEntry) { (time, sequence) = (entry.changedAt, entry.sequence) }

    /// What was accepted earlier comes first.
    public static func < (left: AcceptancePlace, right: AcceptancePlace) -> Bool {
        (left.time, left.sequence) < (right.time, right.sequence)
    }
}

extension OutboxEntry {
    /// Its place in listings.
    public var cursor: EntryCursor { EntryCursor(self) }
}

extension OutboxEntry {
    /// Whether a recipient finds it.
    func isFound(by recipient: Recipient) -> Bool {
        isFoundByRecipient && message.recipients.contains { $0.writtenOut == recipient.address }
    }
}

extension Address {
    /// The address as it was handed in, or as its kind is written. Personal data.
    var writtenOut: String {
        switch self {
        case .text(let text): text
        case .recipient(let recipient): recipient.address
        }
    }
}

extension Message {
    /// The template whose words it says.
    var template: TemplateName? {
        if case .template(let name, _) = content { name } else { nil }
    }
}
