import NotificationGateway

/// What to do about an entry that somebody was sending and never said how that went.
///
/// It is never simply sent again: a request may have left. Pure; what the vendors know comes in.
enum Recovery {
    /// What one provider knows of one recipient.
    enum Finding: Sendable, Hashable {
        /// It took the message.
        case found
        /// It surely did not: its records are settled, and there is none.
        case absent
        /// It has no record yet, or did not answer; its records settle at the time where one is promised.
        case unsettled(WallTime?)
        /// It cannot be asked.
        case unaskable
    }

    /// What follows.
    enum Verdict: Sendable, Hashable {
        case accepted
        case sendAgain
        case askAgain(WallTime)
        case uncertain
        case expired
        /// It would be sent again, were that not the last try.
        case exhausted
    }

    /// How long after a question the next one is asked where no time is promised.
    static let pause = Duration.seconds(30)
    /// The least time between two questions.
    static let shortestPause = Duration.seconds(1)

    /// What needs no question: receipts have proved it, or it is a code: a second one does no harm, and in its time one is worth
    /// something.
    static func verdictUnasked(_ entry: OutboxEntry, now: WallTime, maxTries: Int) -> Verdict? {
        if entry.result?.word != nil { return .accepted }
        guard entry.category == .verification, now < codeEnd(entry), entry.tries < maxTries else { return nil }
        return .sendAgain
    }

    /// What the answers mean; they are given for each recipient by each provider that may have carried it.
    ///
    /// - Parameters:
    ///   - started: since when somebody is there to ask. What fell silent while nobody was, be it for hours, is asked about for as
    ///     long as anything else: one question that fails must not be the last.
    ///   - patience: how long, from then or from the last owner's silence, providers are asked that cannot say a final no.
    static func verdict(
        _ findings: [[Finding]], _ entry: OutboxEntry, now: WallTime, started: WallTime, patience: Duration,
        maxTries: Int
    ) -> Verdict {
        let missing = findings.filter { !$0.contains(.found) }
        if missing.isEmpty, !findings.isEmpty { return .accepted }
        if findings.allSatisfy({ !$0.isEmpty && $0.allSatisfy { $0 == .absent } }) {
            return absent(entry, now: now, maxTries: maxTries)
        }
        let end = max(entry.unknownSince ?? entry.changedAt, started) + patience
        let times = missing.joined().compactMap { finding -> WallTime? in
            guard case .unsettled(let time) = finding else { return nil }
            return max(time ?? now + pause, now + shortestPause)
        }
        guard now < end, let next = times.min() else { return .uncertain }
        return .askAgain(min(next, end))
    }

    private static func absent(_ entry: OutboxEntry, now: WallTime, maxTries: Int) -> Verdict {
        if entry.isExpired(now) { return .expired }
        if entry.category == .verification, now >= codeEnd(entry) { return .expired }
        return entry.tries < maxTries ? .sendAgain : .exhausted
    }

    /// When a code is worth nothing any more.
    private static func codeEnd(_ entry: OutboxEntry) -> WallTime {
        let end = entry.sendAt + (entry.message.deadline ?? entry.category.defaultDeadline)
        return entry.message.expires.map { min($0, end) } ?? end
    }
}
