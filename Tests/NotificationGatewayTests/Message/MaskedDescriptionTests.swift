import Testing

@testable import NotificationGateway

/// One value in every form in which it may reach a log without anybody meaning it.
struct ShownValue: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var texts: [String]

    init(_ value: some Sendable) {
        testDescription = "\(type(of: value))"
        var dumped = ""
        dump(value, to: &dumped)
        var dumpedInside = ""
        dump(["key": [value]], to: &dumpedInside)
        texts = [
            "\(value)", String(describing: value), String(reflecting: value), "\([value])",
            "\(Optional(value) as Any)", "\((1, value))", dumped, dumpedInside,
        ]
    }
}

@Suite("A value that holds personal data")
struct MaskedDescriptionTests {
    /// What may not be shown: of addresses, of texts, of values.
    private static let canaries = ["canary", "138001380", "0013 80"]

    private static let values: [ShownValue] = {
        guard let number = try? PhoneNumber(parsing: "+8613800138000"),
            let email = try? EmailAddress("canary.box@example.com"),
            let webhook = try? WebhookURL("https://canary:canary@example.com/canary?token=canary"),
            let chat = try? ChatAddress("canary-room-1"), let device = try? DeviceToken("canary-token-9")
        else { return [] }
        let recipients: [Recipient] = [
            .phone(number), .email(email), .webhook(webhook), .chat(chat), .device(device),
        ]
        let addresses = recipients.map(Address.recipient) + [.text("138 0013 8000"), .text("canary")]
        let template = Message.Content.template("login-code", parameters: ["code": "canary"])
        let messages = [
            Message(id: "m1", to: addresses, content: template), Message(to: addresses, content: .text("canary")),
        ]
        return [number, email, webhook, chat, device].map { (value: any Sendable) in ShownValue(value) }
            + recipients.map { ShownValue($0) } + addresses.map { ShownValue($0) }
            + messages.map { ShownValue($0) } + messages.map { ShownValue($0.content) }
            + [ShownValue(Secret("canary"))] + requests(recipients) + results(recipients) + kept
    }()

    /// What the gateway keeps of a configuration, and the key of its digests.
    private static let kept = [
        ShownValue(TemplateParameter("code", default: "canary")), ShownValue(BoundParameter("x", .constant("canary"))),
        ShownValue(CompiledTemplate.CompiledParameter(name: "x", source: .constant("canary"))),
        ShownValue(PersonalData(texts: ["canary"])), ShownValue(KeyedHash.Key(138_001_380, 138_001_380)),
    ]

    private static func requests(_ recipients: [Recipient]) -> [ShownValue] {
        let parameter = ProviderContent.Parameter("code", "canary")
        let content = ProviderContent(
            template: "login-code", parameters: [parameter], text: "canary",
            binding: OptionValues(["key": .secret(Secret("canary"))])
        )
        let query = StatusQuery(
            reference: "m1-1", recipient: recipients.first, sentAt: WallTime(secondsSinceEpoch: 0), deadline: .now)
        let record = StatusRecord(
            state: .delivered, recipient: recipients.first, reference: "m1-1", vendorCode: "DELIVERED",
            template: "SMS_1", text: "canary")
        return [
            ShownValue(parameter), ShownValue(content), ShownValue(query), ShownValue(record),
            ShownValue(
                ProviderRequest(
                    messageID: "m1", reference: "m1-1", recipients: recipients, content: content, deadline: .now)),
        ]
    }

    private static func results(_ recipients: [Recipient]) -> [ShownValue] {
        let error = ProviderError(.vendorError, .rejected, message: "canary")
        let results = recipients.map {
            RecipientResult(given: .text($0.address), recipient: $0, outcome: .rejected, error: error)
        }
        let unread = RecipientResult(given: .text("canary"), recipient: nil, outcome: .rejected, error: error)
        var attempt = Attempt(provider: "p1", number: 1, reference: "m1-1", recipients: 1)
        attempt.error = error
        let field = RequestPreview.Field("PhoneNumbers", "canary")
        let preview = RequestPreview(destination: "append journal.jsonl", fields: [field])
        let planned = PlannedRequest(provider: "p1", number: 1, reference: "m-1", recipients: 1, preview: preview)
        return results.map { ShownValue($0) } + [
            ShownValue(unread), ShownValue(attempt), ShownValue(field), ShownValue(preview), ShownValue(planned),
            ShownValue(
                Delivery(
                    messageID: "m1", mode: .live, recipients: results + [unread], attempts: [attempt],
                    previews: [planned])),
        ]
    }

    @Test("shows none of it when it is printed, debugged or dumped, alone or inside something else", arguments: values)
    func masked(_ value: ShownValue) {
        for text in value.texts {
            #expect(!text.isEmpty && !Self.canaries.contains(where: text.contains), "\(text)")
        }
    }

    @Test("is there in every kind")
    func found() {
        #expect(Self.values.count > 35)
    }

    @Test("still says what a log needs")
    func words() throws {
        let message = Message(id: "m1", to: ["1", "2"], template: "login-code", parameters: ["code": "canary"])
        #expect("\(message)" == "message m1: sms, template login-code (code), 2 recipients")
        let record = StatusRecord(state: .failed, reference: "m1-1", vendorCode: "X")
        #expect("\(record)" == "failed m1-1 to nobody known, X")
    }
}
