import AliyunProvider
import GatewayOutbox
import NotificationGateway
import Testing

@testable import DysmsEndpoint

@Suite("SendSms")
struct SendSmsTests {
    private let bench = EndpointBench()

    @Test("becomes one message to all numbers, under names that follow from key and nonce")
    func message() async throws {
        let sms = EndpointBench.sms([
            "PhoneNumbers":
                "13800138000,+8613900139000,008613700137000,8613600136000,0085251234567,+12125550123,13800138000",
            "TemplateParam": #"{"c":"271828","product":"网关","unknown":"passed over"}"#, "OutId": "order 7",
            "SmsUpExtendCode": "0001", "OwnerId": "1",
        ])
        let answer = try await bench.answer(try bench.request("SendSms", query: sms, nonce: "n"))
        #expect(answer.isOK && answer.message == "OK" && answer["RequestId"]?.count == 36)
        let submission = try #require(bench.desk.submissions.first)
        let message = try #require(submission.messages.first)
        #expect(submission.tenant == "shop" && submission.messages.count == 1)
        #expect(message.content == .template("login-code", parameters: ["code": "271828", "product": "网关"]))
        #expect(message.category == .verification && message.channel == .sms && message.tags == ["codes"])
        let numbers = message.recipients.compactMap { address in
            if case .recipient(.phone(let number)) = address { number.e164 } else { nil }
        }
        #expect(
            numbers == [
                "+8613800138000", "+8613900139000", "+8613700137000", "+8613600136000", "+85251234567", "+12125550123",
            ])
        let identity = RequestIdentity(keyID: "KEY-SHOP", nonce: "n")
        #expect(submission.identity == identity && message.id == identity.messageID(0))
        #expect(answer["BizId"] == identity.bizID && identity.bizID.wholeMatch(of: /[1-9][0-9]{17}\^0/) != nil)
        #expect(
            submission.echoes == [
                SubmissionEcho(
                    bizID: identity.bizID, templateCode: "SMS_CODE", signName: "云通信", outID: "order 7")
            ])
    }

    @Test(
        "is refused by the service's codes, with HTTP 200",
        arguments: [
            (["PhoneNumbers": "1380013800"], "isv.MOBILE_NUMBER_ILLEGAL"),
            (["PhoneNumbers": "13800138000,"], "isv.MOBILE_NUMBER_ILLEGAL"),
            (["PhoneNumbers": "138 0013 8000"], "isv.MOBILE_NUMBER_ILLEGAL"),
            (["PhoneNumbers": "12800138000000000"], "isv.MOBILE_NUMBER_ILLEGAL"),
            (["PhoneNumbers": "+861012345678"], "isv.MOBILE_NUMBER_ILLEGAL"),
            (["PhoneNumbers": "+８６13800138000"], "isv.MOBILE_NUMBER_ILLEGAL"),
            (["SignName": "Another"], "isv.SMS_SIGNATURE_ILLEGAL"),
            (["TemplateCode": "SMS_OTHER"], "isv.SMS_TEMPLATE_ILLEGAL"),
            (["TemplateParam": "{"], "isv.INVALID_JSON_PARAM"),
            (["TemplateParam": #"{"code":1234}"#], "isv.INVALID_JSON_PARAM"),
            (["TemplateParam": #"{"code":"1","code":"2"}"#], "isv.INVALID_JSON_PARAM"),
            (["TemplateParam": "[]"], "isv.INVALID_JSON_PARAM"),
            (["TemplateParam": String(repeating: "[", count: 9_999)], "isv.INVALID_JSON_PARAM"),
            (["OutId": String(repeating: "x", count: 256)], "isv.PARAM_LENGTH_LIMIT"),
        ])
    func refusals(_ changes: [String: String], _ code: String) async throws {
        let answer = try await bench.send("SendSms", EndpointBench.sms(changes))
        #expect(answer.code == code && answer.status == 200 && answer["BizId"] == nil && answer["HostId"] == nil)
        #expect(bench.desk.submissions.isEmpty)
    }

    @Test(
        "is refused by the gateway's codes for what is missing",
        arguments: ["PhoneNumbers", "SignName", "TemplateCode"])
    func missing(_ name: String) async throws {
        for value in [nil, ""] as [String?] {
            let answer = try await bench.send("SendSms", EndpointBench.sms([name: value]))
            #expect(answer.code == "Missing\(name)" && answer.status == 400 && answer["HostId"] == "gateway.test")
            #expect(answer.message == "\(name) is mandatory for this action." && answer["Recommend"] != nil)
        }
    }

    @Test("takes a thousand numbers and no more")
    func most() async throws {
        let numbers = (0..<1_001).map { "13800\(138_000 + $0)" }
        let good = EndpointBench.sms(["PhoneNumbers": numbers.dropLast().joined(separator: ",")])
        #expect(try await bench.send("SendSms", good, signing: .v1).isOK)
        #expect(bench.desk.messages.first?.recipients.count == 1_000)
        let answer = try await bench.send(
            "SendSms", EndpointBench.sms(["PhoneNumbers": numbers.joined(separator: ",")]))
        #expect(answer.code == "isv.MOBILE_COUNT_OVER_LIMIT")
    }

    @Test("lets a key use its own templates alone, and gives a sign's tags to the message")
    func keys() async throws {
        let code = try await bench.send("SendSms", EndpointBench.sms(), key: EndpointBench.bank)
        #expect(code.code == "isv.SMS_TEMPLATE_ILLEGAL")
        let news = EndpointBench.sms(["TemplateCode": "SMS_NEWS", "SignName": "Shop & Co", "TemplateParam": nil])
        #expect(try await bench.send("SendSms", news, key: EndpointBench.bank).isOK)
        #expect(bench.desk.submissions.map(\.tenant) == ["bank"] && bench.desk.messages.first?.tags == ["abroad"])
    }

    @Test(
        "says of the desk's refusals what the vendor would",
        arguments: [
            (DeskRefusal.faulty(.missingParameter), "200 isv.TEMPLATE_MISSING_PARAMETERS"),
            (.faulty(.recipientLimit), "200 isv.BUSINESS_LIMIT_CONTROL"),
            (.faulty(.configuration), "200 isv.SMS_TEMPLATE_ILLEGAL"), (.unavailable, "503 ServiceUnavailable"),
            (.throttled(retryAfter: .seconds(2)), "400 Throttling.User"), (.uncertain, "200 isp.SYSTEM_ERROR"),
        ] as [(DeskRefusal, String)])
    func deskRefusals(_ refusal: DeskRefusal, _ expected: String) async throws {
        let bench = EndpointBench(desk: RecordingDesk(refusal: refusal))
        for action in ["SendSms", "SendBatchSms"] {
            let parameters = action == "SendSms" ? EndpointBench.sms() : EndpointBench.batch()
            let answer = try await bench.send(action, parameters)
            #expect("\(answer.status) \(answer.code ?? "")" == expected)
        }
    }
}

@Suite("SendBatchSms")
struct SendBatchSmsTests {
    private let bench = EndpointBench()

    private func values(_ message: Message) -> [String] {
        message.recipients.map { address in
            guard case .recipient(.phone(let number)) = address else { return "" }
            return "\(number.e164) \(message.individualParameters[address]?["code"] ?? "none")"
        }
    }

    @Test("keeps each number's own values, in their order")
    func order() async throws {
        let answer = try await bench.send("SendBatchSms", EndpointBench.batch(["OutId": "b"]), signing: .v1)
        #expect(answer.isOK && answer["BizId"] != nil)
        #expect(
            bench.desk.messages.map(values) == [["+8613800138000 1111", "+8613900139000 2222", "+85251234567 3333"]])
        #expect(bench.desk.submissions.flatMap(\.echoes).map(\.outID) == ["b"])
    }

    @Test("becomes a message for each sign, and another one where a number comes again, handed in together")
    func groups() async throws {
        let batch = EndpointBench.batch([
            "PhoneNumberJson": #"["13800138000","13900139000","13800138000","+8613800138000"]"#,
            "SignNameJson": #"["云通信","Shop & Co","云通信","Shop & Co"]"#,
            "TemplateParamJson": #"[{"code":"1"},{"code":"2"},{"code":"3"},{"code":"4"}]"#,
            "SmsUpExtendCodeJson": #"["1","2","3","4"]"#,
        ])
        #expect(
            try await bench.send(
                "SendBatchSms", ["TemplateCode": "SMS_CODE"], form: batch.filter { $0.key != "TemplateCode" }
            ).isOK)
        let submission = try #require(bench.desk.submissions.first)
        #expect(bench.desk.submissions.count == 1)
        #expect(
            submission.messages.map(values) == [
                ["+8613800138000 1"], ["+8613900139000 2", "+8613800138000 4"], ["+8613800138000 3"],
            ])
        #expect(submission.echoes.map(\.signName) == ["云通信", "Shop & Co", "云通信"])
        #expect(Set(submission.messages.compactMap(\.id)).count == 3 && Set(submission.echoes.map(\.bizID)).count == 1)
    }

    @Test(
        "is refused whole for whatever is wrong with a part of it",
        arguments: [
            (["PhoneNumberJson": #"["13800138000","13900139000"]"#], "isv.INVALID_PARAMETERS"),
            (["SignNameJson": "[]"], "isv.INVALID_PARAMETERS"),
            (["TemplateParamJson": #"[{"code":"1"}]"#], "isv.INVALID_PARAMETERS"),
            (["SmsUpExtendCodeJson": #"["1"]"#], "isv.INVALID_PARAMETERS"),
            (["PhoneNumberJson": "13800138000"], "isv.INVALID_JSON_PARAM"),
            (["SignNameJson": #"["云通信",1,"云通信"]"#], "isv.INVALID_JSON_PARAM"),
            (["TemplateParamJson": #"[{"code":"1"},{"code":2},{}]"#], "isv.INVALID_JSON_PARAM"),
            (["PhoneNumberJson": #"["13800138000","x","13900139000"]"#], "isv.MOBILE_NUMBER_ILLEGAL"),
            (["SignNameJson": #"["云通信","","云通信"]"#], "isv.SMS_SIGNATURE_ILLEGAL"),
            (["SignNameJson": #"["云通信","云通信","Other"]"#], "isv.SMS_SIGNATURE_ILLEGAL"),
            (["TemplateCode": "SMS_X"], "isv.SMS_TEMPLATE_ILLEGAL"),
            (["PhoneNumberJson": ""], "MissingPhoneNumberJson"),
        ])
    func refusals(_ changes: [String: String], _ code: String) async throws {
        #expect(try await bench.send("SendBatchSms", EndpointBench.batch(changes)).code == code)
        #expect(bench.desk.submissions.isEmpty)
    }

    @Test("takes a hundred numbers and no more, and needs no values")
    func most() async throws {
        func batch(_ count: Int) -> [String: String] {
            let numbers = (0..<count).map { #""13800\#(138_000 + $0)""# }.joined(separator: ",")
            let signs = Array(repeating: #""云通信""#, count: count).joined(separator: ",")
            return EndpointBench.batch([
                "PhoneNumberJson": "[\(numbers)]", "SignNameJson": "[\(signs)]", "TemplateParamJson": nil,
            ])
        }
        #expect(try await bench.send("SendBatchSms", batch(100)).isOK)
        #expect(bench.desk.messages.first?.individualParameters.isEmpty == true)
        #expect(try await bench.send("SendBatchSms", batch(101)).code == "isv.MOBILE_COUNT_OVER_LIMIT")
    }
}
