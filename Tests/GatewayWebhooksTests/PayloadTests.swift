import Foundation
import NotificationGateway
import Testing

@testable import GatewayOutbox
@testable import GatewayWebhooks

@Suite("What an endpoint is told")
struct PayloadTests {
    /// The first event of an outbox, and its entry.
    private func payload(
        of state: EntryState, _ message: Message, _ outcomes: [SendResult.RecipientOutcome]?,
        _ recipients: WebhookEndpoint.Recipients = .masked,
        at time: WallTime = WallTime(secondsSinceEpoch: 1_767_323_045)
    ) -> String {
        var entry = OutboxEntry(Submission(message, tenant: "shop"), now: time)
        entry.progress.result = outcomes.map { SendResult(recipients: $0, requests: 1) }
        let event = OutboxEvent(
            sequence: 7, messageID: entry.id, tenant: entry.tenant, state: state, time: time, tries: 1, dueAt: time,
            owner: nil)
        return String(decoding: WebhookPayload(event: event, entry: entry, recipients: recipients).json, as: UTF8.self)
    }

    private static let message = Message(
        id: "m-1", to: ["+8613800138000", "13900139000"], template: "shipped", parameters: ["parcel": "SECRET"],
        category: .notification, tags: ["eu", "say \"hi\""])
    private static let outcomes = [
        SendResult.RecipientOutcome(
            address: "+8613800138000", outcome: "accepted", provider: "aliyun", vendorMessageID: "900^1",
            receipt: ReceiptWord(
                isDelivered: false, code: "MK:0010", explanation: "line\nbreak",
                time: WallTime(nanosecondsSinceEpoch: 1_767_323_045_006_000_000))),
        SendResult.RecipientOutcome(
            address: "+8613900139000", outcome: "rejected", reason: "blocked-recipient", explanation: "on a list"),
    ]

    @Test("is this, to the byte")
    func whole() {
        #expect(
            payload(of: .undelivered, Self.message, Self.outcomes)
                == #"{"type":"message.undelivered","timestamp":"2026-01-02T03:04:05.000Z","data":{"sequence":7,"#
                + #""message_id":"m-1","tenant":"shop","state":"undelivered","channel":"sms","category":"notification","#
                + #""template":"shipped","tags":["eu","say \"hi\""],"recipient_count":2,"recipients":["#
                + #"{"to":"+86138****8000","outcome":"accepted","provider":"aliyun","vendor_message_id":"900^1","#
                + #""receipt":{"delivered":false,"time":"2026-01-02T03:04:05.006Z","code":"MK:0010","#
                + #""explanation":"line\nbreak"}},"#
                + #"{"to":"+86139****9000","outcome":"rejected","reason":"blocked-recipient","explanation":"on a list"}]}}"#
        )
    }

    @Test("has whole addresses only for who asks for them, and never a parameter or a text")
    func confidential() {
        let full = payload(of: .accepted, Self.message, Self.outcomes, .full)
        #expect(full.contains("+8613800138000") && !full.contains("SECRET"))
        #expect(!payload(of: .accepted, Self.message, Self.outcomes).contains("138001"))
        let text = payload(of: .accepted, Message(to: ["x"], content: .text("SECRET")), nil, .full)
        #expect(!text.contains("SECRET") && !text.contains("template") && text.contains(#""recipients":[]"#))
        let odd = SendResult.RecipientOutcome(address: "not a number 13800138000", outcome: "rejected")
        #expect(payload(of: .rejected, Self.message, [odd]).contains(#""to":"***""#))
        let mail = SendResult.RecipientOutcome(address: "jane@example.com", outcome: "accepted")
        #expect(
            payload(of: .accepted, Message(to: ["x"], content: .text("y"), channel: .email), [mail])
                .contains(#""to":"j***@example.com""#))
    }

    @Test("names the outcomes of a hundred recipients, and how many there are")
    func many() throws {
        let numbers = (0..<1000).map { "+861380013\(8000 + $0)" }
        let message = Message(to: numbers.map { .text($0) }, content: .text("x"))
        let outcomes = numbers.map { SendResult.RecipientOutcome(address: $0, outcome: "accepted") }
        let json = payload(of: .accepted, message, outcomes)
        let object = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any]
        let data = try #require(object?["data"] as? [String: Any])
        #expect(data["recipient_count"] as? Int == 1000 && (data["recipients"] as? [Any])?.count == 100)
        #expect(json.utf8.count < 20_000)
    }

    @Test("has times that RFC 3339 knows, however absurd", arguments: [Int64.min, -1, 0, 999_999_999, .max])
    func times(_ nanoseconds: Int64) throws {
        let json = payload(of: .accepted, Self.message, nil, at: WallTime(nanosecondsSinceEpoch: nanoseconds))
        let text = try #require(json.firstMatch(of: /"timestamp":"([^"]*)"/)?.1)
        #expect(text.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil, "\(text)")
        if nanoseconds == -1 { #expect(text == "1969-12-31T23:59:59.999Z") }
    }

    @Test("has an id that is the same however often, and another for every event and endpoint")
    func identifiers() {
        func id(_ endpoint: WebhookName, _ id: MessageID, _ state: EntryState, _ sequence: Int64, tries: Int = 1)
            -> String
        {
            let time = WallTime(secondsSinceEpoch: 1)
            return WebhookID.of(
                OutboxEvent(
                    sequence: sequence, messageID: id, tenant: "t", state: state, time: time, tries: tries, dueAt: time,
                    owner: nil), for: endpoint)
        }
        let base = id("a", "m.1", .accepted, 1)
        #expect(base == id("a", "m.1", .accepted, 1, tries: 5))
        #expect(base.wholeMatch(of: /msg_[0-9a-f]{32}/) != nil)
        let others = [
            id("b", "m.1", .accepted, 1), id("a", "m.2", .accepted, 1), id("a", "m.1", .delivered, 1),
            id("a", "m.1", .accepted, 2), id("a1:m.1", "", .accepted, 1),
        ]
        #expect(Set(others + [base]).count == 6)
    }
}
