import Foundation
import Testing

@testable import VendorSandbox

@Suite("The sandbox's judgement of signatures")
struct SignatureCheckTests {
    @Test("every request of the official SDKs is accepted", arguments: ["aliyun-v1.json", "aliyun-v3.json"])
    func accepts(_ file: String) {
        let requests = SDKRequest.all(file)
        #expect(requests.count > 20)
        for request in requests {
            #expect(throws: Never.self, "\(request.name)") { try request.judge.authenticate(request.received) }
        }
    }

    @Test("signature 1.0 is known by its parameters, also beside the headers that the older SDKs send with it")
    func olderSDK() {
        for request in SDKRequest.all("aliyun-v1.json") {
            var received = request.received
            received.headers += [
                (name: "x-acs-action", value: "SendSms"), (name: "x-acs-version", value: "2017-05-25"),
            ]
            #expect(throws: Never.self, "\(request.name)") { try request.judge.authenticate(received) }
        }
    }

    @Test("a request with anything changed is refused", arguments: ["aliyun-v1.json", "aliyun-v3.json"])
    func refusesChanges(_ file: String) {
        for request in SDKRequest.all(file) {
            var changed = request.received
            changed.target += (changed.target.contains("?") ? "&" : "?") + "Added=1"
            #expect(throws: VendorFault.self, "\(request.name)") { try request.judge.authenticate(changed) }
            if !request.received.body.isEmpty {
                changed = request.received
                changed.body[changed.body.count / 2] ^= 1
                #expect(throws: VendorFault.self, "\(request.name)") { try request.judge.authenticate(changed) }
            }
            changed = request.received
            changed.method = changed.method == "GET" ? "POST" : "GET"
            #expect(throws: VendorFault.self, "\(request.name)") { try request.judge.authenticate(changed) }
        }
    }

    @Test(
        "a wrong secret, an unknown key and a clock that is off are told apart",
        arguments: ["aliyun-v1.json", "aliyun-v3.json"])
    func tellsApart(_ file: String) throws {
        let request = try #require(SDKRequest.all(file).first)
        func code(_ check: SignatureCheck) -> String? {
            do throws(VendorFault) {
                _ = try check.authenticate(request.received)
                return nil
            } catch {
                return error.code
            }
        }
        let account = SandboxConfiguration.Account(accessKeyID: request.access_key_id, secret: "another")
        let now = request.judge.now
        #expect(code(SignatureCheck(accounts: [account.accessKeyID: account], now: now)) == "SignatureDoesNotMatch")
        #expect(code(SignatureCheck(accounts: [:], now: now)) == "InvalidAccessKeyId.NotFound")
        let later = now().addingTimeInterval(901)
        #expect(code(SignatureCheck(accounts: request.judge.accounts, now: { later })) == "InvalidTimeStamp.Expired")
    }

    @Test(
        "a missing header is named as the parameter that it stands for",
        arguments: [
            ("x-acs-version", "MissingVersion"), ("x-acs-signature-nonce", "MissingSignatureNonce"),
            ("x-acs-date", "MissingTimestamp"), ("x-acs-content-sha256", "MissingContentSha256"),
            ("x-acs-action", "MissingAction"), ("authorization", "MissingAuthorization"),
        ])
    func missingHeader(_ name: String, _ expected: String) throws {
        let request = try #require(SDKRequest.all("aliyun-v3.json").first)
        var received = request.received
        received.headers.removeAll { $0.name == name }
        #expect { try request.judge.authenticate(received) } throws: { error in
            (error as? VendorFault)?.code == expected && (error as? VendorFault)?.status == 400
        }
        received.headers.append((name, ""))
        #expect { try request.judge.authenticate(received) } throws: { ($0 as? VendorFault)?.code == expected }
    }

    @Test(
        "a temporary key needs its own token, and a permanent one none",
        arguments: ["aliyun-v1.json", "aliyun-v3.json"])
    func tokens(_ file: String) throws {
        let request = try #require(SDKRequest.all(file).first { $0.security_token != nil })
        let account = try #require(request.judge.accounts.values.first)
        func code(_ token: String?) -> String? {
            var changed = account
            changed.securityToken = token
            let check = SignatureCheck(accounts: [account.accessKeyID: changed], now: request.judge.now)
            do throws(VendorFault) {
                _ = try check.authenticate(request.received)
                return nil
            } catch {
                return error.code
            }
        }
        #expect(code(account.securityToken) == nil)
        #expect(code("another") == "InvalidSecurityToken.MismatchWithAccessKey")
        #expect(code(nil) == "InvalidSecurityToken.MismatchWithAccessKey")
        let plain = try #require(SDKRequest.all(file).first { $0.security_token == nil })
        var temporary = try #require(plain.judge.accounts.values.first)
        temporary.securityToken = "token"
        let check = SignatureCheck(accounts: [temporary.accessKeyID: temporary], now: plain.judge.now)
        #expect { try check.authenticate(plain.received) } throws: {
            ($0 as? VendorFault)?.code == "MissingSecurityToken"
        }
    }

    @Test("random bytes never trap")
    func fuzz() {
        let judge = SignatureCheck(accounts: [:], now: { Date() })
        for _ in 0..<2_000 {
            let bytes = (0..<Int.random(in: 0..<120)).map { _ in UInt8.random(in: 0...255) }
            let text = String(decoding: bytes, as: UTF8.self)
            let request = ReceivedRequest(
                method: Bool.random() ? "POST" : "GET", target: "/?" + text,
                headers: [
                    ("content-type", "application/x-www-form-urlencoded"),
                    ("authorization", Bool.random() ? "ACS3-HMAC-SHA256 " + text : text), ("x-acs-date", text),
                ], body: bytes)
            #expect(throws: VendorFault.self) { try judge.authenticate(request) }
        }
    }
}
