import GatewayOutbox
import GatewayTestKit
import NotificationGateway
import ProcessSupport
import Testing

@testable import DysmsEndpoint

/// The endpoint on an outbox, on disk.
@Suite("A desk on an outbox")
struct OutboxDeskTests {
    private let folder: TemporaryFolder
    private let store: SQLiteOutboxStore
    private let bench: EndpointBench

    init() throws {
        folder = try TemporaryFolder()
        store = try SQLiteOutboxStore(path: folder.file("outbox.sqlite"))
        bench = Self.bench(store)
    }

    private static func bench(_ store: SQLiteOutboxStore) -> EndpointBench {
        let clock = ManualClock()
        return EndpointBench(
            closures: MessageDesk(
                submit: { submissions throws(OutboxStoreError) in
                    try await store.submit(submissions, now: clock.wallTime)
                }, store: store,
                check: { message in
                    guard message.tags.contains("abroad") else { return [] }
                    let error = ProviderError(.missingParameter, .rejected, message: "no code")
                    return message.recipients.map {
                        RecipientResult(given: $0, recipient: nil, outcome: .rejected, error: error)
                    }
                }))
    }

    private func query(
        _ phone: String = "13800138000", day: String = "20260102", page: Int = 1, size: Int = 10, bizID: String? = nil,
        key: EndpointKey = EndpointBench.shop
    ) async throws -> Answer {
        var parameters = [
            "PhoneNumber": phone, "SendDate": day, "PageSize": "\(size)", "CurrentPage": "\(page)",
        ]
        parameters["BizId"] = bizID
        return try await bench.send("QuerySendDetails", parameters, key: key)
    }

