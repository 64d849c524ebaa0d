import GatewayOutbox
import HTTPProviderSupport
import NotificationGateway

/// What an endpoint is told of an event: never a parameter or a text.
///
/// What stands of the recipients is what is known when it is told; a later event may have come meanwhile.
struct WebhookPayload {
    /// Of so many recipients the outcomes are told: receivers expect some twenty kilobytes at most.
    static let mostRecipients = 100

    let event: OutboxEvent
    let entry: OutboxEntry
    let recipients: WebhookEndpoint.Recipients

    /// `{"type":…,"timestamp":…,"data":{…}}`.
    var json: [UInt8] {
        var json = ByteWriter(capacity: 1024)
        json.append("{\"type\":")
        json.appendJSONString("message.\(event.state.rawValue)")
        json.appendMember("timestamp", event.time.preciseTimestamp)
        json.append(",\"data\":{\"sequence\":")
        json.append("\(event.sequence)")
        json.appendMember("message_id", event.messageID.rawValue)
        json.appendMember("tenant", event.tenant.rawValue)
        json.appendMember("state", event.state.rawValue)
        json.appendMember("channel", entry.message.channel.rawValue)
        json.appendMember("category", entry.category.rawValue)
        if case .template(let name, _) = entry.message.content { json.appendMember("template", name.rawValue) }
        json.append(",\"tags\":")
        json.appendArray(entry.message.tags) { $0.appendJSONString($1.rawValue) }
        json.append(",\"recipient_count\":")
        json.append("\(entry.message.recipients.count)")
        json.append(",\"recipients\":")
        json.appendArray(entry.result?.recipients.prefix(Self.mostRecipients) ?? []) { append($1, to: &$0) }
        json.append("}}")
        return json.array
    }

    private func append(_ outcome: SendResult.RecipientOutcome, to json: inout ByteWriter) {
        json.append("{\"to\":")
        json.appendJSONString(recipients == .full ? outcome.address : masked(outcome.address))
        json.appendMember("outcome", outcome.outcome)
        json.appendMember("provider", outcome.provider)
        json.appendMember("vendor_message_id", outcome.vendorMessageID)
        json.appendMember("reason", outcome.reason)
        json.appendMember("explanation", outcome.explanation)
        if let receipt = outcome.receipt {
            json.append(",\"receipt\":{\"delivered\":")
            json.append(receipt.isDelivered ? "true" : "false")
            json.appendMember("time", receipt.time.preciseTimestamp)
            json.appendMember("code", receipt.code)
            json.appendMember("explanation", receipt.explanation)
            json.append("}")
        }
        json.append("}")
    }

    /// The address as a log may show it; hidden whole where nobody can read it.
    private func masked(_ address: String) -> String {
        (try? Recipient(address, channel: entry.message.channel))?.masked ?? Mask.hidden
    }
}

extension ByteWriter {
    /// Appends `,"name":"value"`, or nothing where there is no value.
    fileprivate mutating func appendMember(_ name: StaticString, _ value: String?) {
        guard let value else { return }
        append(",\"")
        append(name)
        append("\":")
        appendJSONString(value)
    }

    fileprivate mutating func appendArray<Element>(
        _ elements: some Sequence<Element>, _ write: (inout ByteWriter, Element) -> Void
    ) {
        append("[")
        var isFirst = true
        for element in elements {
            if !isFirst { append(",") }
            isFirst = false
            write(&self, element)
        }
        append("]")
    }
}

extension WallTime {
    /// `yyyy-MM-ddTHH:mm:ss.SSSZ`: RFC 3339.
    fileprivate var preciseTimestamp: String {
        // Never by multiplying: a vendor's time may be absurd.
        let fraction = (nanosecondsSinceEpoch % 1_000_000_000 + 1_000_000_000) % 1_000_000_000
        return "\(timestamp.dropLast()).\(String(fraction / 1_000_000 + 1000).dropFirst())Z"
    }
}
