import Foundation
import Testing

@testable import VendorSandbox

@Suite("The sandbox's SMS service")
struct SMSServiceTests {
    private func request(_ action: String, _ parameters: [String: String]) -> AuthenticatedRequest {
        AuthenticatedRequest(
            action: action, version: "2017-05-25", format: "JSON", accessKeyID: "id", nonce: "n", parameters: parameters
        )
    }

    private func send(_ changes: [String: String?] = [:]) -> AuthenticatedRequest {
        var parameters: [String: String] = [
            "PhoneNumbers": "13800138000", "SignName": "云通信", "TemplateCode": "SMS_0000",
            "TemplateParam": #"{"code":"271828"}"#, "OutId": "m-1",
        ]
        for (name, value) in changes { parameters[name] = value }
        return request("SendSms", parameters)
    }

    private func code(_ request: AuthenticatedRequest) -> String {
        var service = SMSService(templates: SandboxConfiguration.defaultTemplates)
        do throws(VendorFault) {
            _ = try service.perform(request, at: Date())
            return "OK"
        } catch {
            return error.code
        }
    }

    @Test("takes a message and renders what the phone shows")
    func takes() throws {
        var service = SMSService(templates: SandboxConfiguration.defaultTemplates)
        let answer = try service.perform(send(), at: Date(timeIntervalSince1970: 0))
        #expect(service.messages.map(\.text) == ["【云通信】您的验证码是271828，5分钟内有效"])
        #expect(service.messages.first?.received_at == "1970-01-01 08:00:00")
        #expect(answer["BizId"] as? String == service.messages.first?.biz_id)
    }