    @Test("keeps what was sent, and finds it by number, day and BizId")
    func found() async throws {
        let first = try await bench.send(
            "SendSms", EndpointBench.sms(["PhoneNumbers": "13800138000,13900139000", "OutId": "1"]))
        let second = try await bench.send("SendBatchSms", EndpointBench.batch(["OutId": "2"]))
        let all = try await query()
        #expect(all["TotalCount"] == "2" && all.details.map { $0["OutId"] as? String } == ["1", "2"])
        #expect(all.details.map { $0["Content"] as? String } == ["【云通信】您的验证码是271828", "【云通信】您的验证码是1111"])
        #expect(try await query("13900139000").details.last?["Content"] as? String == "【云通信】您的验证码是2222")
        #expect(try await query("85251234567").details.map { $0["PhoneNum"] as? String } == ["85251234567"])
        #expect(try await query(bizID: second["BizId"]).details.map { $0["OutId"] as? String } == ["2"])
        #expect(try await query(bizID: first["BizId"])["TotalCount"] == "1")
        #expect(try await query(day: "20260101")["TotalCount"] == "0")
        #expect(try await query("13700137000").details.isEmpty)
        let entry = try #require(
            try await store.entries(matching: EntryFilter(), .oldestFirst, after: nil, limit: 1).first)
        #expect(entry.tenant == "shop" && entry.category == .verification && entry.state == .queued)
    }

    @Test("shows a tenant its own messages alone")
    func tenants() async throws {
        #expect(try await bench.send("SendSms", EndpointBench.sms()).isOK)
        let news = EndpointBench.sms(["TemplateCode": "SMS_NEWS", "OutId": "bank's"])
        #expect(try await bench.send("SendSms", news, key: EndpointBench.bank).isOK)
        #expect(try await query(key: EndpointBench.bank).details.map { $0["OutId"] as? String } == ["bank's"])
        #expect(try await query().details.map { $0["TemplateCode"] as? String } == ["SMS_CODE"])
    }

    @Test("makes nothing of a copy that comes after a restart, or with another body under the nonce")
    func restart() async throws {
        for (action, parameters) in [("SendSms", EndpointBench.sms()), ("SendBatchSms", EndpointBench.batch())] {
            let request = try bench.request(action, query: parameters, nonce: "n-\(action)")
            #expect(try await bench.answer(request).isOK)
            #expect(try await Self.bench(store).answer(request).code == "SignatureNonceUsed")
            let other = parameters.merging(["OutId": "other"]) { $1 }
            let changed = try bench.request(action, query: other, nonce: "n-\(action)")
            #expect(try await Self.bench(store).answer(changed).code == "SignatureNonceUsed")
        }
        #expect(try await store.counts() == [.queued: 2])
    }

    @Test("takes all messages of a batch or none")
    func allOrNone() async throws {
        let batch = EndpointBench.batch(["SignNameJson": #"["云通信","Shop & Co","云通信"]"#])
        #expect(try await bench.send("SendBatchSms", batch).code == "isv.TEMPLATE_MISSING_PARAMETERS")
        #expect(try await store.counts().isEmpty)
    }

    @Test("answers 503 while the store takes nothing, and goes on when it does")
    func trouble() async throws {
        let failing = EndpointBench(
            closures: MessageDesk(
                submit: { _ throws(OutboxStoreError) in throw .diskFull }, store: store))
        let answer = try await failing.send("SendSms", EndpointBench.sms())
        #expect(answer.status == 503 && answer.code == "ServiceUnavailable")
        try store.close()
        #expect(try await query().status == 503)
    }

    @Test("tells days apart at midnight of GMT+8")
    func midnight() async throws {
        // 2026-01-01T16:00:00Z is midnight there.
        let midnight = WallTime(secondsSinceEpoch: 1_767_283_200)
        let number = try PhoneNumber(parsing: "+8613800138000")
        for (name, offset) in [("before", -1), ("after", 0)] as [(String, Int64)] {
            let echo = SubmissionEcho(bizID: "1^0", templateCode: "SMS_CODE", signName: "云通信", outID: name)
            _ = try await store.submit(
                Submission(
                    Message(to: [.recipient(.phone(number))], template: "login-code"), tenant: "shop",
                    reference: echo.text, isFoundByRecipient: true), now: midnight.advanced(by: offset))
        }
        let before = try await query(day: "20260101").details
        #expect(before.map { $0["OutId"] as? String } == ["before"])
        #expect(before.first?["SendDate"] as? String == "2026-01-01 23:59:59")
        let after = try await query(day: "20260102").details
        #expect(after.map { $0["OutId"] as? String } == ["after"])
        #expect(after.first?["SendDate"] as? String == "2026-01-02 00:00:00")
    }

    @Test("gives pages that hold every record once")
    func pages() async throws {
        for number in 1...7 {
            #expect(try await bench.send("SendSms", EndpointBench.sms(["OutId": "\(number)"])).isOK)
        }
        var found: [String?] = []
        for page in 1...4 {
            let answer = try await query(page: page, size: 2)
            #expect(answer["TotalCount"] == "7")
            found += answer.details.map { $0["OutId"] as? String }
        }
        #expect(found == ["1", "2", "3", "4", "5", "6", "7"])
        #expect(try await query(page: 5, size: 2).details.isEmpty)
    }

    private static func recipient(_ place: Int, _ entry: OutboxEntry) throws -> Recipient {
        guard case .recipient(let recipient) = entry.message.recipients[place] else {
            throw OutboxStoreError.unknownEntry
        }
        return recipient
    }

    @Test("says what became of each recipient")
    func states() async throws {
        let sms = EndpointBench.sms(["PhoneNumbers": "13800138000,13900139000"])
        #expect(try await bench.send("SendSms", sms).isOK)
        let now = bench.clock.wallTime
        let lease = Lease(owner: "o", end: now.advanced(by: 30))
        let entry = try #require(try await store.take(.due, for: lease, limit: 1, now: now).first)
        func statuses() async throws -> [Int?] {
            var statuses: [Int?] = []
            for phone in ["13800138000", "13900139000"] {
                statuses.append(try await query(phone).details.first?["SendStatus"] as? Int)
            }
            return statuses
        }
        #expect(try await statuses() == [1, 1])
        let delivery = Delivery(
            messageID: entry.id, mode: .live,
            recipients: [
                RecipientResult(
                    given: entry.message.recipients[0], recipient: try Self.recipient(0, entry), outcome: .accepted),
                RecipientResult(
                    given: entry.message.recipients[1], recipient: try Self.recipient(1, entry), outcome: .rejected,
                    error: ProviderError(.blockedRecipient, .rejected, message: "opted out")),
            ])
        try await store.change(
            entry.id, by: EntryChange(.rejected, now: now, owner: "o", result: SendResult(delivery)))
        #expect(try await statuses() == [1, 2])
        #expect(try await query("13900139000").details.first?["ErrCode"] as? String == "isv.BLACK_KEY_CONTROL_LIMIT")
        let word = ReceiptWord(isDelivered: true, code: "DELIVERED", time: now.advanced(by: 9))
        _ = try await store.receive(
            DeliveryReceipt(
                provider: "p", reference: "\(entry.id)-1", address: "+8613800138000", word: word), now: now)
        #expect(try await statuses() == [3, 2])
        let received = try await query().details.first
        #expect(received?["ReceiveDate"] as? String == "2026-01-02 11:04:14")
    }
}
