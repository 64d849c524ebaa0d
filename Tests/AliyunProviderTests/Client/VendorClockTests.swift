import GatewayTestKit
import HTTPTransport
import NotificationGateway
import Testing

@testable import AliyunProvider

/// What happens when this machine's clock and the vendor's differ.
struct VendorClockTests {
    /// A vendor whose clock shows `date`, and who takes requests that are less than fifteen minutes off it.
    private static func vendor(
        at date: WallTime, then later: WallTime? = nil, refuseAll: Bool = false
    ) -> ScriptedTransport {
        ScriptedTransport { request, number in
            let now = number > 2 ? later ?? date : date
            let header = HTTPRequest.Header("Date", httpDate(now))
            let fields = request.fields
            guard let stamp = fields["x-acs-date"] ?? fields["Timestamp"],
                let told = (-900...900).first(where: { now.advanced(by: $0).timestamp == stamp }), !refuseAll
            else {
                return .code(
                    "InvalidTimeStamp.Expired", "Specified time stamp or date value is expired.", status: 400,
                    headers: [header])
            }
            return .answer(
                HTTPResponse(
                    status: 200, headers: HTTPHeaderBlock([header]),
                    body: Array(#"{"Code":"OK","BizId":"\#(told)^0"}"#.utf8)))
        }
    }

    private static func httpDate(_ time: WallTime) -> String {
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let parts = time.components
        let clock = time.timestamp.dropFirst(11).dropLast()
        return "Fri, \(time.timestamp.dropFirst(8).prefix(2)) \(months[parts.month - 1]) \(parts.year) \(clock) GMT"
    }

    @Test(
        "a request that is refused for its timestamp is signed once more by the vendor's clock",
        arguments: [-86_400, -1_023, 1_023, 7 * 86_400], SignatureVersion.allCases)
    func corrected(skew: Int64, version: SignatureVersion) async throws {
        let bench = try DysmsBench(Self.vendor(at: DysmsBench.start.advanced(by: skew))) { $0.signature = version }
        #expect(try await bench.provider.send(bench.request()).vendorMessageID == "0^0")
        let nonces = bench.transport.requests.compactMap {
            $0.fields["x-acs-signature-nonce"] ?? $0.fields["SignatureNonce"]
        }
        #expect(nonces.count == 2 && Set(nonces).count == 2)
        #expect(Set(bench.transport.requests.map(\.body)).count == 1, "the message is the same")
    }

    @Test("the vendor's time is kept for later requests, a copy of the client and the look-up among them")
    func kept() async throws {
        let bench = try DysmsBench(Self.vendor(at: DysmsBench.start.advanced(by: 3_600)))
        for _ in 0..<3 { _ = try await bench.provider.send(bench.request()) }
        let copy = bench.provider.client
        _ = try await copy.sendBatch(
            [.init(recipient: PhoneNumber(parsing: "+8613800138000"), signName: "云通信")], templateCode: "SMS_1",
            reference: "m2-1", deadline: bench.clock.now + .seconds(9))
        #expect(bench.transport.requests.count == 5)
        #expect(bench.provider.client.vendorClock.offset == 3_600)
    }

    @Test("the vendor's time is learned again when it is refused, as after the local clock was set")
    func learnedAgain() async throws {
        let start = DysmsBench.start
        let bench = try DysmsBench(Self.vendor(at: start.advanced(by: 3_600), then: start))
        _ = try await bench.provider.send(bench.request())
        #expect(bench.provider.client.vendorClock.offset == 3_600)
        _ = try await bench.provider.send(bench.request())
        #expect(bench.provider.client.vendorClock.offset == 0)
        #expect(bench.transport.requests.count == 4)
    }

    @Test("a second refusal is the last, says so, and is forgotten")
    func refusedTwice() async throws {
        let bench = try DysmsBench(Self.vendor(at: DysmsBench.start.advanced(by: 1_200), refuseAll: true))
        let error = try await bench.failure()
        #expect(error.reason == .configuration && error.acceptance == .rejected)
        #expect(
            error.message
                == "Specified time stamp or date value is expired. (the local clock is 20 min behind the vendor's; "
                + "signed again by the vendor's clock, it was refused again)")
        #expect(bench.transport.requests.count == 2)
        #expect(bench.provider.client.vendorClock.offset == 0)
    }

    @Test("what the second request ends with is what counts", arguments: [true, false])
    func secondEnding(isTaken: Bool) async throws {
        let date = HTTPRequest.Header("Date", Self.httpDate(DysmsBench.start.advanced(by: 1_200)))
        let first = ScriptedTransport.Step.code("InvalidTimeStamp.Expired", status: 400, headers: [date])
        let bench = try DysmsBench([first, isTaken ? .timeOutUnanswered : .code("isv.AMOUNT_NOT_ENOUGH")])
        let error = try await bench.failure()
        #expect(error.reason == (isTaken ? .timedOut : .insufficientBalance))
        #expect(error.acceptance == (isTaken ? .unknown : .rejected))
        #expect(bench.transport.requests.count == 2)
    }

    @Test(
        "without a skew in the answer there is no second request",
        arguments: ["Fri, 02 Jan 2026 03:04:05 GMT", "Fri, 02 Jan 2026 03:04:40 GMT", "yesterday", "", nil])
    func noSkew(date: String?) async throws {
        let headers = date.map { [HTTPRequest.Header("Date", $0)] } ?? []
        let bench = try DysmsBench([.code("InvalidTimeStamp.Expired", status: 400, headers: headers)])
        #expect(try await bench.failure().acceptance == .rejected)
        #expect(bench.transport.requests.count == 1)
    }

    @Test("a date that is no time of ours is not believed")
    func absurdDate() async throws {
        let headers = [HTTPRequest.Header("Date", "Wed, 01 Jan 2200 00:00:00 GMT")]
        let bench = try DysmsBench([.code("InvalidTimeStamp.Expired", status: 400, headers: headers)])
        _ = try await bench.failure()
        #expect(bench.transport.requests.count == 1)
        #expect(bench.provider.client.vendorClock.offset == 0)
    }

    @Test("after the deadline there is no second request, and the clock is named all the same")
    func deadline() async throws {
        let date = HTTPRequest.Header("Date", Self.httpDate(DysmsBench.start.advanced(by: 1_200)))
        let clock = ManualClock(wallTime: DysmsBench.start)
        let transport = ScriptedTransport { _, _ in
            clock.advance(by: .seconds(40))
            return .code("InvalidTimeStamp.Expired", status: 400, headers: [date])
        }
        let settings = try DysmsBench().provider.client.settings
        let provider = DysmsProvider(
            settings, context: ProviderContext(name: "aliyun", clock: clock, random: SeededRandom()),
            transport: transport)
        let request = try DysmsBench().request()
        var late = request
        late.deadline = clock.now + .seconds(30)
        let error = try await #require(throws: ProviderError.self) { try await provider.send(late) }
        #expect(error.message.contains("behind the vendor's") && !error.message.contains("signed again"))
        #expect(transport.requests.count == 1)
    }

    @Test("a message is looked for on the vendor's day too when its clock is known to differ")
    func days() {
        let start = DysmsBench.start
        #expect(QuerySendDetails.days(around: start) == ["20260102"])
        #expect(QuerySendDetails.days(around: start, skew: 86_400) == ["20260102", "20260103"])
        #expect(QuerySendDetails.days(around: start, skew: -86_400) == ["20260102", "20260101"])
    }
}
