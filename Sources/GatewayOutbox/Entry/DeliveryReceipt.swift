public import NotificationGateway

/// A vendor's word, after it took a message, whether that reached a recipient. The default description is masked.
public struct DeliveryReceipt: Sendable, Hashable {
    /// Who says so.
    public var provider: ProviderName
    /// The reference of the request, as the vendor echoes it: Dysms' OutId.
    public var reference: String?
    /// The vendor's id of the message or batch, as in its answer to the request: Dysms' BizId.
    public var vendorMessageID: String?
    /// The receiver, written out as in ``SendResult/RecipientOutcome/address``; may be left out for a message to one recipient.
    public var address: String?
    /// What is said.
    public var word: ReceiptWord

    /// Describes a receipt.
    public init(
        provider: ProviderName, reference: String? = nil, vendorMessageID: String? = nil, address: String? = nil,
        word: ReceiptWord
    ) {
        self.provider = provider
        self.reference = reference
        self.vendorMessageID = vendorMessageID
        self.address = address
        self.word = word
    }

    /// What a vendor's record says, posted or asked for; `nil` where that is only that the message is on its way.
    ///
    /// - Parameter now: counts where the vendor does not say when it ended.
    public init?(_ record: StatusRecord, of provider: ProviderName, now: WallTime) {
        guard record.state != .pending else { return nil }
        self.init(
            provider: provider, reference: record.reference, vendorMessageID: record.vendorMessageID,
            address: record.recipient?.address,
            word: ReceiptWord(
                isDelivered: record.state == .delivered, code: record.vendorCode?.rawValue,
                explanation: record.explanation, time: record.endedAt ?? now))
    }

    /// The message whose request carried the reference: its id stands before a `-` and the request's number.
    public var messageID: MessageID? {
        guard let reference, let dash = reference.utf8.lastIndex(of: UInt8(ascii: "-")) else { return nil }
        let id = MessageID(rawValue: String(reference[..<dash]))
        return Inquiry.isReference(reference, of: id) ? id : nil
    }
}

/// Whether a message reached a recipient.
public struct ReceiptWord: Sendable, Hashable, Codable {
    /// Whether it arrived.
    public var isDelivered: Bool
    /// The carrier's or vendor's code, verbatim.
    public var code: String?
    /// The code in words.
    public var explanation: String?
    /// When it arrived or was given up, in nanoseconds since 1970.
    var timeNanoseconds: Int64

    /// When it arrived or was given up.
    public var time: WallTime { WallTime(nanosecondsSinceEpoch: timeNanoseconds) }

    /// Describes a word.
    public init(isDelivered: Bool, code: String? = nil, explanation: String? = nil, time: WallTime) {
        self.isDelivered = isDelivered
        self.code = code
        self.explanation = explanation
        timeNanoseconds = time.nanosecondsSinceEpoch
    }
}

/// What a receipt did.
public enum ReceiptEffect: String, Sendable, Hashable, CaseIterable {
    /// It was written down; the entry's state may have changed by it.
    case applied
    /// There was one for this recipient already, and that stands.
    case repeated
    /// There is no such message, or it has no such recipient.
    case unknown
}

/// What became of a receipt.
public struct ReceiptAnswer: Sendable {
    /// What it did.
    public var effect: ReceiptEffect
    /// The entry as it is then; `nil` where there is none.
    public var entry: OutboxEntry?

    /// Describes an answer.
    public init(_ effect: ReceiptEffect, _ entry: OutboxEntry? = nil) {
        self.effect = effect
        self.entry = entry
    }
}

extension ReceiptWord: MaskedDescription {
    /// Whether it arrived, and the code.
    public var description: String {
        (isDelivered ? "delivered" : "undelivered") + (code.map { " (\($0))" } ?? "")
    }
}

extension DeliveryReceipt: MaskedDescription {
    /// Provider, reference and word, without the address.
    public var description: String {
        "receipt of \(provider) for \(reference ?? vendorMessageID ?? "nothing named"): \(word)"
    }
}
