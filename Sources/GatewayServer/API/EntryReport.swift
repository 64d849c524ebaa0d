import GatewayOutbox
import HTTPProviderSupport
import NotificationGateway

/// An entry of the outbox as the API shows it, in the words of `notify send --json`. What the message says is left out: it may
/// hold a code.
enum EntryReport {
    /// What a submission is answered with: the entry as it was then, so that a repeated one is answered the same.
    static func submitted(_ entry: OutboxEntry) -> JSONValue {
        let state: EntryState = entry.sendAt > entry.submittedAt ? .scheduled : .queued
        return .fields(
            ("id", .string(entry.id.rawValue)), ("state", .string(state.rawValue)),
            ("submitted_at", .string(entry.submittedAt.timestamp)), ("location", .string(location(entry))))
    }

    static func location(_ entry: OutboxEntry) -> String {
        "/v1/messages/\(PercentDecoding.segment(entry.id.rawValue))"
    }

    /// Everything but the trail: for listings.
    static func summary(_ entry: OutboxEntry, for caller: Caller) -> JSONValue {
        .object(head(entry) + [JSONValue.Member("recipients", .array(recipients(of: entry, for: caller)))])
    }

    /// Everything.
    static func whole(_ entry: OutboxEntry, for caller: Caller) -> JSONValue {
        let result = entry.result
        return .object(
            head(entry) + [
                JSONValue.Member("recipients", .array(recipients(of: entry, for: caller))),
                JSONValue.Member("attempts", .array((result?.attempts ?? []).map(attempt))),
                JSONValue.Member("dropped_attempts", .integer(result?.droppedAttempts ?? 0)),
            ])
    }

    private static func head(_ entry: OutboxEntry) -> [JSONValue.Member] {
        let message = entry.message
        var template: String?
        if case .template(let name, _) = message.content { template = name.rawValue }
        let fields = JSONValue.fields(
            ("id", .string(entry.id.rawValue)), ("state", .string(entry.state.rawValue)),
            ("tenant", .string(entry.tenant.rawValue)), ("category", .string(entry.category.rawValue)),
            ("channel", .string(message.channel.rawValue)), ("template", template.map(JSONValue.string)),
            ("locale", message.locale.map { .string($0.rawValue) }), ("tags", .strings(message.tags.map(\.rawValue))),
            ("submitted_at", time(entry.submittedAt)), ("send_at", time(entry.sendAt)),
            ("changed_at", time(entry.changedAt)), ("due_at", entry.dueAt.map(time)),
            ("expires", message.expires.map(time)), ("tries", .integer(entry.tries)))
        guard case .object(let members) = fields else { return [] }
        return members
    }

    static func time(_ time: WallTime) -> JSONValue { .string(time.timestamp) }

    // MARK: Recipients

    /// Before the first send those of the message, afterwards what became of each.
    private static func recipients(of entry: OutboxEntry, for caller: Caller) -> [JSONValue] {
        func shown(_ address: String) -> JSONValue {
            .string(caller.seesAddresses ? address : masked(address, entry.message.channel))
        }
        guard let result = entry.result, !result.recipients.isEmpty else {
            return entry.message.recipients.map { .fields(("to", shown($0.writtenOut))) }
        }
        return result.recipients.map { outcome in
            .fields(
                ("to", shown(outcome.address)), ("outcome", .string(outcome.outcome)),
                ("provider", outcome.provider.map(JSONValue.string)),
                ("vendor_message_id", outcome.vendorMessageID.map(JSONValue.string)),
                ("reason", outcome.reason.map(JSONValue.string)),
                ("message", outcome.explanation.map(JSONValue.string)), ("receipt", outcome.receipt.map(receipt)))
        }
    }

    private static func masked(_ address: String, _ channel: Channel) -> String {
        (try? Recipient(address, channel: channel))?.masked ?? "***"
    }

    private static func receipt(_ word: ReceiptWord) -> JSONValue {
        .fields(
            ("delivered", .boolean(word.isDelivered)), ("code", word.code.map(JSONValue.string)),
            ("explanation", word.explanation.map(JSONValue.string)), ("time", time(word.time)))
    }

    // MARK: Attempts

    private static func attempt(_ attempt: AttemptRecord) -> JSONValue {
        .fields(
            ("provider", .string(attempt.provider)), ("number", .integer(attempt.number)),
            ("reference", .string(attempt.reference)), ("recipients", .integer(attempt.recipients)),
            ("acceptance", .string(attempt.acceptance)), ("reason", attempt.reason.map(JSONValue.string)),
            ("vendor_code", attempt.vendorCode.map(JSONValue.string)),
            ("vendor_message", attempt.vendorMessage.map(JSONValue.string)),
            ("request_id", attempt.requestID.map(JSONValue.string)),
            ("retry_after_ms", attempt.retryAfterMilliseconds.map(JSONValue.decimal)),
            ("duration_ms", .decimal(attempt.durationMilliseconds)), ("next", .string(attempt.next)),
            ("why", .string(attempt.why)), ("reconciliation", attempt.reconciliation.map(reconciliation)))
    }

    private static func reconciliation(_ inquiry: AttemptRecord.Reconciliation) -> JSONValue {
        .fields(
            ("asked", .integer(inquiry.asked)), ("next", .string(inquiry.next)), ("why", .string(inquiry.why)),
            ("reason", inquiry.reason.map(JSONValue.string)),
            ("vendor_code", inquiry.vendorCode.map(JSONValue.string)),
            ("vendor_message", inquiry.vendorMessage.map(JSONValue.string)))
    }
}

extension Address {
    /// The address as it was given.
    var writtenOut: String {
        switch self {
        case .text(let text): text
        case .recipient(let recipient): recipient.address
        }
    }
}
