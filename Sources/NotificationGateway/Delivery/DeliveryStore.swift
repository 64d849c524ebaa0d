/// Where the outcomes of messages with a caller's id are kept, so that a message that is given again is not sent again.
///
/// A value in, a value out: an implementation may be a dictionary, a file or a database. Rules for implementers:
///
/// 1. *one claim alone is granted* for an id until it is kept or released, however many tasks ask at once.
/// 2. *time is the store's own*: a window begins when the delivery is kept, on a clock that outlives what the store outlives.
/// 3. *claims are never forgotten* to make room; kept deliveries may be, the oldest first.
/// 4. a store that outlives the process finds claims of a process that died. Nobody knows what became of those: it answers
///    with a kept delivery whose outcome is `uncertain`, never by granting the claim again.
/// 5. a store that several processes share lets a claim wait until the process that holds the id has kept or released it.
public protocol DeliveryStore: Sendable {
    /// Takes an id for one send, or says what is known under it.
    ///
    /// - Throws: ``DeliveryStoreFailure`` when nobody knows; the message is then refused rather than perhaps doubled.
    func claim(_ claim: DeliveryClaim) async throws(DeliveryStoreFailure) -> DeliveryClaim.Answer

    /// Keeps the delivery of a granted claim for the window.
    ///
    /// - Throws: ``DeliveryStoreFailure`` when it cannot be kept; the caller gets the delivery all the same.
    func keep(_ delivery: KeptDelivery, for window: Duration) async throws(DeliveryStoreFailure)

    /// Gives a granted claim back: surely nothing was sent, and the id may be used anew.
    ///
    /// - Throws: ``DeliveryStoreFailure`` when the claim may still stand.
    func release(_ id: MessageID) async throws(DeliveryStoreFailure)
}

/// Asks for the right to send under an id.
public struct DeliveryClaim: Sendable, Hashable {
    /// What the store says.
    public enum Answer: Sendable {
        /// Nothing is known under the id: send, then keep or release.
        case granted
        /// The id was used within the window.
        case kept(KeptDelivery)
    }

    /// The caller's id.
    public var messageID: MessageID
    /// What stands for content and recipients.
    public var fingerprint: MessageFingerprint

    /// Describes a claim.
    public init(messageID: MessageID, fingerprint: MessageFingerprint) {
        self.messageID = messageID
        self.fingerprint = fingerprint
    }
}

/// A delivery and what it was for.
///
/// Of the content nothing is kept but the fingerprint; of the recipients what the delivery itself holds: their addresses, so
/// that a later call gets the same answer.
public struct KeptDelivery: Sendable {
    /// What stands for content and recipients.
    public var fingerprint: MessageFingerprint
    /// What became of the message.
    public var delivery: Delivery

    /// Pairs a delivery with the fingerprint of its message.
    public init(fingerprint: MessageFingerprint, delivery: Delivery) {
        self.fingerprint = fingerprint
        self.delivery = delivery
    }
}

/// A store that could not do what it was asked.
public struct DeliveryStoreFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// What happened and what to do; no address, text or secret.
    public var message: String

    /// Describes a failure.
    public init(_ message: String) { self.message = message }

    /// The message.
    public var description: String { message }
}
