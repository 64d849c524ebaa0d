import Foundation
import GatewayTestKit
import HTTPTransport
import NotificationGateway
import Testing

@testable import AliyunProvider

/// What leaves this machine for a message.
struct SendSmsTests {
    private static func phone(_ text: String) throws -> Recipient { try Recipient(text, channel: .sms) }

    // MARK: The whole request

    @Test("a message is one POST whose business parameters are all in the form, signed by v3")
    func wholeRequest() async throws {
        let bench = try DysmsBench()
        _ = try await bench.provider.send(bench.request())
        let request = try #require(bench.transport.requests.first)
        #expect(bench.transport.requests.count == 1)
        #expect(request.method == .post)
        #expect(request.url == "https://dysmsapi.aliyuncs.com/")
        let form =
            "OutId=m1-1&PhoneNumbers=13800138000&SignName=%E4%BA%91%E9%80%9A%E4%BF%A1&TemplateCode=SMS_154950909"
            + "&TemplateParam=%7B%22code%22%3A%22271828%22%7D"
        #expect(String(decoding: request.body, as: UTF8.self) == form)
        let sent = try bench.sent()
        #expect(sent["x-acs-action"] == "SendSms")
        #expect(sent["x-acs-version"] == "2017-05-25")
        #expect(sent["x-acs-date"] == "2026-01-02T03:04:05Z")
        #expect(sent["content-type"] == "application/x-www-form-urlencoded")
        #expect(sent["accept"] == "application/json")
        #expect(sent["authorization"]?.hasPrefix("ACS3-HMAC-SHA256 Credential=\(DysmsBench.keyID),") == true)
        #expect(try #require(sent["x-acs-signature-nonce"]).utf8.count == 32)
        #expect(request.timeout == .seconds(30))
    }

    @Test("under signature 1.0 the common parameters travel in the query, RegionId among them")
    func versionOne() async throws {
        let bench = try DysmsBench {
            $0.signature = .v1
            $0.region = "cn-shanghai"
        }
        _ = try await bench.provider.send(bench.request())
        let sent = try bench.sent()
        #expect(sent["Action"] == "SendSms" && sent["Version"] == "2017-05-25" && sent["Format"] == "JSON")
        #expect(sent["RegionId"] == "cn-shanghai")
        #expect(sent["SignatureMethod"] == "HMAC-SHA1" && sent["SignatureVersion"] == "1.0")
        #expect(sent["Timestamp"] == "2026-01-02T03:04:05Z")
        #expect(sent["Signature"]?.utf8.count == 28)
        #expect(sent["PhoneNumbers"] == "13800138000" && sent["OutId"] == "m1-1")
        #expect(bench.transport.requests.first?.url.contains("PhoneNumbers") == false, "no number stands in a URL")
    }

    @Test("every request has a nonce of its own, also a second attempt for the same message")
    func nonces() async throws {
        let bench = try DysmsBench()
        var request = try bench.request()
        for attempt in 1...50 {
            request.attempt = attempt
            _ = try await bench.provider.send(request)
        }
        let nonces = bench.transport.requests.compactMap { $0.fields["x-acs-signature-nonce"] }
        #expect(Set(nonces).count == 50)
    }

    @Test("a temporary key sends its token, signed by either signature")
    func securityToken() async throws {
        for version in SignatureVersion.allCases {
            let bench = try DysmsBench {
                $0.accessKey.securityToken = Secret(DysmsBench.token)
                $0.signature = version
            }
            _ = try await bench.provider.send(bench.request())
            let sent = try bench.sent()
            switch version {
            case .v1: #expect(sent["SecurityToken"] == DysmsBench.token)
            case .v3:
                #expect(sent["x-acs-security-token"] == DysmsBench.token)
                #expect(sent["x-acs-accesskey-id"] == DysmsBench.keyID)
                let names = try #require(sent["authorization"]?.split(separator: ",").dropFirst().first)
                #expect(names.contains(";x-acs-security-token") && names.contains(";x-acs-accesskey-id"))
            }
        }
    }