    @Test(
        "refuses what the vendor refuses, with the vendor's code",
        arguments: [
            (["PhoneNumbers": nil], "MissingPhoneNumbers"), (["SignName": ""], "MissingSignName"),
            (["TemplateCode": nil], "MissingTemplateCode"), (["TemplateCode": "X"], "isv.SMS_TEMPLATE_ILLEGAL"),
            (["PhoneNumbers": "10000000000"], "isv.MOBILE_NUMBER_ILLEGAL"),
            (["PhoneNumbers": "12"], "isv.MOBILE_NUMBER_ILLEGAL"),
            (["PhoneNumbers": "0085212345678"], "isv.MOBILE_NUMBER_ILLEGAL"),
            (["TemplateParam": nil], "isv.TEMPLATE_MISSING_PARAMETERS"),
            (["TemplateParam": "{"], "isv.INVALID_JSON_PARAM"),
            (["TemplateParam": #"{"code":1}"#], "isv.INVALID_JSON_PARAM"),
            (["TemplateCode": "SMS_1000"], "isv.DOMESTIC_NUMBER_NOT_SUPPORTED"),
            (["PhoneNumbers": "0085212345678", "TemplateCode": "SMS_1000"], "OK"),
            (
                ["PhoneNumbers": Array(repeating: "13800138000", count: 1_001).joined(separator: ",")],
                "isv.MOBILE_COUNT_OVER_LIMIT"
            ),
            (["PhoneNumbers": "13800138000,+8613900139000,0013800138000"], "isv.MOBILE_NUMBER_ILLEGAL"),
            (["OutId": String(repeating: "x", count: 256)], "isv.PARAM_LENGTH_LIMIT"),
        ] as [([String: String?], String)])
    func refuses(_ changes: [String: String?], _ expected: String) {
        #expect(code(send(changes)) == expected)
    }

    @Test("takes a batch whole, each phone with its own sign and text")
    func batch() throws {
        var service = SMSService(templates: SandboxConfiguration.defaultTemplates)
        _ = try service.perform(
            request(
                "SendBatchSms",
                [
                    "PhoneNumberJson": #"["13800138000","13900139000"]"#, "SignNameJson": #"["A","B"]"#,
                    "TemplateCode": "SMS_0000", "TemplateParamJson": #"[{"code":"1"},{"code":"2"}]"#,
                ]), at: Date())
        #expect(service.messages.map(\.text) == ["【A】您的验证码是1，5分钟内有效", "【B】您的验证码是2，5分钟内有效"])
    }

    @Test(
        "refuses a batch whose lists differ in length or are none",
        arguments: [
            (["SmsUpExtendCodeJson": #"["90997",""]"#], "OK"), (["SmsUpExtendCodeJson": ""], "OK"),
            (["SmsUpExtendCodeJson": #"["90997"]"#], "isv.INVALID_PARAMETERS"),
            (["SmsUpExtendCodeJson": #"["1","2","3"]"#], "isv.INVALID_PARAMETERS"),
            (["SmsUpExtendCodeJson": "90997"], "isv.INVALID_JSON_PARAM"),
            (["SmsUpExtendCodeJson": "[90997,1]"], "isv.INVALID_JSON_PARAM"),
            (["SignNameJson": #"["A"]"#], "isv.INVALID_PARAMETERS"),
            (["TemplateParamJson": #"[{"code":"1"}]"#], "isv.INVALID_PARAMETERS"),
        ])
    func batchLists(_ changes: [String: String], _ expected: String) {
        let lists = [
            "PhoneNumberJson": #"["13800138000","13900139000"]"#, "SignNameJson": #"["A","B"]"#,
            "TemplateCode": "SMS_0000", "TemplateParamJson": #"[{"code":"1"},{"code":"2"}]"#,
        ]
        #expect(code(request("SendBatchSms", lists.merging(changes) { $1 })) == expected)
    }

    @Test("finds a message by phone and day, page by page")
    func query() throws {
        var service = SMSService(templates: SandboxConfiguration.defaultTemplates)
        for _ in 0..<3 { _ = try service.perform(send(), at: Date(timeIntervalSince1970: 0)) }
        let answer = try service.perform(
            request(
                "QuerySendDetails",
                ["PhoneNumber": "13800138000", "SendDate": "19700101", "PageSize": "2", "CurrentPage": "2"]), at: Date()
        )
        #expect(answer["TotalCount"] as? String == "3")
        let details = (answer["SmsSendDetailDTOs"] as? [String: any Sendable])?["SmsSendDetailDTO"]
        #expect((details as? [[String: any Sendable]])?.count == 1)
    }
}

@Suite("A sandbox script")
struct ScriptRuleTests {
    @Test("is read with everything that can go wrong")
    func reads() throws {
        let rules = try ScriptRule.parse(
            Data(
                #"[{"match":{"phone":"+86 138-0013-8000"},"after":1,"times":2,"answer":{"throttle":{"retry_after_ms":300},"delay_ms":5}}]"#
                    .utf8))
        #expect(rules.first?.answer.code == "Throttling.User")
        #expect(rules.first?.answer.headers == ["x-acs-retry-after": "300"])
        #expect(rules.first?.answer.delay == .milliseconds(5))
    }

    @Test(
        "that is wrong is refused with the rule and the key",
        arguments: [
            ("{", "no JSON"), (#"{"a":1}"#, "array of rules"), ("[1]", "rule 1"), ("[{}]", "rule 1: 'answer'"),
            (#"[{"answer":{"cod":"x"}}]"#, "unknown key 'cod'"), (#"[{"answer":{"close":"x"}}]"#, "before-reading"),
            (#"[{"answer":{}},{"answer":{},"times":-1}]"#, "rule 2: 'times'"),
            (#"[{"answer":{"delay_ms":"x"}}]"#, "'delay_ms'"), (#"[{"match":{"fone":"1"},"answer":{}}]"#, "'fone'"),
            (#"[{"answer":{}},{"match":{"phone":"12"},"answer":{}}]"#, "rule 2.match: 'phone'"),
            (#"[{"match":{"phone":"138 0013 800x"},"answer":{}}]"#, "'138 0013 800x' is none"),
            (#"[{"match":{"phone":""},"answer":{}}]"#, "'phone'"),
            (#"[{"answer":{"http_status":99}}]"#, "rule 1.answer: 'http_status' is a whole number from 100 to 599"),
            (#"[{"answer":{"http_status":600}}]"#, "'http_status'"), (#"[{"answer":{"http_status":0}}]"#, "100 to 599"),
            (#"[{"answer":{"headers":{"X":"a\r\nSet-Cookie: b"}}}]"#, "rule 1.answer: 'X' is no header field"),
            (#"[{"answer":{"headers":{"X":"a\nb"}}}]"#, "'X'"), (#"[{"answer":{"headers":{"X Y":"a"}}}]"#, "'X Y'"),
            (#"[{"answer":{"body":"","content_type":"text/html\r\nX: y"}}]"#, "'Content-Type'"),
            (#"{"rules":[],"rule":[]}"#, "the script: unknown key 'rule'; did you mean 'rules'?"),
            (#"{"rules":{}}"#, "the script: 'rules' is a list"),
            (#"[{"answer":{"delay":1}}]"#, "rule 1.answer: unknown key 'delay'; did you mean 'delay_ms'?"),
            (
                #"[{"answer":{}},{"answer":{},"match":{"fone":"1"}}]"#,
                "rule 2.match: unknown key 'fone'; did you mean 'phone'?"
            ),
            (#"[{"answer":{},"xyz":1}]"#, "rule 1: unknown key 'xyz'; known are after, answer, match, times"),
        ])
    func refuses(_ script: String, _ expected: String) {
        #expect { try ScriptRule.parse(Data(script.utf8)) } throws: { "\($0)".contains(expected) }
    }

    @Test(
        "whose keys contradict each other is refused with both",
        arguments: [
            (#""close":"after-taking","code":"isv.X""#, "'close' and 'code'"),
            (#""close":"after-reading","delay_ms":5"#, "'close' and 'delay_ms'"),
            (#""close":"after-reading","silent":true"#, "'close' and 'silent'"),
            (#""silent":true,"half_answer":true"#, "'silent' and 'half_answer'"),
            (#""silent":true,"body":"x""#, "'silent' and 'body'"),
            (#""throttle":{},"code":"isv.X""#, "'throttle' and 'code'"),
            (#""throttle":{},"http_status":500"#, "'throttle' and 'http_status'"),
            (#""body":"x","message":"y""#, "'body' and 'message'"),
            (#""content_type":"text/plain""#, "'content_type' says nothing without 'body'"),
        ])
    func contradictions(_ answer: String, _ expected: String) {
        #expect { try ScriptRule.parse(Data("[{\"answer\":{}},{\"answer\":{\(answer)}}]".utf8)) } throws: {
            "\($0)".hasPrefix("rule 2.answer: ") && "\($0)".contains(expected)
        }
    }

    @Test(
        "may name what asks for nothing beside anything else",
        arguments: [
            #""close":"after-taking","silent":false,"half_answer":false,"code":null,"delay_ms":0"#,
            #""body":"x","content_type":"text/plain","code":"OK","http_status":503,"headers":{"X":"y"}"#,
            #""throttle":{"retry_after_ms":0},"headers":{"X":"y"},"delay_ms":5"#, #""half_answer":true,"code":"isv.X""#,
        ])
    func agreements(_ answer: String) {
        #expect(throws: Never.self) { try ScriptRule.parse(Data("[{\"answer\":{\(answer)}}]".utf8)) }
    }
}
