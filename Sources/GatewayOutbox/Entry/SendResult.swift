public import NotificationGateway

/// What a send brought, as the outbox keeps it. Holds addresses: the default description is masked.
public struct SendResult: Sendable, Hashable, Codable {
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
    }

    /// One for each recipient.
    public var recipients: [RecipientOutcome]
    /// How many requests were made.
    public var requests: Int

    /// Takes out of a delivery what is kept.
    public init(_ delivery: Delivery) {
        recipients = delivery.recipients.map { result in
            RecipientOutcome(
                address: result.address, outcome: result.outcome.rawValue, provider: result.provider?.rawValue,
                vendorMessageID: result.vendorMessageID, reason: result.error?.reason.rawValue,
                explanation: result.error?.message)
        }
        requests = delivery.attempts.count
    }
}

extension SendResult.RecipientOutcome: MaskedDescription {
    /// Outcome, provider and reason, without the address.
    public var description: String {
        [outcome, provider, reason].compactMap { $0 }.joined(separator: ", ")
    }
}

extension SendResult: MaskedDescription {
    /// The outcomes, without the addresses.
    public var description: String { "\(recipients) after \(requests) requests" }
}