    @Test("the hook for benchmarks makes the very request that is sent")
    func benchmarkHook() async throws {
        let bench = try DysmsBench()
        let made = try DysmsBench().provider.makeSendRequest(bench.request())
        _ = try await bench.provider.send(bench.request())
        let sent = try #require(bench.transport.requests.first)
        #expect(made.url == sent.url && made.headers == sent.headers && made.body == sent.body)
    }

    // MARK: Parameters

    @Test(
        "numbers are spelled as the vendor wants them: mainland bare, others with the prefix and their country code",
        arguments: [
            ("00", "+8613800138000", "13800138000"), ("00", "+85251234567", "0085251234567"),
            ("00", "+14155552671", "0014155552671"), ("", "+85251234567", "85251234567"),
            ("", "+8613800138000", "13800138000"), ("+", "+6591234567", "+6591234567"),
            // Bare these would be 13105551234 and 14155552671: mobiles of strangers in China.
            ("", "+13105551234", "0013105551234"), ("", "+14155552671", "0014155552671"),
            ("+", "+13105551234", "0013105551234"),
        ])
    func phoneFormats(prefix: String, number: String, expected: String) async throws {
        let bench = try DysmsBench { $0.internationalPrefix = prefix }
        _ = try await bench.provider.send(bench.request(to: [Self.phone(number)]))
        #expect(try bench.sent()["PhoneNumbers"] == expected)
    }

    @Test("no number of another country is spelled as one of the mainland, whatever the prefix")
    func foreignNumbersStayForeign() throws {
        let random = SeededRandom(seed: 86)
        for prefix in ["", "00", "+"] {
            let format = PhoneFormat(internationalPrefix: prefix)
            for _ in 0..<4_000 {
                let length = 7 + random.next() % 9
                let digits = (0..<length).map { _ in String(random.next() % 10) }.joined()
                guard let number = try? PhoneNumber(parsing: "+\(digits)"), number.callingCode != 86 else { continue }
                let text = format.text(of: number)
                let bare = text.hasPrefix("+") ? String(text.dropFirst()) : text
                #expect(!(bare.utf8.count == 11 && bare.hasPrefix("1")), "\(number.digits) is sent as \(text)")
                #expect(!bare.hasPrefix("86") && !bare.hasPrefix("0086"), "\(number.digits) is sent as \(text)")
            }
        }
    }

    @Test("a list of mixed numbers keeps its order")
    func mixedNumbers() async throws {
        let bench = try DysmsBench()
        let numbers = try ["+85251234567", "+8613800138000", "+14155552671"].map(Self.phone)
        _ = try await bench.provider.send(bench.request(to: numbers))
        #expect(try bench.sent()["PhoneNumbers"] == "0085251234567,13800138000,0014155552671")
    }

    @Test("a thousand numbers are one request; a thousand and one are refused before any I/O")
    func recipientLimit() async throws {
        let bench = try DysmsBench()
        let numbers = try (0...1_000).map { try Self.phone("+86138\(10_000_000 + $0)") }
        _ = try await bench.provider.send(bench.request(to: Array(numbers.dropLast())))
        let sent = try #require(try bench.sent()["PhoneNumbers"]).split(separator: ",")
        #expect(sent.count == 1_000 && sent.first == "13810000000" && sent.last == "13810000999")
        let error = try await bench.failure(of: bench.request(to: numbers))
        #expect(error.reason == .unsupported && error.acceptance == .rejected)
        #expect(error.message == "SendSms takes 1 to 1000 numbers, not 1001")
        #expect(try await bench.failure(of: bench.request(to: [])).reason == .unsupported)
        #expect(bench.transport.requests.count == 1)
    }

    @Test("parameter values reach the vendor to the letter, in one JSON object of strings", arguments: Self.values)
    func templateParameters(_ value: String, json: String) async throws {
        let bench = try DysmsBench()
        let parameters = [ProviderContent.Parameter("code", value), .init("n", "1")]
        _ = try await bench.provider.send(bench.request(parameters: parameters))
        let sent = try #require(try bench.sent()["TemplateParam"])
        #expect(Array(sent.utf8) == Array(#"{"code":"\#(json)","n":"1"}"#.utf8))
        let read = try JSONSerialization.jsonObject(with: Data(sent.utf8)) as? [String: String]
        #expect(read?["code"].map { Array($0.utf8) } == Array(value.utf8))
    }

