import NotificationGateway

/// What receipts do. They come in any order, more than once, and before the send itself is written down.
extension EntryProgress {
    /// After a receipt.
    ///
    /// The first word on a recipient stands. While somebody is sending, it is kept and the state stays: who sends writes down
    /// the rest, and the receipts count then.
    ///
    /// - Parameter recipients: to how many the message goes.
    func receiving(_ receipt: DeliveryReceipt, recipients: Int, now: WallTime) -> (EntryProgress, ReceiptEffect) {
        var result = result ?? SendResult(recipients: [], requests: 0)
        guard let place = result.place(of: receipt, recipients: recipients) else { return (self, .unknown) }
        guard result.recipients[place].receipt == nil else { return (self, .repeated) }
        result.recipients[place].note(receipt)
        // All are heard of: at least one request must have been made, whatever became of who made it.
        if result.recipients.count >= recipients { result.requests = max(1, result.requests) }
        var progress = self
        progress.result = result
        return (progress.settled(now: now), .applied)
    }

    /// With the state that follows when there are receipts for all whom a vendor took.
    func settled(now: WallTime) -> EntryProgress {
        guard state != .sending, let word = result?.word,
            let next = state.after(word) ?? state.after(.accepted)?.after(word)
        else { return self }
        return moved(to: next, now: now)
    }
}

extension SendResult {
    /// What all receipts together say: `delivered` when it reached everyone; `undelivered` when there is one for each whom a
    /// vendor took, and somebody was not reached; `nil` before that.
    var word: EntryEvent? {
        guard requests > 0, recipients.contains(where: { $0.receipt != nil }) else { return nil }
        guard recipients.allSatisfy({ $0.receipt != nil || $0.outcome == Outcome.rejected.rawValue }) else {
            return nil
        }
        return recipients.allSatisfy { $0.receipt?.isDelivered ?? false } ? .delivered : .undelivered
    }

    /// This result with the receipts that came before it.
    func keepingReceipts(of earlier: SendResult?) -> SendResult {
        guard let earlier, earlier.recipients.contains(where: { $0.receipt != nil }) else { return self }
        var result = self
        let words = Dictionary(earlier.recipients.map { ($0.address, $0.receipt) }) { first, _ in first }
        for place in result.recipients.indices {
            let isOnly = result.recipients.count == 1 && earlier.recipients.count == 1
            let word = isOnly ? earlier.recipients[0].receipt : words[result.recipients[place].address] ?? nil
            guard let word else { continue }
            result.recipients[place].receipt = word
            result.recipients[place].outcome = Outcome.accepted.rawValue
        }
        return result
    }

    /// Which recipient a receipt is about; makes room for one of whom nothing is known yet.
    fileprivate mutating func place(of receipt: DeliveryReceipt, recipients count: Int) -> Int? {
        if let place = recipients.firstIndex(where: { $0.address == receipt.address }) { return place }
        // However the vendor writes the address: there is nobody else.
        if count == 1, recipients.count == 1 { return 0 }
        guard recipients.count < count, attempts.isEmpty, let address = receipt.address ?? (count == 1 ? "" : nil)
        else {
            return nil
        }
        recipients.append(RecipientOutcome(address: address, outcome: Outcome.uncertain.rawValue))
        return recipients.count - 1
    }
}

extension SendResult.RecipientOutcome {
    /// A receipt also proves that a vendor took it.
    fileprivate mutating func note(_ new: DeliveryReceipt) {
        receipt = new.word
        outcome = Outcome.accepted.rawValue
        provider = new.provider.rawValue
        vendorMessageID = new.vendorMessageID ?? vendorMessageID
        (reason, explanation) = (nil, nil)
    }
}
