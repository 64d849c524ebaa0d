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
    var attempts: [AttemptRecord]

    init(_ delivery: Delivery) {
        message_id = delivery.messageID.rawValue
        mode = delivery.mode.rawValue
        outcome = delivery.outcome.rawValue
        recipients = delivery.recipients.map(Recipient.init)
        attempts = delivery.attempts.map(AttemptRecord.init)
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
