import NotificationGateway

/// Asks vendors what they know of an entry.
struct Inquiry: Sendable {
    /// Beyond so many recipients nobody is asked: a question for each of them at each vendor would take hours.
    static let mostRecipients = 100
    /// How long one question may take.
    static let timeForAnswer = Duration.seconds(10)

    let gateway: OutboxGateway
    let clock: any GatewayClock

    /// For each recipient what each provider knows.
    func findings(of entry: OutboxEntry) async -> [[Recovery.Finding]] {
        let carriers = await gateway.carriers(entry.message)
        guard carriers.recipients.count <= Self.mostRecipients else { return [[.unaskable]] }
        var findings: [[Recovery.Finding]] = []
        for recipient in carriers.recipients {
            var row: [Recovery.Finding] = []
            for lookup in carriers.lookups where row.last != .found {
                row.append(await finding(lookup, recipient, entry))
            }
            findings.append(row)
        }
        return findings
    }

    private func finding(
        _ lookup: (any StatusLookup)?, _ recipient: Recipient?, _ entry: OutboxEntry
    ) async -> Recovery.Finding {
        guard let lookup, let recipient else { return .unaskable }
        // Read before the question: what is settled then is settled in the answer.
        let now = clock.wallTime
        let query = StatusQuery(
            reference: entry.id.rawValue, recipient: recipient, sentAt: entry.changedAt,
            deadline: clock.now + Self.timeForAnswer)
        do throws(ProviderError) {
            let records = try await lookup.records(for: query)
            if records.contains(where: { Self.isReference($0.reference, of: entry.id) }) { return .found }
        } catch {
            let blame = FallbackPolicy.row(for: error.reason).blame
            return blame == .service || blame == .pace || error.reason == .cancelled ? .unsettled(nil) : .unaskable
        }
        guard let settling = lookup.settlingTime else { return .unsettled(nil) }
        let settled = (entry.unknownSince ?? entry.changedAt) + settling
        return settled <= now ? .absent : .unsettled(settled)
    }

    /// Whether a request of this very message carried the reference: its id and a number. Those of message `a-1` begin
    /// like one of message `a`.
    static func isReference(_ reference: String?, of id: MessageID) -> Bool {
        guard let reference, reference.hasPrefix(id.rawValue + "-") else { return false }
        let number = reference.dropFirst(id.rawValue.count + 1)
        return !number.isEmpty && number.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
    }
}
