import NotificationGateway

/// What is written down of a request: one JSON object, on one line. ``FileMessageProvider`` documents the keys.
struct MessageRecord: Sendable {
    static let hidden = "***"

    let members: [JSONValue.Member]

    init(_ request: ProviderRequest, provider: ProviderName, time: WallTime, reveals: Bool) {
        var members: [JSONValue.Member] = []
        members.reserveCapacity(12)
        func add(_ name: String, _ value: JSONValue) { members.append(JSONValue.Member(name: name, value: value)) }

        let content = request.content
        add("time", .string(time.millisecondTimestamp))
        add("message_id", .string(request.messageID.rawValue))
        add("reference", .string(request.reference))
        add("attempt", .number(String(request.attempt)))
        add("provider", .string(provider.rawValue))
        add("channel", .string(request.channel.rawValue))
        add("category", .string(request.category.rawValue))
        add("recipients", .array(request.recipients.map { .string(reveals ? $0.address : $0.masked) }))
        if let template = content.template {
            add("template", .string(template.rawValue))
        }
        if let locale = content.locale { add("locale", .string(locale.rawValue)) }
        if content.template != nil {
            add(
                "parameters",
                .object(
                    content.parameters.map {
                        JSONValue.Member(name: $0.name, value: .string(reveals ? $0.value : Self.hidden))
                    }))
        }
        if let text = content.text { add("text", .string(reveals ? text : Self.hidden)) }
        self.members = members
    }

    /// The record's line, with its line break.
    var line: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(512)
        JSONValue.object(members).append(to: &bytes)
        bytes.append(0x0A)
        return bytes
    }

    /// The members as a preview shows them: strings bare, everything else as JSON.
    var fields: [RequestPreview.Field] {
        members.map { RequestPreview.Field($0.name, $0.value.string ?? $0.value.text) }
    }
}

extension WallTime {
    /// `yyyy-MM-ddTHH:mm:ss.SSSZ`.
    var millisecondTimestamp: String {
        let remainder = nanosecondsSinceEpoch % 1_000_000_000
        let fraction = remainder < 0 ? remainder + 1_000_000_000 : remainder
        let milliseconds = String(1_000 + fraction / 1_000_000).dropFirst()
        return "\(timestamp.dropLast()).\(milliseconds)Z"
    }
}
