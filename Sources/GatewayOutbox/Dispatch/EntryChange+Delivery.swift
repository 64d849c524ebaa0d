import NotificationGateway

extension EntryChange {
    /// What a delivery means for its entry.
    ///
    /// | recipients | follows |
    /// | --- | --- |
    /// | one or more uncertain | `uncertain` |
    /// | all accepted | `accepted` |
    /// | some accepted, the others rejected | `rejected`: sending it again would reach the first ones twice |
    /// | all rejected, the message has expired, or it is a code whose time is over | `expired` |
    /// | all rejected, because the send was cancelled | `released` |
    /// | all rejected, and no other try could help | `rejected` |
    /// | all rejected otherwise | `retry`, or after the last try `exhausted` |
    static func after(
        _ delivery: Delivery, of entry: OutboxEntry, now: WallTime, owner: LeaseOwner, retry: RetryPolicy, bits: UInt64
    ) -> EntryChange {
        var change = EntryChange(.rejected, now: now, owner: owner, result: SendResult(delivery))
        let outcomes = Set(delivery.recipients.map(\.outcome))
        if outcomes.contains(.uncertain) {
            change.event = .uncertain
        } else if !outcomes.isEmpty, !outcomes.contains(.rejected) {
            change.event = .accepted
        } else if outcomes == [.rejected] {
            change.event = afterRejection(delivery.recipients.compactMap(\.error?.reason), entry, now, retry)
        }
        if change.event == .retry {
            let named = delivery.recipients.compactMap(\.error?.retryAfter).max()
            change.dueAt = now + retry.pause(afterTry: entry.tries, named: named, bits: bits)
        }
        return change
    }

    private static func afterRejection(
        _ reasons: [Reason], _ entry: OutboxEntry, _ now: WallTime, _ retry: RetryPolicy
    ) -> EntryEvent {
        if entry.isExpired(now) { return .expired }
        if !reasons.isEmpty, reasons.allSatisfy({ $0 == .cancelled }) { return .released }
        if entry.category == .verification, reasons.contains(.deadlineExceeded) { return .expired }
        if reasons.allSatisfy({ isFinal($0, entry.category) }) { return .rejected }
        return entry.tries < retry.maxTries ? .retry : .exhausted
    }

    /// Whether the message itself is at fault; that its time, a limit or the hour forbade it passes.
    private static func isFinal(_ reason: Reason, _ category: Category) -> Bool {
        switch reason {
        case .recipientLimit, .quietHours, .deadlineExceeded, .cancelled: false
        default: FallbackPolicy.row(for: reason).rejected[category] == .stop
        }
    }
}
