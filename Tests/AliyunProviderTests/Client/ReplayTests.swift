import GatewayTestKit
import HTTPTransport
import NotificationGateway
import Testing

@testable import AliyunProvider

@Suite("A request to Dysms that may have arrived")
struct ReplayTests {
    private static let lost = HTTPFailure(phase: .waiting, cause: .connectionLost, bytesSent: 700, detail: "closed")
    private static let unreachable = HTTPFailure(phase: .connect, cause: .unreachable, detail: "refused")

    @Test("goes out again byte for byte, hours later and by another clock", arguments: SignatureVersion.allCases)
    func sameBytes(version: SignatureVersion) async throws {
        let bench = try DysmsBench([.fail(Self.lost), .accepted]) { $0.signature = version }
        var request = try bench.request()
        let token = try #require(try await bench.failure(of: request).replay)
        #expect(token.reference == request.reference)
        bench.clock.advance(by: .seconds(3_600))
        let later = HTTPHeaderBlock([HTTPRequest.Header("Date", "Fri, 02 Jan 2026 09:04:05 GMT")])
        _ = bench.provider.client.vendorClock.learn(
            from: HTTPResponse(status: 400, headers: later, body: []), refusing: 0, now: bench.clock.wallTime)
        request.replay = token
        request.deadline = bench.clock.now + .seconds(9)
        #expect(try await bench.provider.send(request).vendorCode == "OK")
        let sent = bench.transport.requests
        try #require(sent.count == 2)
        #expect(sent[0].url == sent[1].url && sent[0].body == sent[1].body)
        #expect(sent[0].headers.map { "\($0.name): \($0.value)" } == sent[1].headers.map { "\($0.name): \($0.value)" })
    }

    @Test("tells what makes it again, whatever came instead of an answer", arguments: [500, 502, 503, 504])
    func unreadable(status: Int) async throws {
        let error = try await DysmsBench([.answer(status: status, body: "<html></html>")]).failure()
        #expect((error.acceptance == .unknown) == (error.replay != nil))
    }

    @Test("is not sent again when it surely did not arrive, when it was refused, or when the vendor has seen it")
    func nothingToRepeat() async throws {
        #expect(try await DysmsBench([.fail(Self.unreachable)]).failure().replay == nil)
        #expect(try await DysmsBench([.code("isv.MOBILE_NUMBER_ILLEGAL")]).failure().replay == nil)
        let seen = try await DysmsBench([.code("SignatureNonceUsed", status: 400)]).failure()
        #expect(seen.acceptance == .unknown)
        #expect(seen.replay == nil)
    }

    @Test("is not signed anew for its time: another signature would be another request")
    func noNewTime() async throws {
        let date = HTTPRequest.Header("Date", "Fri, 02 Jan 2026 09:04:05 GMT")
        let bench = try DysmsBench(
            [.code("InvalidTimeStamp.Expired", status: 400, headers: [date])], at: DysmsBench.start)
        var request = try bench.request()
        request.replay = ReplayToken(reference: request.reference, nonce: "n", timestamp: "2026-01-02T03:00:00Z")
        #expect(try await bench.failure(of: request).reason == .configuration)
        #expect(bench.transport.requests.count == 1)
    }

    @Test("is guarded as the option says: codes by default")
    func option() throws {
        #expect(try DysmsBench().provider.capabilities.replayGuard == .codes)
        #expect(try DysmsBench { $0.replayGuard = .all }.provider.capabilities.replayGuard == .all)
        let kind = AliyunKind.dysms { _ in ScriptedTransport([]) }
        let words: [(String, ReplayGuard)] = [("codes", .codes), ("nonce", .all), ("off", .none)]
        for (word, expected) in words {
            let values = OptionValues([
                "access_key_id": .string("id"), "access_key_secret": .secret(Secret("secret")),
                "replay_guard": .string(word),
            ])
            #expect(try kind.make(values, ProviderContext(name: "aliyun")).capabilities.replayGuard == expected)
        }
    }
}
