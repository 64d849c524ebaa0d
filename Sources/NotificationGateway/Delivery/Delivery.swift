/// What became of a message: an outcome for each recipient, and the whole trail of attempts.
public struct Delivery: Sendable {
    /// The message's id, made by the gateway when the caller gave none.
    public var messageID: MessageID
    /// Whether the message was to leave the machine.
    public var mode: GatewaySettings.Mode
    /// One result for each distinct recipient, in the order of the message.
    public var recipients: [RecipientResult]
    /// Every request that was made, in the order in which they ended.
    public var attempts: [Attempt]
    /// In a dry run: every request that would have been made, were each of them taken; masked.
    public var previews: [PlannedRequest]

    /// Describes a delivery.
    public init(
        messageID: MessageID, mode: GatewaySettings.Mode, recipients: [RecipientResult], attempts: [Attempt] = [],
        previews: [PlannedRequest] = []
    ) {
        self.messageID = messageID
        self.mode = mode
        self.recipients = recipients
        self.attempts = attempts
        self.previews = previews
    }

    /// The worst outcome of all recipients: `uncertain` before `rejected` before `accepted` and `dryRun`.
    public var outcome: Outcome {
        guard !recipients.isEmpty else { return .rejected }
        // By index: each message asks, and an iterator would copy whole results.
        var worst = recipients[0].outcome
        for index in recipients.indices where recipients[index].outcome.severity > worst.severity {
            worst = recipients[index].outcome
        }
        return worst
    }
}

/// What the caller may count on for a recipient.
public enum Outcome: String, Sendable, Hashable, CaseIterable {
    /// A vendor took the message.
    case accepted
    /// Surely no vendor took it.
    case rejected
    /// A vendor may have taken it, and nobody could find out.
    case uncertain
    /// It would have been sent.
    case dryRun = "dry-run"

    var severity: Int {
        switch self {
        case .accepted, .dryRun: 0
        case .rejected: 1
        case .uncertain: 2
        }
    }
}

/// The outcome for one recipient. The default description is masked.
public struct RecipientResult: Sendable, CustomStringConvertible {
    /// The address as the caller gave it. Personal data: not for logs.
    public var given: Address
    /// The typed address; `nil` when the text could not be read.
    public var recipient: Recipient?
    /// What the caller may count on.
    public var outcome: Outcome
    /// The route that took the message for this recipient.
    public var route: RouteName?
    /// The provider that took it, or the last one tried.
    public var provider: ProviderName?
    /// The vendor's id.
    public var vendorMessageID: String?
    /// Why it was not accepted.
    public var error: ProviderError? {
        get { rareError.value }
        set { rareError.value = newValue }
    }
    private var rareError: Rare<ProviderError>

    /// Describes a result.
    public init(
        given: Address, recipient: Recipient?, outcome: Outcome, route: RouteName? = nil,
        provider: ProviderName? = nil, vendorMessageID: String? = nil, error: ProviderError? = nil
    ) {
        self.given = given
        self.recipient = recipient
        self.outcome = outcome
        self.route = route
        self.provider = provider
        self.vendorMessageID = vendorMessageID
        rareError = Rare(error)
    }

    /// The address written out, or the caller's text where it is none. Personal data: not for logs.
    public var address: String {
        if let recipient { return recipient.address }
        switch given {
        case .text(let text): return text
        case .recipient(let recipient): return recipient.address
        }
    }

    /// Masked address, outcome and provider.
    public var description: String {
        "\(recipient?.masked ?? "***"): \(outcome.rawValue)\(provider.map { " (\($0))" } ?? "")"
    }
}

/// One request to one provider, and what followed.
public struct Attempt: Sendable {
    /// What the gateway did after the attempt.
    public enum Next: String, Sendable, Hashable, CaseIterable {
        /// Nothing more was needed.
        case done
        /// The same provider was asked again.
        case retry
        /// The same provider was given each half of the recipients by itself, to find whom it refuses.
        case narrow
        /// The next provider was tried.
        case nextProvider = "next-provider"
        /// The vendor was asked what it knows; ``Attempt/reconciliation`` tells the rest.
        case reconcile
        /// Nothing more could or should be done.
        case stop
    }

    /// What came of asking the vendor.
    public struct Reconciliation: Sendable {
        /// How often it was asked.
        public var asked: Int
        /// Why the last question that failed did, when one did.
        public var error: ProviderError?
        /// What followed.
        public var next: Next
        /// Why.
        public var why: String
    }

    /// The provider.
    public var provider: ProviderName
    /// 1 for the first request made for the message, 2 for the second, …
    public var number: Int
    /// The reference that the request carried.
    public var reference: String
    /// How many recipients it was for.
    public var recipients: Int
    /// What is known of the message after it.
    public var acceptance: Acceptance
    /// The vendor's word, when it took the message.
    public var receipt: ProviderReceipt?
    /// Why it failed, when it did.
    public var error: ProviderError? {
        get { rareError.value }
        set { rareError.value = newValue }
    }
    private var rareError = Rare<ProviderError>()
    /// How long it took.
    public var duration: Duration
    /// What followed.
    public var next: Next
    /// Why that followed.
    public var why: String
    /// What came of asking the vendor, when that followed.
    public var reconciliation: Reconciliation? {
        get { rareReconciliation.value }
        set { rareReconciliation.value = newValue }
    }
    private var rareReconciliation = Rare<Reconciliation>()

    init(provider: ProviderName, number: Int, reference: String, recipients: Int) {
        self.provider = provider
        self.number = number
        self.reference = reference
        self.recipients = recipients
        acceptance = .rejected
        duration = .zero
        next = .stop
        why = ""
    }
}

/// A request as it would be made.
public struct PlannedRequest: Sendable {
    /// The provider.
    public var provider: ProviderName
    /// Its number, as ``Attempt/number``; those of requests that the provider would refuse unmade are left out.
    public var number: Int
    /// The reference that it would carry.
    public var reference: String
    /// How many recipients it is for.
    public var recipients: Int
    /// The request, masked.
    public var preview: RequestPreview
}
