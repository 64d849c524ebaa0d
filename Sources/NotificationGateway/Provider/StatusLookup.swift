/// Asks a vendor what became of a message: for reconciling an unknown acceptance, and for `notify query`.
public protocol StatusLookup: Sendable {
    /// How long after a request the vendor's records may still lack it, the time included for which it may lie unread after its
    /// sender has given up; until then "not found" proves nothing. `nil` where nobody has promised a time: "not found" then never
    /// proves anything.
    var settlingTime: Duration? { get }

    /// Whether a query may leave out the recipient because the vendor can search by reference alone.
    var findsByReferenceAlone: Bool { get }

    /// The vendor's records that fit the query; empty when it says that it knows none.
    ///
    /// - Throws: ``ProviderError`` when the vendor could not be asked or gave no answer that can be read; like that of a send it
    ///   repeats nothing of the query's ``StatusQuery/personalData``. Nobody's silence is a no: the gateway sends a message
    ///   again when its record is not there.
    func records(for query: StatusQuery) async throws(ProviderError) -> [StatusRecord]
}

/// What to look for.
public struct StatusQuery: Sendable {
    /// The request or message that is looked for: a record matches when its reference is this or starts with it and `-`, so
    /// that a person may name a message and find its requests. Reconciling compares the exact reference among what is found.
    public var reference: String?
    /// The receiver.
    public var recipient: Recipient?
    /// When the message was sent; the vendor's day or days around it are searched.
    public var sentAt: WallTime
    /// When the caller stops waiting.
    public var deadline: MonotonicTime
    /// What the request said in confidence, as far as the asker knows: nothing to search by, only to be kept out of errors.
    public var personalData: PersonalData

    /// Describes a query.
    public init(
        reference: String? = nil, recipient: Recipient? = nil, sentAt: WallTime, deadline: MonotonicTime,
        personalData: PersonalData = PersonalData()
    ) {
        self.reference = reference
        self.recipient = recipient
        self.sentAt = sentAt
        self.deadline = deadline
        self.personalData = personalData
    }

    /// Whether a record that carries `reference` is one that this query looks for.
    public func matches(reference other: String?) -> Bool {
        guard let reference else { return true }
        guard let other else { return false }
        return other == reference || other.hasPrefix(reference + "-")
    }
}

/// What a vendor says of one message to one recipient, asked or of its own accord.
public struct StatusRecord: Sendable, Hashable {
    /// What became of the message.
    public enum State: String, Sendable, Hashable {
        /// Taken, on its way.
        case pending
        /// Received.
        case delivered
        /// Taken and not delivered.
        case failed
    }

    /// What became of the message.
    public var state: State
    /// The receiver.
    public var recipient: Recipient?
    /// The request's reference, as the vendor echoes it.
    public var reference: String?
    /// The vendor's id of the message, as in its answer to the request.
    public var vendorMessageID: String?
    /// The vendor's receipt code, verbatim.
    public var vendorCode: VendorCode?
    /// What the code means, in words.
    public var explanation: String?
    /// When the vendor sent it, in the vendor's own words.
    public var sentAt: String?
    /// When the receiver got it, in the vendor's own words.
    public var receivedAt: String?
    /// When it arrived or was given up.
    public var endedAt: WallTime?
    /// The vendor's template code.
    public var template: String?
    /// The text as the receiver saw it. Personal data: not for logs.
    public var text: String?

    /// Describes a record.
    public init(
        state: State, recipient: Recipient? = nil, reference: String? = nil, vendorMessageID: String? = nil,
        vendorCode: VendorCode? = nil, explanation: String? = nil, sentAt: String? = nil, receivedAt: String? = nil,
        endedAt: WallTime? = nil, template: String? = nil, text: String? = nil
    ) {
        self.state = state
        self.recipient = recipient
        self.reference = reference
        self.vendorMessageID = vendorMessageID
        self.vendorCode = vendorCode
        self.explanation = explanation
        self.sentAt = sentAt
        self.receivedAt = receivedAt
        self.endedAt = endedAt
        self.template = template
        self.text = text
    }
}
