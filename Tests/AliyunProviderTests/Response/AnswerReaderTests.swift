import GatewayTestKit
import HTTPTransport
import NotificationGateway
import Testing

@testable import AliyunProvider

/// Answers as they come from the vendor, and from what stands between here and the vendor.
struct AnswerReaderTests {
    @Test("an accepted request gives the vendor's ids")
    func acceptance() async throws {
        let bench = try DysmsBench()
        let receipt = try await bench.provider.send(bench.request())
        let expected = ProviderReceipt(
            vendorMessageID: "900619746936498440^0", requestID: "R-1", vendorCode: "OK")
        #expect(receipt == expected)
    }

    @Test("OK without a message id is acceptance all the same", arguments: [#","BizId":"""#, #","BizId":null"#, ""])
    func acceptanceWithoutID(_ member: String) async throws {
        let bench = try DysmsBench([.answer(status: 200, body: #"{"Code":"OK"\#(member)}"#)])
        #expect(try await bench.provider.send(bench.request()).vendorMessageID == nil)
    }

    @Test("ids on a receipt are one short line, however the vendor writes them")
    func untrustedIDs() async throws {
        let long = String(repeating: "9", count: 100_000)
        let bench = try DysmsBench([
            .answer(status: 200, body: #"{"Code":"OK","BizId":"a\nb\u001b[31m","RequestId":"\#(long)"}"#)
        ])
        let receipt = try await bench.provider.send(bench.request())
        #expect(receipt.vendorMessageID == "a b [31m")
        #expect(try #require(receipt.requestID).utf8.count <= 131)
    }

    @Test(
        "OK under another status than 200 contradicts itself: unknown", arguments: [201, 202, 302, 400, 403, 404, 500])
    func contradiction(status: Int) async throws {
        let error = try await DysmsBench([.code("OK", status: status)]).failure()
        #expect(error.reason == .invalidAnswer)
        #expect(error.acceptance == .unknown)
        #expect(error.message == "HTTP status \(status), code OK all the same")
    }

    @Test("an HTML page of a proxy is named as one, by status", arguments: [(200, true), (502, true), (403, false)])
    func html(status: Int, isUnknown: Bool) async throws {
        let pages = [
            "<html><body>Bad gateway</body></html>", "<!DOCTYPE HTML>\n<p>x", "\n <HTML lang=zh>",
            "<!-- portal --><html><Code>OK</Code></html>",
        ]
        for page in pages {
            let error = try await DysmsBench([.answer(status: status, body: page)]).failure()
            #expect(error.message.contains("an HTML page: a proxy or load balancer answered"))
            #expect(error.message.contains("HTTP status \(status)"))
            #expect((error.acceptance == .unknown) == isUnknown)
            #expect(error.vendorCode == nil)
        }
    }

    @Test(
        "a status without a body decides alone",
        arguments: [
            (200, Reason.invalidAnswer, Acceptance.unknown), (204, .invalidAnswer, .unknown),
            (301, .invalidAnswer, .unknown), (400, .vendorError, .rejected), (401, .permissionDenied, .rejected),
            (403, .permissionDenied, .rejected), (404, .configuration, .rejected), (405, .configuration, .rejected),
            (407, .configuration, .rejected), (429, .throttled, .rejected), (500, .vendorError, .unknown),
            (502, .vendorError, .unknown), (503, .vendorError, .unknown), (504, .vendorError, .unknown),
        ])
    func emptyBody(status: Int, reason: Reason, acceptance: Acceptance) async throws {
        for body in ["", " \r\n\t"] {
            let error = try await DysmsBench([.answer(status: status, body: body)]).failure()
            #expect(error.reason == reason)
            #expect(error.acceptance == acceptance)
            #expect(error.message == "HTTP status \(status), an empty body")
        }
    }

    @Test("a code without a text is explained by the status")
    func noText() async throws {
        let error = try await DysmsBench([.code("isv.AMOUNT_NOT_ENOUGH", "")]).failure()
        #expect(error.message == "the vendor gave no text; HTTP status 200")
    }

    @Test("errors are read as XML too, entities and all")
    func xml() async throws {
        let body = """
            <?xml version="1.0" encoding="utf-8"?>
            <Error><RequestId>R-9</RequestId><HostId>dysms</HostId><Code>Throttling.User</Code>
            <Message>a &lt;b&gt; &amp; &#x4E2D;&#22269; &bogus; &#xD800; &</Message></Error>
            """
        let error = try await DysmsBench([.answer(status: 400, body: body)]).failure()
        #expect(error.reason == .throttled)
        #expect(error.vendorCode == "Throttling.User")
        #expect(error.requestID == "R-9")
        #expect(error.message == "a <b> & 中国 &bogus; &#xD800; &")
    }

    @Test("XML that is cut off is unreadable, even after its code")
    func cutXML() {
        let whole = Array("<SendSmsResponse><Code>OK</Code><BizId>1</BizId></SendSmsResponse>".utf8)
        #expect(VendorAnswer(whole).code == "OK")
        for length in 1..<whole.count {
            #expect(VendorAnswer(Array(whole[..<length])).form == .unreadable, "cut after \(length) bytes")
        }
    }

    // MARK: Pauses

    @Test(
        "the vendor's pause is taken from its headers, milliseconds first",
        arguments: [
            ([HTTPRequest.Header("x-acs-retry-after", "1500")], Duration.milliseconds(1_500)),
            ([.init("Retry-After", "7")], .seconds(7)),
            ([.init("retry-after", "9"), .init("X-Acs-Retry-After", "20")], .milliseconds(20)),
            ([.init("x-acs-retry-after", "0"), .init("Retry-After", "3")], .seconds(3)),
            ([.init("x-acs-retry-after", "soon")], nil), ([.init("Retry-After", "-1")], nil), ([], nil),
            ([.init("Retry-After", "Fri, 02 Jan 2026 03:05:05 GMT")], .seconds(60)),
            ([.init("Retry-After", "Fri, 02 Jan 2026 03:00:00 GMT")], .zero),
            (
                [
                    .init("Retry-After", "Fri, 02 Jan 2026 02:00:07 GMT"),
                    .init("Date", "Fri, 02 Jan 2026 02:00:00 GMT"),
                ],
                .seconds(7)
            ),
        ])
    func pause(headers: [HTTPRequest.Header], expected: Duration?) async throws {
        for step in [
            ScriptedTransport.Step.code("Throttling.User", status: 400, headers: headers),
            .answer(status: 429, headers: headers), .answer(status: 503, headers: headers, body: "<html>"),
        ] {
            #expect(try await DysmsBench([step]).failure().retryAfter == expected)
        }
    }

    @Test(
        "a person's limit says when it ends: after a minute, an hour, or at midnight GMT+8",
        arguments: [
            ("触发分钟级流控Permits:1", Duration.seconds(60)), ("触发小时级流控Permits:5", .seconds(3_600)),
            // It is 11:04:05 there: 12 h 55 min 55 s to go.
            ("触发天级流控Permits:10", .seconds(46_555)), ("触发天级流控Permits:40", .seconds(46_555)),
            ("业务限流", nil), ("", nil),
        ])
    func recipientLimit(text: String, expected: Duration?) async throws {
        let error = try await DysmsBench([.code("isv.BUSINESS_LIMIT_CONTROL", text)]).failure()
        #expect(error.reason == .recipientLimit)
        #expect(error.acceptance == .rejected)
        #expect(error.retryAfter == expected)
        if !text.isEmpty { #expect(error.message == text) }
    }

    @Test("the account's own limits end at midnight GMT+8 and at the month's end there")
    func accountLimits() async throws {
        func pause(_ code: String, at seconds: Int64) async throws -> Duration? {
            try await DysmsBench([.code(code)], at: WallTime(secondsSinceEpoch: seconds)).failure().retryAfter
        }
        // 2026-01-02T03:04:05Z
        #expect(try await pause("isv.DAY_LIMIT_CONTROL", at: 1_767_323_045) == .seconds(46_555))
        #expect(try await pause("isv.MONTH_LIMIT_CONTROL", at: 1_767_323_045) == .seconds(46_555 + 29 * 86_400))
        // 2026-01-31T15:59:59Z, the last second of January there; and one second later, the first of February.
        #expect(try await pause("isv.MONTH_LIMIT_CONTROL", at: 1_769_875_199) == .seconds(1))
        #expect(try await pause("isv.MONTH_LIMIT_CONTROL", at: 1_769_875_200) == .seconds(28 * 86_400))
        #expect(try await pause("isv.DAY_LIMIT_CONTROL", at: 1_769_875_199) == .seconds(1))
        #expect(try await pause("isv.DAY_LIMIT_CONTROL", at: 1_769_875_200) == .seconds(86_400))
        // 2028-02-28T16:00:00Z is the 29th there, which that year has.
        #expect(try await pause("isv.MONTH_LIMIT_CONTROL", at: 1_835_366_400) == .seconds(86_400))
    }

    @Test("a full balance or a bad number names no pause")
    func noPause() async throws {
        let headers = [HTTPRequest.Header("Retry-After", "5")]
        for code in ["isv.AMOUNT_NOT_ENOUGH", "isv.MOBILE_NUMBER_ILLEGAL"] {
            #expect(try await DysmsBench([.code(code, headers: headers)]).failure().retryAfter == nil)
        }
    }
}
