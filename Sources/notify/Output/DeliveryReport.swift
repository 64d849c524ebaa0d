import NotificationGateway

/// A delivery as `--json` prints it; optional parts are left out where there is nothing to say.
struct DeliveryReport: Encodable {
    struct Recipient: Encodable {
        var to: String
        var outcome: String
        var country: String?
        var route: String?
        var provider: String?
        var vendor_message_id: String?
        var reason: String?
        var message: String?
        var retry_after_ms: Double?
    }

    struct Attempt: Encodable {
        struct Reconciliation: Encodable {
            var asked: Int
            var next: String
            var why: String
            var reason: String?
            var vendor_code: String?
            var vendor_message: String?
        }

        var provider: String
        var number: Int
        var reference: String
        var recipients: Int
        var acceptance: String
        var reason: String?
        var vendor_code: String?
        var vendor_message: String?
        var request_id: String?
        var retry_after_ms: Double?
        var duration_ms: Double
        var next: String
        var why: String
        var reconciliation: Reconciliation?
    }

    struct Request: Encodable {
        var provider: String
        var number: Int
        var reference: String
        var recipients: Int
        var destination: String
        var fields: [Field]
    }

    struct Field: Encodable {
        var name: String
        var value: String

        init(_ field: RequestPreview.Field) { (name, value) = (field.name, field.value) }
    }

    var message_id: String
    var mode: String
    var outcome: String
    var recipients: [Recipient]
    var attempts: [Attempt]

    init(_ delivery: Delivery) {
        message_id = delivery.messageID.rawValue
        mode = delivery.mode.rawValue
        outcome = delivery.outcome.rawValue
        recipients = delivery.recipients.map(Recipient.init)
        attempts = delivery.attempts.map(Attempt.init)
    }

    /// The requests of a dry run, one at a time: there may be very many. `nil` for a live send.
    static func requests(_ delivery: Delivery) -> (some Sequence<Request>)? {
        delivery.mode == .dryRun ? delivery.previews.lazy.map(Request.init) : nil
    }
}

extension DeliveryReport.Request {
    init(_ request: PlannedRequest) {
        self.init(
            provider: request.provider.rawValue, number: request.number, reference: request.reference,
            recipients: request.recipients, destination: request.preview.destination,
            fields: request.preview.fields.map(DeliveryReport.Field.init))
    }
}

extension DeliveryReport.Recipient {
    init(_ result: RecipientResult) {
        self.init(
            to: result.address, outcome: result.outcome.rawValue, country: result.recipient?.country?.rawValue,
            route: result.route?.rawValue, provider: result.provider?.rawValue,
            vendor_message_id: result.vendorMessageID, reason: result.error?.reason.rawValue,
            message: result.error?.message, retry_after_ms: result.error?.retryAfter?.milliseconds)
    }
}

extension DeliveryReport.Attempt {
    init(_ attempt: Attempt) {
        self.init(
            provider: attempt.provider.rawValue, number: attempt.number, reference: attempt.reference,
            recipients: attempt.recipients, acceptance: attempt.acceptance.rawValue,
            reason: attempt.error?.reason.rawValue,
            vendor_code: attempt.error?.vendorCode?.rawValue ?? attempt.receipt?.vendorCode,
            vendor_message: attempt.error?.message,
            request_id: attempt.error?.requestID ?? attempt.receipt?.requestID,
            retry_after_ms: attempt.error?.retryAfter?.milliseconds, duration_ms: attempt.duration.milliseconds,
            next: attempt.next.rawValue, why: attempt.why,
            reconciliation: attempt.reconciliation.map {
                Reconciliation(
                    asked: $0.asked, next: $0.next.rawValue, why: $0.why, reason: $0.error?.reason.rawValue,
                    vendor_code: $0.error?.vendorCode?.rawValue, vendor_message: $0.error?.message)
            })
    }
}

extension Duration {
    /// Milliseconds, to a microsecond.
    var milliseconds: Double {
        let (seconds, attoseconds) = components
        return (Double(seconds) * 1_000_000 + Double(attoseconds / 1_000_000_000_000)).rounded() / 1_000
    }
}
