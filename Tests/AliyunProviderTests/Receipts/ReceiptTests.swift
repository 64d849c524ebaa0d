import NotificationGateway
import Testing

@testable import AliyunProvider

@Suite("Delivery receipts that Dysms posts")
struct ReceiptTests {
    private let reader = DysmsReceiptReader()

    private func read(_ text: String) throws -> ReceiptPost { try reader.read(Array(text.utf8)) }

    @Test("the vendor's own example is read field by field")
    func example() throws {
        let post = try read(
            """
            [{"phone_number":"13811110000","send_time":"2017-01-01 00:00:00","report_time":"2017-01-01 00:00:05",
              "success":true,"err_code":"DELIVERED","err_msg":"用户接收成功","sms_size":"1","biz_id":"12345",
              "out_id":"67890-1","sign_name":"云通信","template_code":"SMS_1","message_id":7,"anything":{"new":[1]}}]
            """)
        let record = try #require(post.records.first)
        #expect(post.records.count == 1 && post.unreadable == 0)
        #expect(record.state == .delivered)
        #expect(record.recipient?.address == "+8613811110000")
        #expect(record.reference == "67890-1" && record.vendorMessageID == "12345")
        #expect(record.vendorCode == "DELIVERED" && record.explanation == "received")
        #expect(record.endedAt?.timestamp == "2016-12-31T16:00:05Z")
        #expect(record.template == "SMS_1")
    }

    @Test("a carrier's refusal comes with its code in words")
    func refusal() throws {
        let post = try read(
            #"[{"phone_number":"0085251234567","success":false,"err_code":"MOBILE_IN_BLACK","biz_id":"1"}]"#)
        let record = try #require(post.records.first)
        #expect(record.state == .failed && record.recipient?.address == "+85251234567")
        #expect(record.explanation?.contains("blacklist") == true)
    }

    @Test("a code that nobody foresaw stays as it is")
    func unknownCode() throws {
        let record = try read(
            #"[{"phone_number":"13800138000","success":"false","err_code":"NEW_CODE","out_id":"a-1"}]"#
        )
        .records.first
        #expect(record?.vendorCode == "NEW_CODE" && record?.explanation == nil && record?.state == .failed)
    }

    @Test("a carrier's own code is called that", arguments: ["MK:0010", "DB:0141", "CJ:0013"])
    func carriersCode(_ code: String) {
        #expect(DysmsReceiptCodes.explanation(of: code)?.hasPrefix("the carrier's own code") == true)
        #expect(DysmsReceiptCodes.explanation(of: code + "0") == nil)
    }

    @Test(
        "a receipt that says too little costs the others nothing",
        arguments: [
            "{}", "7", "null", #"{"phone_number":"13800138000","success":true}"#,
            #"{"out_id":"a-1","success":true}"#, #"{"phone_number":"13800138000","out_id":"a-1"}"#,
            #"{"phone_number":"13800138000","out_id":"a-1","success":1}"#,
        ])
    func incomplete(other: String) throws {
        let post = try read(#"[\#(other),{"phone_number":"13800138000","success":true,"out_id":"b-1"},\#(other)]"#)
        #expect(post.records.map(\.reference) == ["b-1"] && post.unreadable == 2)
    }

    @Test(
        "what is no post of the vendor's is refused",
        arguments: ["", "[", "true", "\"text\"", "[{}", "[{}] []", "<xml/>", #"{"a":1,"a":2}"#])
    func unreadable(text: String) {
        #expect(throws: UnreadableReceipts.self) { try read(text) }
    }

    @Test("a number that is none leaves the receipt without its recipient")
    func badNumber() throws {
        let record = try #require(try read(#"[{"phone_number":"12","success":true,"out_id":"a-1"}]"#).records.first)
        #expect(record.recipient == nil && record.reference == "a-1")
    }

    @Test(
        "a time that no calendar has is no time",
        arguments: ["2017-02-30 00:00:00", "2017-01-01T00:00:00", "2017-01-01 24:00:00", "", "٢٠١٧-01-01 00:00:00"])
    func badTime(text: String) { #expect(VendorTime.read(text) == nil) }
}
