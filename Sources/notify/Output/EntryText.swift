import GatewayOutbox
import NotificationGateway

/// An entry of the outbox for people.
struct EntryText {
    let entry: OutboxEntry
    let revealsAddresses: Bool

    init(_ entry: OutboxEntry, revealsAddresses: Bool) {
        (self.entry, self.revealsAddresses) = (entry, revealsAddresses)
    }

    /// State, times, id and reason.
    var line: String {
        let reason = entry.result?.recipients.compactMap(\.reason).first
        let parts = [entry.id.rawValue, entry.tenant.rawValue, entry.category.rawValue, reason].compactMap(\.self)
        return entry.state.rawValue.padded(to: 13) + entry.submittedAt.timestamp + "  "
            + Console.safe(parts.joined(separator: "  "))
    }

    /// The entry, its recipients and its trail.
    var lines: [String] {
        var lines = [line]
        if let due = entry.dueAt { lines.append("  due \(due.timestamp) after \(Self.tries(entry.tries))") }
        for outcome in entry.result?.recipients ?? [] {
            let id = outcome.vendorMessageID.map { " (\($0))" } ?? ""
            let provider = outcome.provider.map { " at \($0)" } ?? ""
            lines.append(Console.safe("  \(outcome.outcome.padded(to: 10))\(shown(outcome.address))\(provider)\(id)"))
            if let reason = outcome.reason {
                lines.append(Console.safe("            \(reason): \(outcome.explanation ?? "")"))
            }
            if let receipt = outcome.receipt {
                let words = [receipt.code, receipt.explanation].compactMap(\.self).joined(separator: ", ")
                lines.append(
                    Console.safe(
                        "            \(receipt.isDelivered ? "delivered" : "undelivered") \(receipt.time.timestamp) \(words)"
                    ))
            }
        }
        for attempt in entry.result?.attempts ?? [] {
            let what = [attempt.acceptance, attempt.reason, attempt.vendorCode].compactMap(\.self)
            lines.append(Console.safe("  \(attempt.number). \(attempt.provider): \(what.joined(separator: ", "))"))
            lines.append(Console.safe("     \(attempt.next): \(attempt.why)"))
        }
        if let more = entry.result?.droppedAttempts, more > 0 {
            lines.append("  and \("more request".counted(more))")
        }
        return lines
    }

    private func shown(_ address: String) -> String {
        if revealsAddresses { return address }
        return (try? Recipient(address, channel: entry.message.channel))?.masked ?? "***"
    }

    private static func tries(_ count: Int) -> String { count == 1 ? "1 try" : "\(count) tries" }
}
