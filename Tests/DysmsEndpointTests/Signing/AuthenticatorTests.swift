import AliyunProvider
import GatewayTestKit
import HTTPTransport
import NotificationGateway
import Testing

@testable import DysmsEndpoint

@Suite("A request to the endpoint")
struct AuthenticatorTests {
    private let bench = EndpointBench()

    @Test("is taken by both signatures, both methods and from both places", arguments: SignatureVersion.allCases)
    func good(_ signing: SignatureVersion) async throws {
        let outID = "é e\u{301} 😀 +&=%~*'()!\r\n"
        let sms = EndpointBench.sms(["OutId": outID])
        #expect(try await bench.send("SendSms", sms, signing: signing).isOK)
        #expect(try await bench.send("SendSms", sms, method: .get, signing: signing).isOK)
        #expect(try await bench.send("SendSms", [:], form: sms, signing: signing).isOK)
        let (query, form) = (sms.filter { $0.key < "P" }, sms.filter { $0.key >= "P" })
        #expect(try await bench.send("SendSms", query, form: form, signing: signing).isOK)
        let echoes = bench.desk.submissions.flatMap(\.echoes).compactMap(\.outID)
        #expect(echoes.count == 4 && echoes.allSatisfy { $0.utf8.elementsEqual(outID.utf8) })
    }

    @Test("is refused by the vendor's code for whatever is wrong with it", arguments: SignatureVersion.allCases)
    func codes(_ signing: SignatureVersion) async throws {
        let sms = EndpointBench.sms()
        func code(_ request: EndpointRequest) async throws -> String {
            let answer = try await bench.answer(request)
            return "\(answer.status) \(answer.code ?? "")"
        }
        func request(
            _ action: String = "SendSms", key: EndpointKey = EndpointBench.shop, version: String = "2017-05-25",
            off: Int64 = 0, nonce: String? = nil
        ) throws -> EndpointRequest {
            try bench.request(
                action, query: sms, signing: signing, key: key, nonce: nonce, version: version, secondsOff: off)
        }
        var unknown = EndpointBench.shop
        unknown.id = "KEY-NOBODY"
        #expect(try await code(request(key: unknown)) == "404 InvalidAccessKeyId.NotFound")
        var wrong = EndpointBench.shop
        wrong.secret = Secret("guess")
        #expect(try await code(request(key: wrong)) == "400 SignatureDoesNotMatch")
        #expect(try await code(request(off: 901)) == "400 InvalidTimeStamp.Expired")
        #expect(try await code(request(off: -901)) == "400 InvalidTimeStamp.Expired")
        #expect(try await code(request("Nonsense")) == "404 InvalidAction.NotFound")
        #expect(try await code(request("QuerySendStatistics")) == "400 UnsupportedOperation")
        #expect(try await code(request(version: "2016-09-27")) == "400 InvalidVersion")
        #expect(try await code(request(nonce: String(repeating: "n", count: 129))) == "400 InvalidSignatureNonce")
        var path = try request()
        path.path = "/elsewhere"
        #expect(try await code(path) == "404 InvalidApi.NotFound")
        for method in ["PUT", "get", "", "POST "] {
            var changed = try request()
            changed.method = method
            #expect(try await code(changed) == "400 UnsupportedHTTPMethod")
        }
        #expect(bench.desk.submissions.isEmpty)
        #expect(try await code(request()) == "200 OK")
    }

    @Test("is asked for what is missing by its name")
    func missing() async throws {
        #expect(try await bench.answer(EndpointRequest(method: "GET")).text.contains("MissingAction"))
        let first = try bench.request("SendSms", query: EndpointBench.sms(), signing: .v1)
        let names = [
            "Action", "Version", "AccessKeyId", "SignatureMethod", "SignatureVersion", "SignatureNonce", "Timestamp",
            "Signature", "Format",
        ]
        for name in names {
            var request = first
            request.query = first.query.split(separator: "&").filter { !$0.hasPrefix("\(name)=") }.joined(
                separator: "&")
            let expected = name == "Format" ? "SignatureDoesNotMatch" : "Missing\(name)"
            #expect(try await bench.answer(request).code == expected)
        }
        let third = try bench.request("SendSms", query: EndpointBench.sms())
        let headers = [
            "x-acs-action": "MissingAction", "x-acs-version": "MissingVersion", "x-acs-date": "MissingTimestamp",
            "x-acs-signature-nonce": "MissingSignatureNonce", "x-acs-content-sha256": "MissingContentSha256",
        ]
        for (name, code) in headers {
            var request = third
            request.headers.removeAll { $0.name == name }
            #expect(try await bench.answer(request).code == code)
        }
    }