    private static let values: [(String, String)] = [
        ("271828", "271828"), ("", ""), ("a\nb", #"a\nb"#), ("a\r\nb\tc", #"a\r\nb\tc"#),
        (#"say "hi" \ bye"#, #"say \"hi\" \\ bye"#), ("👩‍👩‍👧‍👦🎉", "👩‍👩‍👧‍👦🎉"), ("a\u{0}b", #"a\u0000b"#),
        ("\u{1F}\u{7F}", "\\u001f\u{7F}"), ("مرحبا \u{202B}עולם\u{202C}", "مرحبا \u{202B}עולם\u{202C}"),
        ("e\u{301} é", "e\u{301} é"), ("a&b=c+d%7E/e", "a&b=c+d%7E/e"), ("1", "1"), ("true", "true"),
        ("\u{2028}", "\u{2028}"), ("𠮷", "𠮷"),
    ]

    @Test("a template without variables sends no TemplateParam")
    func noParameters() async throws {
        let bench = try DysmsBench()
        _ = try await bench.provider.send(bench.request(parameters: []))
        #expect(try bench.sent()["TemplateParam"] == nil)
    }

    @Test("the binding's sign name and extension code go before the provider's")
    func binding() async throws {
        let bench = try DysmsBench()
        let binding = OptionValues([
            "template_code": .string("SMS_1"), "sign_name": .string("阿里云"), "sms_up_extend_code": .string("90997"),
        ])
        _ = try await bench.provider.send(bench.request(binding: binding))
        let sent = try bench.sent()
        #expect(sent["SignName"] == "阿里云" && sent["SmsUpExtendCode"] == "90997" && sent["TemplateCode"] == "SMS_1")
    }

    // MARK: Refused before any I/O

    @Test("what cannot be a request is refused before any I/O, in a preview as well")
    func refusals() async throws {
        let bench = try DysmsBench { $0.signName = nil }
        let good = OptionValues(["template_code": .string("SMS_1"), "sign_name": .string("云通信")])
        var cases: [(ProviderRequest, Reason, String)] = []
        func add(_ reason: Reason, _ words: String, _ change: (inout ProviderRequest) throws -> Void) throws {
            var request = try bench.request(binding: good)
            try change(&request)
            cases.append((request, reason, words))
        }
        try add(.configuration, "no sign_name") { $0.content.binding["sign_name"] = nil }
        try add(.configuration, "no sign_name") { $0.content.binding["sign_name"] = .string("") }
        try add(.configuration, "no template_code") { $0.content.binding["template_code"] = nil }
        try add(.configuration, "no template_code") { $0.content.binding["template_code"] = .string("") }
        try add(.unsupported, "no finished text") { $0.content = ProviderContent(text: "finished text") }
        try add(.unsupported, "channel sms") { $0.channel = .voice }
        try add(.unsupported, "phone numbers only") {
            $0.recipients = [try Recipient("somebody@example.com", channel: .email)]
        }
        try add(.invalidRequest, "256 bytes") { $0.reference = String(repeating: "x", count: 256) }
        for (request, reason, words) in cases {
            let error = try await bench.failure(of: request)
            #expect(error.reason == reason && error.acceptance == .rejected)
            #expect(error.message.contains(words), "\(error)")
            #expect(throws: error) { try bench.provider.preview(request) }
        }
        #expect(bench.transport.requests.isEmpty)
    }

    @Test("the longest reference that the vendor takes is sent whole")
    func longReference() async throws {
        let bench = try DysmsBench()
        var request = try bench.request()
        request.reference = String(repeating: "x", count: 255)
        _ = try await bench.provider.send(request)
        #expect(try bench.sent()["OutId"] == request.reference)
    }
}
