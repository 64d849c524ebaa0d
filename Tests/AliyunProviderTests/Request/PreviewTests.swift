import GatewayTestKit
import HTTPTransport
import NotificationGateway
import Testing

@testable import AliyunProvider

/// What previews, descriptions and errors show, and what they must not.
struct PreviewTests {
    private static let values = ["271828", "某某商城", "line\nbreak \"quoted\""]

    private static var parameters: [ProviderContent.Parameter] {
        values.enumerated().map { ProviderContent.Parameter("p\($0)", $1) }
    }

    /// Everything that is confidential about the requests of this suite, in the spellings in which it may turn up.
    private static let confidential =
        [DysmsBench.secret, DysmsBench.token, "13800138000", "5251234567", "51234567", "line break", #"\"quoted"#]
        + values

    private static func bench(
        _ version: SignatureVersion, _ steps: [ScriptedTransport.Step] = [.accepted]
    ) throws -> (DysmsBench, ProviderRequest) {
        let bench = try DysmsBench(steps) {
            $0.signature = version
            $0.accessKey.securityToken = Secret(DysmsBench.token)
        }
        let numbers = try ["+8613800138000", "+85251234567"].map { try Recipient($0, channel: .sms) }
        return (bench, try bench.request(to: numbers, parameters: parameters))
    }

    private static func expectClean(_ text: String, _ comment: Comment) {
        for word in confidential { #expect(!text.contains(word), comment) }
    }

    @Test(
        "a preview shows the request with everything private masked, and sends nothing",
        arguments: [
            SignatureVersion.v3, .v1,
        ])
    func preview(version: SignatureVersion) throws {
        let (bench, request) = try Self.bench(version)
        let preview = try bench.provider.preview(request)
        #expect(bench.transport.requests.isEmpty)
        #expect(preview.destination == "POST https://dysmsapi.aliyuncs.com/")
        let fields = Dictionary(preview.fields.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
        #expect(fields.count == preview.fields.count, "no field is shown twice")
        #expect(fields["PhoneNumbers"] == "138****8000,0085251****67")
        #expect(fields["TemplateParam"] == #"{"p0":"***","p1":"***","p2":"***"}"#)
        #expect(fields["host"] == "dysmsapi.aliyuncs.com")
        #expect(fields["SignName"] == "云通信" && fields["TemplateCode"] == "SMS_154950909" && fields["OutId"] == "m1-1")
        switch version {
        case .v1:
            #expect(fields["AccessKeyId"] == "LTAI***4711")
            #expect(fields["Signature"] == "***" && fields["SecurityToken"] == "***")
        case .v3:
            #expect(fields["x-acs-accesskey-id"] == "LTAI***4711")
            #expect(fields["x-acs-security-token"] == "***" && fields["x-acs-content-sha256"] == "***")
            let authorization = try #require(fields["authorization"])
            #expect(authorization.hasPrefix("ACS3-HMAC-SHA256 Credential=LTAI***4711,SignedHeaders="))
            #expect(authorization.hasSuffix(",Signature=***"))
        }
        let shown = ([preview.destination] + preview.fields.map { "\($0.name)=\($0.value)" }).joined(separator: "\n")
        Self.expectClean(shown, "the preview is for everyone")
        #expect(!shown.contains(DysmsBench.keyID))
    }

    @Test("every field that is sent is shown, under its own name, as it is sent or masked")
    func completeness() async throws {
        for version in SignatureVersion.allCases {
            let (bench, request) = try Self.bench(version)
            let twin = try Self.bench(version).0
            let preview = try twin.provider.preview(request)
            _ = try await bench.provider.send(request)
            var sent = try bench.sent()
            // Under signature 1.0 the form's type is HTTP's business and not part of the call.
            if version == .v1 { sent["content-type"] = nil }
            #expect(Set(preview.fields.map(\.name)) == Set(sent.keys))
            for field in preview.fields where !field.value.contains("***") {
                #expect(sent[field.name] == field.value, "\(field.name)")
            }
        }
    }

    @Test("no description or dump of a provider, its client, settings or signer shows a secret")
    func descriptions() throws {
        for version in SignatureVersion.allCases {
            let (bench, _) = try Self.bench(version)
            var dumped = ""
            dump(bench.provider, to: &dumped)
            dump(bench.provider.client.signer, to: &dumped)
            let settings = bench.provider.client.settings
            let texts = [
                dumped, "\(bench.provider)", String(reflecting: bench.provider), "\(settings)",
                String(reflecting: settings), "\(bench.provider.client.signer)",
            ]
            for text in texts {
                #expect(!text.contains(DysmsBench.secret) && !text.contains(DysmsBench.token))
            }
        }
    }

    @Test(
        "a vendor that repeats the whole request in its error gives nothing away",
        arguments: [
            SignatureVersion.v3, .v1,
        ])
    func errors(version: SignatureVersion) async throws {
        let (twin, request) = try Self.bench(version)
        _ = try await twin.provider.send(request)
        let sent = try #require(twin.transport.requests.first)
        let fields = try twin.sent()
        // One after another, since a long text is cut.
        let echoes =
            [String(decoding: sent.body, as: UTF8.self), String(sent.url.suffix(400)), fields["TemplateParam"] ?? ""]
            + [fields["PhoneNumbers"] ?? "", "+8613800138000 8613800138000 0085251234567 852-51234567 2213800138000"]
            + Self.values + [DysmsBench.secret + DysmsBench.token + DysmsBench.keyID]
            + sent.headers.map { "\($0.name): \($0.value)" }
        for code in ["isv.TEMPLATE_PARAMS_ILLEGAL", "Unheard.\(DysmsBench.secret)", "InvalidTimeStamp.Expired"] {
            for echo in echoes {
                let (bench, _) = try Self.bench(version, [.code(code, echo)])
                let error = try await bench.failure(of: request)
                Self.expectClean("\(error) \(String(reflecting: error))", "the vendor repeated \(echo)")
                #expect(!"\(error)".contains(DysmsBench.keyID))
                #expect(error.message.utf8.count <= 600)
            }
        }
    }

    @Test("a code of the table stays whole where a parameter's value is part of it")
    func codeStaysWhole() async throws {
        let bench = try DysmsBench([.code("isv.BUSINESS_LIMIT_CONTROL", "触发分钟级流控Permits:1 LIMIT")])
        let error = try await bench.failure(of: bench.request(parameters: [.init("word", "LIMIT")]))
        #expect(error.vendorCode == "isv.BUSINESS_LIMIT_CONTROL")
        #expect(error.message == "触发分钟级流控Permits:1 ***")
    }
}
