import Foundation
import GatewayTestKit
import HTTPTransport
import NotificationGateway
import Testing

@testable import AliyunProvider

/// Asking the vendor what became of a message.
struct QuerySendDetailsTests {
    private static func detail(_ outID: String?, status: String = "3", phone: String = "13800138000") -> String {
        let reference = outID.map { #""OutId":"\#($0)","# } ?? ""
        return #"""
            {\#(reference)"SendStatus":\#(status),"PhoneNum":"\#(phone)","ErrCode":"DELIVERED",
            "TemplateCode":"SMS_1","SendDate":"2026-01-02 11:04:06","ReceiveDate":"2026-01-02 11:04:09",
            "Content":"【云通信】您的验证码是271828"}
            """#
    }

    private static func page(_ details: [String], total: String? = nil) -> ScriptedTransport.Step {
        let total = total ?? "\(details.count)"
        let list = details.joined(separator: ",")
        return .answer(
            status: 200,
            body: #"{"Code":"OK","TotalCount":\#(total),"SmsSendDetailDTOs":{"SmsSendDetailDTO":[\#(list)]}}"#)
    }

    private static func records(
        _ bench: DysmsBench, reference: String? = "m1-1", number: String = "+8613800138000",
        at time: WallTime = DysmsBench.start
    ) async throws -> [StatusRecord] {
        let lookup = try #require(bench.provider.statusLookup)
        return try await lookup.records(
            for: StatusQuery(
                reference: reference, recipient: try Recipient(number, channel: .sms), sentAt: time,
                deadline: bench.clock.now + .seconds(20)))
    }

    // MARK: The request

    @Test("the vendor is asked for one number and one day of GMT+8, page by page")
    func requestShape() async throws {
        for version in SignatureVersion.allCases {
            let bench = try DysmsBench([Self.page([])]) { $0.signature = version }
            #expect(try await Self.records(bench) == [])
            #expect(bench.transport.requests.count == 1)
            let request = try #require(bench.transport.requests.first)
            #expect(request.method == .post && request.body.isEmpty && request.timeout == .seconds(20))
            let sent = request.fields
            #expect(sent["PhoneNumber"] == "13800138000" && sent["SendDate"] == "20260102")
            #expect(sent["CurrentPage"] == "1" && sent["PageSize"] == "50")
            #expect(sent["x-acs-action"] ?? sent["Action"] == "QuerySendDetails")
            #expect(sent["OutId"] == nil && sent["BizId"] == nil && sent["content-type"] == nil)
        }
    }

    @Test("a number abroad is asked for as it was sent")
    func abroad() async throws {
        let bench = try DysmsBench([Self.page([Self.detail("m1-1", phone: "85251234567")])])
        let found = try await Self.records(bench, number: "+85251234567")
        #expect(try bench.sent()["PhoneNumber"] == "0085251234567")
        #expect(found.first?.recipient == (try Recipient("+85251234567", channel: .sms)))
    }

    private static let midnights: [(Int64, [String])] = [
        // 2026-01-01T15:50:00Z is ten to twelve there, 16:10 is ten past.
        (1_767_282_600, ["20260101", "20260102"]), (1_767_283_800, ["20260102", "20260101"]),
        (1_767_281_699, ["20260101"]), (1_767_284_100, ["20260102"]),
        // The last minute of February, and of a leap February.
        (1_772_294_340, ["20260228", "20260301"]), (1_835_452_740, ["20280229", "20280301"]),
    ]

    @Test("around midnight GMT+8 both days are asked for", arguments: midnights)
    func days(seconds: Int64, expected: [String]) async throws {
        let bench = try DysmsBench([Self.page([])])
        let time = WallTime(secondsSinceEpoch: seconds)
        #expect(try await Self.records(bench, at: time) == [])
        #expect(bench.transport.requests.map { $0.fields["SendDate"] } == expected)
    }

    @Test("without a number nobody can be asked: refused before any I/O")
    func noRecipient() async throws {
        let bench = try DysmsBench()
        let lookup = try #require(bench.provider.statusLookup)
        #expect(!lookup.findsByReferenceAlone && lookup.settlingTime == nil)
        for recipient in [nil, try Recipient("somebody@example.com", channel: .email)] {
            let query = StatusQuery(
                reference: "m1-1", recipient: recipient, sentAt: DysmsBench.start,
                deadline: bench.clock.now + .seconds(20))
            let error = try await #require(throws: ProviderError.self) { try await lookup.records(for: query) }
            #expect(error.reason == .unsupported && error.acceptance == .rejected)
        }
        #expect(bench.transport.requests.isEmpty)
    }

    // MARK: The answer

    @Test("a record is read whole, the vendor's words verbatim")
    func record() async throws {
        let bench = try DysmsBench([Self.page([Self.detail("m1-1")])])
        let expected = StatusRecord(
            state: .delivered, recipient: try Recipient("+8613800138000", channel: .sms), reference: "m1-1",
            vendorCode: "DELIVERED", explanation: "received", sentAt: "2026-01-02 11:04:06",
            receivedAt: "2026-01-02 11:04:09", endedAt: WallTime(secondsSinceEpoch: 1_767_323_049), template: "SMS_1",
            text: "【云通信】您的验证码是271828")
        #expect(try await Self.records(bench) == [expected])
    }

    @Test(
        "1 waits for the receipt, 2 failed, 3 was received; anything else is not known to have ended",
        arguments: [
            ("1", StatusRecord.State.pending), ("2", .failed), ("3", .delivered), (#""1""#, .pending),
            (#""2""#, .failed), (#""3""#, .delivered), ("0", .pending), ("4", .pending), ("null", .pending),
            (#""delivered""#, .pending), ("[3]", .pending), ("-3", .pending), ("33333333333333333333", .pending),
        ])
    func states(status: String, expected: StatusRecord.State) async throws {
        let bench = try DysmsBench([Self.page([Self.detail("m1-1", status: status)])])
        #expect(try await Self.records(bench).map(\.state) == [expected])
    }

    @Test("only the wanted message's records are kept: its own reference, or one made of it")
    func matching() async throws {
        let details =
            ["m1-1", "m1-11", "m1-1-2", "m1", "M1-1", "other", ""].map { Self.detail($0) } + [Self.detail(nil)]
        let found = try await Self.records(DysmsBench([Self.page(details)]))
        #expect(found.map(\.reference) == ["m1-1", "m1-1-2"])
        let ofMessage = try await Self.records(DysmsBench([Self.page(details)]), reference: "m1")
        #expect(ofMessage.map(\.reference) == ["m1-1", "m1-11", "m1-1-2", "m1"])
        #expect(try await Self.records(DysmsBench([Self.page(details)]), reference: nil).count == details.count)
        #expect(try await Self.records(DysmsBench([Self.page(details)]), reference: "nobody's") == [])
    }

    @Test("fields that are missing, empty or of another type stay empty; numbers keep their spelling")
    func sparse() async throws {
        let sparse = #"{"OutId":"m1-1","ErrCode":"","ReceiveDate":null,"PhoneNum":"138****8000","Content":{}}"#
        let found = try await Self.records(DysmsBench([Self.page([sparse])]))
        #expect(found == [StatusRecord(state: .pending, reference: "m1-1")])
        let numeric = #"{"OutId":4711,"PhoneNum":13800138000,"SendStatus":2,"ErrCode":4441}"#
        let read = try await Self.records(DysmsBench([Self.page([numeric])]), reference: "4711")
        let recipient = try Recipient("+8613800138000", channel: .sms)
        #expect(read == [StatusRecord(state: .failed, recipient: recipient, reference: "4711", vendorCode: "4441")])
    }

    @Test(
        "the receiver is known in every spelling of the vendor's",
        arguments: ["13800138000", "8613800138000", "008613800138000", "+8613800138000"])
    func spellings(phone: String) async throws {
        let found = try await Self.records(DysmsBench([Self.page([Self.detail("m1-1", phone: phone)])]))
        #expect(found.map(\.recipient) == [try Recipient("+8613800138000", channel: .sms)])
    }

    // MARK: Pages

    /// A vendor with so many records, the wanted one at a place.
    private static func vendor(count: Int, wanted: Int?, total: String? = nil) -> ScriptedTransport {
        let all = (0..<count).map { detail($0 == wanted ? "m1-1" : "other-\($0)") }
        return ScriptedTransport { request, _ in
            let page = request.fields["CurrentPage"].flatMap { Int($0) } ?? 1
            let start = min(all.count, (page - 1) * QuerySendDetails.pageSize)
            let end = min(all.count, start + QuerySendDetails.pageSize)
            return Self.page(Array(all[start..<end]), total: total ?? "\(count)")
        }
    }

    @Test(
        "all pages are read, and no more",
        arguments: [(0, 1), (1, 1), (50, 1), (51, 2), (100, 2), (101, 3), (1_999, 40), (2_000, 40)])
    func pages(count: Int, requests: Int) async throws {
        for total in ["\(count)", "\"\(count)\""] {
            let bench = try DysmsBench(Self.vendor(count: count, wanted: count - 1, total: total))
            #expect(try await Self.records(bench).count == min(count, 1))
            #expect(bench.transport.requests.count == requests)
            #expect(bench.transport.requests.map { $0.fields["CurrentPage"] } == (1...requests).map { "\($0)" })
        }
    }

    @Test("where the vendor does not count, a page that is not full is the last")
    func noTotal() async throws {
        let bench = try DysmsBench(Self.vendor(count: 70, wanted: 69, total: "null"))
        #expect(try await Self.records(bench).map(\.reference) == ["m1-1"])
        #expect(bench.transport.requests.count == 2)
    }

    @Test("a list that lacks records proves nothing when the wanted one is missing, and is believed when it is there")
    func incompleteList() async throws {
        let (lacking, holding) = (
            Self.vendor(count: 60, wanted: nil, total: "61"), Self.vendor(count: 60, wanted: 3, total: "61")
        )
        let error = try await #require(throws: ProviderError.self) { try await Self.records(DysmsBench(lacking)) }
        #expect(error.reason == .invalidAnswer && error.acceptance == .unknown)
        #expect(try await Self.records(DysmsBench(holding)).count == 1)
        let endless = try DysmsBench(Self.vendor(count: 4_000, wanted: nil))
        #expect(
            try await #require(throws: ProviderError.self) { try await Self.records(endless) }.acceptance == .unknown)
        #expect(endless.transport.requests.count == QuerySendDetails.maxPages)
    }

    @Test(
        "a list that cannot be read is never taken for \"not found\"",
        arguments: [
            #"{"Code":"OK"}"#, #"{"Code":"OK","TotalCount":1}"#, #"{"Code":"OK","TotalCount":"x"}"#,
            #"{"Code":"OK","TotalCount":1,"SmsSendDetailDTOs":{}}"#,
            #"{"Code":"OK","TotalCount":-1,"SmsSendDetailDTOs":{"SmsSendDetailDTO":[]}}"#,
            #"{"Code":"OK","TotalCount":1,"SmsSendDetailDTOs":{"SmsSendDetailDTO":"none"}}"#,
            #"{"Code":"OK","TotalCount":1,"SmsSendDetailDTOs":{"SmsSendDetailDTO":[1]}}"#,
            #"{"Code":"OK","TotalCount":1,"SmsSendDetailDTOs":{"SmsSendDetailDTO":[null]}}"#,
            #"{"Code":"OK","TotalCount":1,"SmsSendDetailDTOs":[]}"#,
            "<QuerySendDetailsResponse><Code>OK</Code></QuerySendDetailsResponse>",
        ])
    func unreadableList(_ body: String) async throws {
        let bench = try DysmsBench([.answer(status: 200, body: body)])
        let error = try await #require(throws: ProviderError.self) { try await Self.records(bench) }
        #expect(error.reason == .invalidAnswer && error.acceptance == .unknown)
        #expect(error.message == "the vendor's list of sent messages cannot be read; ask again")
    }

    @Test(
        "the vendor's word that there are none is believed, in each of its forms",
        arguments: [
            #"{"Code":"OK","TotalCount":0}"#, #"{"Code":"OK","TotalCount":"0","SmsSendDetailDTOs":{}}"#,
            #"{"Code":"OK","TotalCount":0,"SmsSendDetailDTOs":{"SmsSendDetailDTO":null}}"#,
        ])
    func none(_ body: String) async throws {
        #expect(try await Self.records(DysmsBench([.answer(status: 200, body: body)])) == [])
    }

    @Test("a single record that is not in a list is read too")
    func singleRecord() async throws {
        let body = #"{"Code":"OK","SmsSendDetailDTOs":{"SmsSendDetailDTO":\#(Self.detail("m1-1"))}}"#
        #expect(try await Self.records(DysmsBench([.answer(status: 200, body: body)])).count == 1)
    }

    @Test("a refused question repeats neither the receivers nor what they were told, however the vendor spells them")
    func echo() async throws {
        let words =
            "no record of 138 0013 8000, +86-138-0013-8000, 13800138001; 271828, %E6%9F%90%E6%9F%90%E5%95%86%E5%9F%8E"
        let bench = try DysmsBench([.code("isv.OTHER-271828", words)])
        var query = StatusQuery(
            reference: "m1-1", recipient: try Recipient("+8613800138000", channel: .sms), sentAt: DysmsBench.start,
            deadline: bench.clock.now + .seconds(20))
        query.personalData = PersonalData(
            recipients: [try Recipient("+8613800138001", channel: .sms)], texts: ["271828", "某某商城"])
        let lookup = try #require(bench.provider.statusLookup)
        let error = try await #require(throws: ProviderError.self) { try await lookup.records(for: query) }
        #expect(
            error.message
                == "no record of +86138****8000, +86138****8000, +86138****8001; ***, ***")
        #expect(error.vendorCode == "isv.OTHER-***")
    }

    @Test("a question that fails is an error, not \"not found\", and shows no number")
    func failures() async throws {
        let cases: [(ScriptedTransport.Step, Reason)] = [
            (.refuseConnection, .unreachable), (.timeOutUnanswered, .timedOut), (.answer(status: 502), .vendorError),
            (.code("isv.INVALID_PARAMETERS", "PhoneNumber 13800138000 is bad"), .invalidRequest),
            (.code("Throttling.User", status: 400), .throttled), (.answer(status: 200, body: "{"), .invalidAnswer),
        ]
        for (step, reason) in cases {
            // Also on the second page, after a first without the wanted record.
            for steps in [[step], [Self.page((0..<50).map { Self.detail("x-\($0)") }, total: "51"), step]] {
                let bench = try DysmsBench(steps)
                let error = try await #require(throws: ProviderError.self) { try await Self.records(bench) }
                #expect(error.reason == reason)
                #expect(!"\(error)".contains("13800138000"))
            }
        }
    }
}