    @Test("is refused for an Authorization header that is written otherwise")
    func authorization() async throws {
        let request = try bench.request("SendSms", query: EndpointBench.sms())
        let place = try #require(request.headers.firstIndex { $0.name == "authorization" })
        let good = request.headers[place].value
        func code(_ authorization: String) async throws -> String? {
            var changed = request
            changed.headers[place].value = authorization
            return try await bench.answer(changed).code
        }
        #expect(try await code("ACS3-HMAC-SM3\(good.dropFirst(16))") == "InvalidSignatureMethod")
        for broken in ["ACS3-HMAC-SHA256", "ACS3-HMAC-SHA256 ", "ACS3-HMAC-SHA256 Credential=KEY-SHOP", good + ",x"] {
            #expect(try await code(broken) == "IncompleteSignature", "\(broken)")
        }
        #expect(try await code(good + ",Signature=0") == "IncompleteSignature")
        #expect(try await code(good.replacing("host;", with: "")) == "IncompleteSignature")
        #expect(try await code(good.replacing("x-acs-date;", with: "")) == "IncompleteSignature")
        #expect(try await code(good.replacing("host;x-acs-action", with: "x-acs-action;host")) == "IncompleteSignature")
        #expect(try await code(good.uppercased().replacing("ACS3-HMAC-SHA256 C", with: "")) == "MissingAction")
        #expect(try await code(good.replacing(",", with: ", ")) == "OK")
    }

    @Test("of signature 1.0 is refused for another method, version or time, and for a name that looks like another")
    func firstSignature() async throws {
        let request = try bench.request("SendSms", query: EndpointBench.sms(), signing: .v1)
        func code(_ old: String, _ new: String) async throws -> String? {
            var changed = request
            changed.query = request.query.replacing(old, with: new)
            #expect(changed.query != request.query)
            return try await bench.answer(changed).code
        }
        #expect(try await code("HMAC-SHA1", "HMAC-SHA256") == "InvalidSignatureMethod")
        #expect(try await code("SignatureVersion=1.0", "SignatureVersion=2.0") == "InvalidSignatureMethod")
        #expect(try await code("Timestamp=", "Timestamp=x") == "InvalidTimeStamp.Format")
        #expect(try await code("Timestamp=2026-01-02T", "Timestamp=2026-02-30T") == "InvalidTimeStamp.Format")
        #expect(try await code("Format=JSON", "Format=YAML") == "InvalidFormat")
        #expect(try await code("Signature=", "Signature=%25") == "SignatureDoesNotMatch")
        // The Kelvin sign is an ASCII K to Swift's comparison of texts.
        #expect(try await code("AccessKeyId=", "Access%E2%84%AAeyId=") == "MissingAccessKeyId")
        #expect(try await code("Action=", "%41ction=") == "OK")
    }

    @Test("with a wrong signature is answered with the text that we signed, after the first colon")
    func stringToSign() async throws {
        var wrong = EndpointBench.shop
        wrong.secret = Secret("guess")
        let first = try bench.request("SendSms", query: EndpointBench.sms(), signing: .v1, key: wrong)
        let message = try #require(try await bench.answer(first).message)
        let text = message.drop { $0 != ":" }.dropFirst()
        #expect(text.hasPrefix("POST&%2F&AccessKeyId%3DKEY-SHOP%26Action%3DSendSms%26") && !text.contains("guess"))
        let third = try bench.request("SendSms", query: EndpointBench.sms(), key: wrong)
        #expect(try await bench.answer(third).message?.contains("server string to sign is:ACS3-HMAC-SHA256\n") == true)
    }

    @Test("may sign `/` or the path where the endpoint is mounted")
    func mounted() async throws {
        for prefix in ["", "/compat/dysms"] {
            var request = try bench.request("SendSms", query: EndpointBench.sms())
            request.prefix = prefix
            #expect(try await bench.answer(request).isOK)
        }
        let form = CanonicalRequest(EndpointRequest(method: "GET", prefix: "/a"), try ParameterList([]), ["host"])
        let paths = EndpointRequest(method: "GET", prefix: "/a").signablePaths
        #expect(paths == ["/", "/a", "/a/"] && Set(paths.map(form.stringToSign)).count == 3)
    }

    @Test("shows neither secret nor parameters when it is printed")
    func masked() throws {
        let request = try bench.request("SendSms", query: EndpointBench.sms())
        var dumped = ""
        dump(request, to: &dumped)
        dump(EndpointBench.shop, to: &dumped)
        dump(EndpointAnswer(status: 200, headers: [], body: Array("13800138000".utf8)), to: &dumped)
        #expect(!dumped.contains("13800138000") && !dumped.contains("secret") && !dumped.contains("271828"))
    }
}
