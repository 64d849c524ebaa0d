import GatewayOutbox
import HTTPTransport
import NotificationGateway
import Testing

@testable import DysmsEndpoint

@Suite("QuerySendDetails")
struct QuerySendDetailsTests {
    /// 2026-01-02T03:04:05Z, which is 11:04:05 in the vendor's zone.
    private static let now = WallTime(secondsSinceEpoch: 1_767_323_045)

    private static func question(_ changes: [String: String?] = [:]) -> [String: String] {
        let good: [String: String?] = [
            "PhoneNumber": "13800138000", "SendDate": "20260102", "PageSize": "10", "CurrentPage": "1",
        ]
        return good.merging(changes) { $1 }.compactMapValues { $0 }
    }

    private static func record(_ state: HistoryRecord.State, outID: String? = nil, ended: Int64? = nil) -> HistoryRecord
    {
        HistoryRecord(
            state: state,
            echo: SubmissionEcho(bizID: "1^0", templateCode: "SMS_CODE", signName: "云通信", outID: outID),
            parameters: ["code": "271828"], submittedAt: now, endedAt: ended.map { now.advanced(by: $0) })
    }

    @Test("answers what became of each message, in the vendor's words and zone")
    func records() async throws {
        let page = HistoryPage(
            total: 63,
            records: [
                Self.record(.waiting), Self.record(.failed(code: "MOBILE_IN_BLACK"), outID: "o", ended: 5),
                Self.record(.received(code: "DELIVERED"), ended: 50_400),
            ])
        let bench = EndpointBench(desk: RecordingDesk(page: page))
        let answer = try await bench.send("QuerySendDetails", Self.question(), method: .get)
        #expect(answer.isOK && answer["TotalCount"] == "63" && answer.details.count == 3)
        let details = answer.details
        #expect(details.map { $0["SendStatus"] as? Int } == [1, 2, 3])
        #expect(details.map { $0["ErrCode"] as? String } == [nil, "MOBILE_IN_BLACK", "DELIVERED"])
        #expect(details.map { $0["ReceiveDate"] as? String } == [nil, "2026-01-02 11:04:10", "2026-01-03 01:04:05"])
        #expect(details.map { $0["OutId"] as? String } == [nil, "o", nil])
        for detail in details {
            #expect(detail["PhoneNum"] as? String == "13800138000" && detail["TemplateCode"] as? String == "SMS_CODE")
            #expect(detail["Content"] as? String == "【云通信】您的验证码是271828")
            #expect(detail["SendDate"] as? String == "2026-01-02 11:04:05")
        }
    }

    @Test("asks for a day of GMT+8, for the key's own tenant")
    func days() async throws {
        let bench = EndpointBench()
        let parameters = Self.question([
            "CurrentPage": "3", "PageSize": "50", "BizId": "7^0", "PhoneNumber": "+8613800138000",
        ])
        #expect(try await bench.send("QuerySendDetails", parameters, key: EndpointBench.bank).isOK)
        let query = try #require(bench.desk.queries.first)
        #expect(query.from.timestamp == "2026-01-01T16:00:00Z" && query.before.timestamp == "2026-01-02T16:00:00Z")
        #expect(query.tenant == "bank" && query.bizID == "7^0" && query.offset == 100 && query.limit == 50)
        #expect(query.recipient.e164 == "+8613800138000")
    }

    @Test(
        "is refused for what is no day of the last thirty, no page and no number",
        arguments: [
            (["SendDate": "20251202"], "isv.INVALID_PARAMETERS"),
            (["SendDate": "2026-01-02"], "isv.INVALID_PARAMETERS"),
            (["SendDate": "20260230"], "isv.INVALID_PARAMETERS"), (["SendDate": "99999999"], "isv.INVALID_PARAMETERS"),
            (["PageSize": "0"], "isv.INVALID_PARAMETERS"), (["PageSize": "51"], "isv.INVALID_PARAMETERS"),
            (["PageSize": "x"], "isv.INVALID_PARAMETERS"), (["CurrentPage": "0"], "isv.INVALID_PARAMETERS"),
            (["CurrentPage": "-1"], "isv.INVALID_PARAMETERS"), (["PhoneNumber": "1"], "isv.MOBILE_NUMBER_ILLEGAL"),
            (["PhoneNumber": ""], "MissingPhoneNumber"), (["SendDate": ""], "MissingSendDate"),
            (["PageSize": ""], "MissingPageSize"), (["CurrentPage": ""], "MissingCurrentPage"),
            (["SendDate": "20251203"], "OK"), (["CurrentPage": "9223372036854775807"], "OK"),
        ])
    func refusals(_ changes: [String: String], _ code: String) async throws {
        #expect(try await EndpointBench().send("QuerySendDetails", Self.question(changes)).code == code)
    }

    @Test("writes numbers so that none is mistaken for another")
    func numbers() throws {
        for (given, expected) in [
            ("13800138000", "13800138000"), ("+8613800138000", "13800138000"), ("0085251234567", "85251234567"),
            ("85251234567", "85251234567"), ("0013105551234", "0013105551234"), ("+13105551234", "0013105551234"),
        ] {
            #expect(VendorNumber.text(of: try VendorNumber.read(given)) == expected)
        }
    }
}
