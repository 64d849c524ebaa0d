import Foundation
import NotificationGateway
import Testing

@testable import GatewayOutbox

@Suite("A stored message")
struct StoredMessageTests {
    @Test("comes back as its caller gave it")
    func whole() throws {
        let recipients: [Address] = [
            "138 0013 8000", .recipient(.phone(try PhoneNumber(parsing: "+447700900123"))),
            .recipient(.email(try EmailAddress("a@example.com"))),
            .recipient(.webhook(try WebhookURL("https://example.com/x"))),
            .recipient(.chat(try ChatAddress("room-1"))), .recipient(.device(try DeviceToken("token"))),
        ]
        let message = Message(
            id: "m-1", to: recipients, template: "login-code", parameters: ["code": "271828"],
            category: .verification, channel: .chat, tags: ["vip", "eu"], locale: "zh-CN",
            deadline: .milliseconds(1500), expires: .at(60),
            individualParameters: [recipients[0]: ["name": "A"], recipients[1]: ["name": "B"]])
        let back = try Self.roundTrip(message)
        #expect(back.id == message.id && back.recipients == recipients && back.content == message.content)
        #expect(back.individualParameters == message.individualParameters)
        #expect(back.category == .verification && back.channel == .chat && back.tags == ["vip", "eu"])
        #expect(back.locale == "zh-CN" && back.deadline == .milliseconds(1500) && back.expires == .at(60))
    }

    @Test("keeps apart what was not given from what is empty")
    func sparse() throws {
        let back = try Self.roundTrip(Message(to: [], content: .text("")))
        #expect(back.id == nil && back.recipients.isEmpty && back.content == .text("") && back.category == nil)
        #expect(back.locale == nil && back.deadline == nil && back.expires == nil && back.tags.isEmpty)
    }

    @Test("says which field it cannot read, without its value")
    func unreadable() throws {
        var stored = StoredMessage(Message(to: ["1"], content: .text("x")))
        stored.channel = "telepathy"
        #expect(throws: StoredMessage.Unreadable(field: "channel")) { try stored.message() }
        stored = StoredMessage(Message(to: ["1"], content: .text("x")))
        stored.recipients[0] = StoredMessage.StoredAddress(phone: "12")
        #expect(throws: StoredMessage.Unreadable(field: "recipients")) { try stored.message() }
    }

    @Test("keeps every letter of its texts")
    func letters() throws {
        let texts = ["\"quoted\" \\ / \u{1}\u{1F}\n\t", "验证码 🔑", "\u{0}", "e\u{301}", ""]
        for text in texts {
            let message = Message(to: [.text(text)], template: "t", parameters: [text: text, "a": "b"], tags: ["x/y"])
            let back = try Self.roundTrip(message)
            #expect(back.content == message.content && back.recipients == message.recipients && back.tags == ["x/y"])
        }
    }

    @Test("that is damaged is refused")
    func damaged() {
        for json in [
            "", "{", "[]", "{}", #"{"channel":"sms"}"#, #"{"channel":1,"recipients":[]}"#,
            #"{"channel":"sms","recipients":[1]}"#, #"{"channel":"sms","recipients":[],"deadlineNanoseconds":"1"}"#,
        ] {
            #expect(throws: (any Error).self) { try StoredMessage(json: json) }
        }
    }

    @Test("of a version that knows more members is read without them")
    func newer() throws {
        let json = #"{"channel":"sms","recipients":[{"phone":"+8613800138000","seat":"1"}],"text":"x","mood":[1]}"#
        let message = try StoredMessage(json: json).message()
        #expect(message.content == .text("x") && message.recipients.count == 1)
    }

    @Test("keeps a deadline without end")
    func endless() throws {
        let back = try Self.roundTrip(
            Message(to: ["1"], content: .text("x"), deadline: .seconds(Int64.max), expires: .at(.max / 2)))
        #expect(try #require(back.deadline) > .seconds(86_400 * 365 * 200))
    }

    private static func roundTrip(_ message: Message) throws -> Message {
        let stored = StoredMessage(message)
        // What other versions read, and what they wrote, is the same.
        #expect(try JSONDecoder().decode(StoredMessage.self, from: Data(stored.json.utf8)) == stored)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        #expect(String(decoding: try encoder.encode(stored), as: UTF8.self) == stored.json)
        return try StoredMessage(json: stored.json).message()
    }
}
