/// One request to one provider as it is written down: by `notify send --json`, and in the outbox.
public struct AttemptRecord: Sendable, Hashable, Codable {
    /// What came of asking the vendor whether it took the request.
    public struct Reconciliation: Sendable, Hashable, Codable {
        /// How often it was asked.
        public var asked: Int
        /// What followed.
        public var next: String
        /// Why.
        public var why: String
        /// The raw value of the `Reason` why the last question that failed did.
        public var reason: String?
        /// The vendor's code then.
        public var vendorCode: String?
        /// The vendor's words then.
        public var vendorMessage: String?

        enum CodingKeys: String, CodingKey {
            case asked, next, why, reason
            case vendorCode = "vendor_code"
            case vendorMessage = "vendor_message"
        }
    }

    /// The provider.
    public var provider: String
    /// 1 for the first request of the send, 2 for the second, …
    public var number: Int
    /// The reference that the request carried: for receipts, and for asking the vendor.
    public var reference: String
    /// How many recipients it was for.
    public var recipients: Int
    /// The raw value of an `Acceptance`.
    public var acceptance: String
    /// The raw value of the `Reason` why it failed.
    public var reason: String?
    /// The vendor's code.
    public var vendorCode: String?
    /// The vendor's words.
    public var vendorMessage: String?
    /// The vendor's id of the request.
    public var requestID: String?
    /// How long the vendor wants no other request.
    public var retryAfterMilliseconds: Double?
    /// How long it took.
    public var durationMilliseconds: Double
    /// What followed.
    public var next: String
    /// Why that followed.
    public var why: String
    /// What came of asking the vendor, when that followed.
    public var reconciliation: Reconciliation?

    enum CodingKeys: String, CodingKey {
        case provider, number, reference, recipients, acceptance, reason, next, why, reconciliation
        case vendorCode = "vendor_code"
        case vendorMessage = "vendor_message"
        case requestID = "request_id"
        case retryAfterMilliseconds = "retry_after_ms"
        case durationMilliseconds = "duration_ms"
    }

    /// Takes out of an attempt what is kept.
    public init(_ attempt: Attempt) {
        provider = attempt.provider.rawValue
        number = attempt.number
        reference = attempt.reference
        recipients = attempt.recipients
        acceptance = attempt.acceptance.rawValue
        reason = attempt.error?.reason.rawValue
        vendorCode = attempt.error?.vendorCode?.rawValue ?? attempt.receipt?.vendorCode
        vendorMessage = attempt.error?.message
        requestID = attempt.error?.requestID ?? attempt.receipt?.requestID
        retryAfterMilliseconds = attempt.error?.retryAfter?.milliseconds
        durationMilliseconds = attempt.duration.milliseconds
        next = attempt.next.rawValue
        why = attempt.why
        reconciliation = attempt.reconciliation.map {
            Reconciliation(
                asked: $0.asked, next: $0.next.rawValue, why: $0.why, reason: $0.error?.reason.rawValue,
                vendorCode: $0.error?.vendorCode?.rawValue, vendorMessage: $0.error?.message)
        }
    }
}

extension AttemptRecord: MaskedDescription {
    /// Number, provider, what is known and what followed; the vendor's own words stay in the fields.
    public var description: String {
        "attempt \(number) by \(provider) for \(recipients): \(acceptance), \(reason ?? "no failure"), then \(next)"
    }
}

extension AttemptRecord.Reconciliation: MaskedDescription {
    /// What followed, without the vendor's words.
    public var description: String { "asked \(asked) times, then \(next)" }
}
