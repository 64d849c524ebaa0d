public import NotificationGateway

/// What a send brought, and what receipts said since, as the outbox keeps it. Holds addresses: the default description is
/// masked.
public struct SendResult: Sendable, Hashable {
    /// What became of one recipient, in the gateway's words.
    public struct RecipientOutcome: Sendable, Hashable, Codable {
        /// The address written out. Personal data: not for logs.
        public var address: String
        /// The raw value of an `Outcome`.
        public var outcome: String
        /// The provider that took it, or the last one tried.
        public var provider: String?
        /// The vendor's id.
        public var vendorMessageID: String?
        /// The raw value of the `Reason` why it was not accepted.
        public var reason: String?
        /// The same in words.
        public var explanation: String?
        /// What the vendor said later.
        public var receipt: ReceiptWord?
    }

    /// Of so many attempts the trail is kept; a batch of thousands may have made as many.
    public static let mostAttempts = 100

    /// One for each recipient. Receipts that come before the send is written down stand here alone.
    public var recipients: [RecipientOutcome]
    /// How many requests were made, as far as is known.
    public var requests: Int
    /// The trail of the last send: its first ``mostAttempts`` attempts.
    public var attempts: [AttemptRecord]

    /// How many attempts were made beyond those that are kept.
    public var droppedAttempts: Int { max(0, requests - attempts.count) }

    /// Takes out of a delivery what is kept.
    public init(_ delivery: Delivery) {
        recipients = delivery.recipients.map { result in
            RecipientOutcome(
                address: result.address, outcome: result.outcome.rawValue, provider: result.provider?.rawValue,
                vendorMessageID: result.vendorMessageID, reason: result.error?.reason.rawValue,
                explanation: result.error?.message)
        }
        requests = delivery.attempts.count
        attempts = delivery.attempts.prefix(Self.mostAttempts).map(AttemptRecord.init)
    }

    /// Describes a result.
    init(recipients: [RecipientOutcome], requests: Int, attempts: [AttemptRecord] = []) {
        self.recipients = recipients
        self.requests = requests
        self.attempts = attempts
    }
}

extension SendResult: Codable {
    enum CodingKeys: CodingKey { case recipients, requests, attempts }

    /// Reads what any version wrote; the first kept no trail.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            recipients: try values.decode([RecipientOutcome].self, forKey: .recipients),
            requests: try values.decode(Int.self, forKey: .requests),
            attempts: try values.decodeIfPresent([AttemptRecord].self, forKey: .attempts) ?? [])
    }
}

extension SendResult.RecipientOutcome: MaskedDescription {
    /// Outcome, provider, reason and receipt, without the address.
    public var description: String {
        [outcome, provider, reason, receipt?.description].compactMap { $0 }.joined(separator: ", ")
    }
}

extension SendResult: MaskedDescription {
    /// The outcomes, without the addresses.
    public var description: String { "\(recipients) after \(requests) requests" }
}
