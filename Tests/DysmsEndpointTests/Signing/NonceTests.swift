import AliyunProvider
import GatewayOutbox
import GatewayTestKit
import NotificationGateway
import Testing

@testable import DysmsEndpoint

@Suite("A nonce")
struct NonceTests {
    @Test("is taken once, and only by who signs rightly", arguments: SignatureVersion.allCases)
    func once(_ signing: SignatureVersion) async throws {
        let bench = EndpointBench()
        var wrong = EndpointBench.shop
        wrong.secret = Secret("guess")
        let sms = EndpointBench.sms()
        let forged = try bench.request("SendSms", query: sms, signing: signing, key: wrong, nonce: "n")
        #expect(try await bench.answer(forged).code == "SignatureDoesNotMatch")
        let request = try bench.request("SendSms", query: sms, signing: signing, nonce: "n")
        #expect(try await bench.answer(request).isOK)
        #expect(try await bench.answer(request).code == "SignatureNonceUsed")
        // Also for another request of another minute.
        bench.clock.advance(by: .seconds(600))
        let later = try bench.request("QuerySendDetails", query: [:], signing: signing, nonce: "n")
        #expect(try await bench.answer(later).code == "SignatureNonceUsed")
        let other = try bench.request(
            "SendSms", query: EndpointBench.sms(["TemplateCode": "SMS_NEWS"]), signing: signing,
            key: EndpointBench.bank,
            nonce: "n")
        #expect(try await bench.answer(other).isOK)
        #expect(bench.desk.submissions.map(\.tenant) == ["shop", "bank"])
    }

    @Test("that was used is found again after a restart by the submission, and nothing is doubled")
    func restart() async throws {
        let desk = RecordingDesk()
        let request = try EndpointBench(desk: desk).request("SendSms", query: EndpointBench.sms(), nonce: "n")
        #expect(try await EndpointBench(desk: desk).answer(request).isOK)
        #expect(try await EndpointBench(desk: desk).answer(request).code == "SignatureNonceUsed")
        #expect(desk.submissions.map(\.identity.nonce) == ["n", "n"])
        #expect(Set(desk.messages.compactMap(\.id)).count == 1)
    }

    @Test("is kept as long as a copy would be taken, and then no longer")
    func window() {
        let nonces = NonceWindow(capacity: 2)
        let start = WallTime(secondsSinceEpoch: 1_767_323_045)
        func claim(_ nonce: String, signed: Int64 = 0, now: Int64 = 0) -> NonceWindow.Verdict {
            nonces.claim(
                nonce, of: EndpointBench.shop, timestamp: start.advanced(by: signed), now: start.advanced(by: now))
        }
        #expect(claim("a") == .fresh && claim("a", now: 900) == .used)
        #expect(claim("b", signed: 900) == .fresh)
        // At the bound nothing is forgotten, and what is known stays known.
        #expect(claim("c") == .unremembered && claim("c") == .unremembered && claim("a") == .used)
        #expect(nonces.claim("c", of: EndpointBench.bank, timestamp: start, now: start) == .fresh)
        #expect(claim("c", signed: 960, now: 960) == .fresh)
        #expect(claim("b", now: 1800) == .used)
    }

    @Test("that cannot be kept lets a send pass, which the desk knows, and no question")
    func full() async throws {
        let bench = EndpointBench(nonces: NonceWindow(capacity: 0))
        let request = try bench.request("SendSms", query: EndpointBench.sms())
        #expect(try await bench.answer(request).isOK)
        #expect(try await bench.answer(request).code == "SignatureNonceUsed")
        let answer = try await bench.send("QuerySendDetails", [:])
        #expect(answer.code == "Throttling.User" && answer.status == 400)
        #expect(answer.headers["x-acs-retry-after"] == "60000")
    }

    @Test("used by a hundred at the same time is taken once")
    func together() async throws {
        let bench = EndpointBench()
        let request = try bench.request("SendSms", query: EndpointBench.sms(), nonce: "n")
        let codes = try await withThrowingTaskGroup(of: String?.self) { group in
            for _ in 0..<100 { group.addTask { @concurrent in try await bench.answer(request).code } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(codes.filter { $0 == "OK" }.count == 1 && codes.filter { $0 == "SignatureNonceUsed" }.count == 99)
        #expect(bench.desk.submissions.count == 1)
    }
}
