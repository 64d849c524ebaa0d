import Crypto
import Foundation
import HTTPTransport
import NotificationGateway
import Testing

@testable import GatewayWebhooks
@testable import documentation_snippets

@Suite("The signature of a webhook")
struct SignatureTests {
    @Test("is that of the Standard Webhooks")
    func vector() throws {
        let signer = try WebhookSigner([Secret(WebhookEndpoint.secret)])
        let body = Array(#"{"test": 2432232314}"#.utf8)
        let signature = signer.signatures(id: "msg_p5jXN8AQM9LWM0D4loKWxJek", seconds: 1_614_265_330, body: body)
        #expect(signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
        let request = HTTPRequest(
            method: .post, url: "",
            headers: [.init("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"), .init("webhook-timestamp", "1614265330")],
            body: body)
        #expect(try request.expectedSignature() == signature)
    }

    @Test("is there for each secret while one takes the other's place, and either one verifies it")
    func rotation() throws {
        let secrets = [WebhookEndpoint.secret, WebhookEndpoint.nextSecret]
        let body: [UInt8] = [1, 2, 3, 0, 255]
        let both = try WebhookSigner(secrets.map { Secret($0) }).signatures(id: "msg_1", seconds: 1000, body: body)
        let each = try secrets.map {
            try WebhookSigner([Secret($0)]).signatures(id: "msg_1", seconds: 1000, body: body)
        }
        #expect(both == each.joined(separator: " "))
        for secret in secrets { #expect(verifies(both, secret: secret)) }
        #expect(verifies(each[0], secret: secrets[0]) && !verifies(each[0], secret: secrets[1]))
    }

    private func verifies(
        _ signatures: String, _ body: [UInt8] = [1, 2, 3, 0, 255], id: String = "msg_1", at seconds: Int = 1000,
        secret: String, now: Double = 1000
    ) -> Bool {
        isGenuine(
            Data(body), id: id, timestamp: "\(seconds)", signatures: signatures, secret: secret,
            now: Date(timeIntervalSince1970: now))
    }

    @Test("does not verify for another body, id or time, nor long after")
    func forged() throws {
        let secret = WebhookEndpoint.secret
        let signature = try WebhookSigner([Secret(secret)]).signatures(id: "msg_1", seconds: 1000, body: [1])
        #expect(verifies(signature, [1], secret: secret, now: 1299))
        #expect(!verifies(signature, [2], secret: secret) && !verifies(signature, [1], id: "msg_2", secret: secret))
        #expect(!verifies(signature, [1], at: 1001, secret: secret))
        #expect(!verifies(signature, [1], secret: secret, now: 1301) && !verifies("v1,x", [1], secret: secret))
    }

    @Test("needs a key of 24 to 64 bytes in Base64", arguments: [0, 23, 24, 25, 26, 32, 63, 64, 65])
    func lengths(_ count: Int) throws {
        let bytes = Data((0..<count).map { UInt8(truncatingIfNeeded: $0 * 89 + 250) })
        let secret = Secret("whsec_" + bytes.base64EncodedString())
        guard (24...64).contains(count) else {
            #expect(throws: InvalidWebhookEndpoint.self) { try WebhookSigner([secret]) }
            return
        }
        let code = HMAC<SHA256>.authenticationCode(for: Data("i.1.".utf8), using: SymmetricKey(data: bytes))
        let signature = try WebhookSigner([secret]).signatures(id: "i", seconds: 1, body: [])
        #expect(signature == "v1," + Data(code).base64EncodedString())
        let bare = Secret(secret.reveal().replacingOccurrences(of: "=", with: ""))
        #expect(try WebhookSigner([bare]).signatures(id: "i", seconds: 1, body: []) == signature)
    }

    @Test(
        "takes no other text for a secret, and does not repeat it",
        arguments: [
            "", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS",
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw=", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa-_",
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw=A==",
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8G\n",
        ])
    func malformed(_ text: String) {
        let error = #expect(throws: InvalidWebhookEndpoint.self) { try WebhookSigner([Secret(text)]) }
        #expect(error?.part == .secrets && error.map { "\($0)".contains("MfKQ") } == false)
    }
}
