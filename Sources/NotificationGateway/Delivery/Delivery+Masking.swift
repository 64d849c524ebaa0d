/// Its description has masked addresses already.
extension RecipientResult: MaskedDescription {}

extension Delivery: MaskedDescription {
    /// Id, outcome, and the masked results; the trail has words of its own in ``Attempt``.
    public var description: String {
        "delivery of \(messageID): \(outcome.rawValue) after \(attempts.count) attempts, \(recipients)"
    }
}

extension Attempt: MaskedDescription {
    /// Number, provider, what is known and what followed; the vendor's own words stay in the fields.
    public var description: String {
        "attempt \(number) by \(provider) for \(recipients): \(acceptance.rawValue), "
            + "\(error?.reason.rawValue ?? "no failure"), then \(next.rawValue)"
    }
}
