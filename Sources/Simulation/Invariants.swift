import NotificationGateway

extension ScriptedVendor {
    /// How often a message reached a recipient.
    func count(of id: MessageID, _ recipient: Recipient) -> Int {
        books.count { $0.recipient == recipient && $0.reference.hasPrefix(id.rawValue + "-") }
    }
}

extension Simulation.Report {
    /// Adds a send, and checks what must hold for every one.
    mutating func take(_ send: Send, _ sent: Sent, _ world: World) {
        let delivery = sent.delivery
        outcomes[delivery.outcome.rawValue, default: 0] += 1
        attempts += delivery.attempts.count
        add(delivery)
        for repeated in sent.repeated { add(repeated.delivery) }
        let deliveries = [delivery] + sent.repeated.map(\.delivery)
        let category = send.message.category ?? .notification
        for (place, recipient) in send.recipients.enumerated() {
            let results = deliveries.compactMap { $0.recipients.count > place ? $0.recipients[place] : nil }
            let taken = world.vendors.reduce(0) { $0 + $1.count(of: delivery.messageID, recipient) }
            if taken > 1, category != .verification {
                violations.append("\(delivery.messageID): a \(category.rawValue) was taken \(taken) times")
            }
            // One that surely nobody took may be given again, and is taken then.
            if taken > 0, results.allSatisfy({ $0.outcome == .rejected }) {
                violations.append("\(delivery.messageID): taken by a vendor and reported rejected")
            }
            if taken == 0, results.contains(where: { $0.outcome == .accepted }) {
                violations.append("\(delivery.messageID): reported accepted and taken by no vendor")
            }
            if Set(results.filter { $0.outcome == .accepted }.map(\.vendorMessageID)).count > 1 {
                violations.append("\(delivery.messageID): the same message, given again, was accepted once more")
            }
        }
        if delivery.recipients.count != send.recipients.count {
            violations.append("\(delivery.messageID): an outcome is missing")
        }
        if ([sent] + sent.repeated).contains(where: { $0.duration > category.defaultDeadline }) {
            violations.append("\(delivery.messageID): ended after \(sent.duration), past its deadline")
        }
        // Splitting a batch of three takes at most two requests more than one for each of its parts.
        let requests = send.recipients.count == 1 ? 1 : 2 * send.recipients.count
        if delivery.attempts.count > requests * world.vendors.count * (Simulation.retries + 1) {
            violations.append("\(delivery.messageID): \(delivery.attempts.count) attempts")
        }
        for attempt in delivery.attempts where attempt.why.isEmpty {
            violations.append("\(delivery.messageID): an attempt does not say what followed and why")
        }
    }

    private mutating func add(_ delivery: Delivery) {
        mix("\(delivery.messageID) \(delivery.recipients.map(\.outcome.rawValue))")
        for attempt in delivery.attempts {
            mix("\(attempt.reference) \(attempt.provider) \(attempt.acceptance) \(attempt.duration)")
            mix("\(attempt.next) \(attempt.why) \(attempt.reconciliation?.why ?? "")")
        }
    }

    /// FNV-1a.
    private mutating func mix(_ text: String) {
        for byte in text.utf8 { digest = (digest ^ UInt64(byte)) &* 0x100_0000_01B3 }
    }
}
