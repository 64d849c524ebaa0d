import Fuzzing
import GatewayTestKit
import HTTPProviderSupport
import HTTPTransport
import NotificationGateway
import Testing

@testable import AliyunProvider

/// Answers that the vendor should never give. Nothing traps, and nothing that cannot be understood is acceptance.
struct UntrustedAnswerTests {
    private static let unreadable: [String] = [
        "null", "true", "42", "\"OK\"", "[]", #"[{"Code":"OK"}]"#, "{", "}", "{}}", #"{"Code":"OK""#,
        #"{"Code":"OK",}"#,
        #"{"Code":"OK"}x"#, #"{"Code":"OK"} {"Code":"OK"}"#, #"{Code:"OK"}"#, #"{'Code':'OK'}"#, #"{"Code":"O\qK"}"#,
        #"{"Code":"\ud800"}"#, #"{"Code":"OK","x":01}"#, #"{"Code":"OK","x":nul}"#, #"{"Code":"OK" "BizId":"1"}"#,
        #"{"Code":"OK","Code":"isv.X"}"#, #"{"Code":null,"Code":"OK"}"#, #"{"Code":[],"Code":"OK"}"#,
        #"{"Code":"OK","x":{"a":1,"a":2}}"#, "\u{FEFF}", "<", "<>", "</>", "<Error>", "<Code>OK</Code>", "<a/>", "& ;",
        "<R><Code>OK</Code></R>",
        "<!-- <Code>OK</Code> --><Response></Response>x", "<Response><Code>OK</Code></Responses>",
        "OK", "Code=OK",
    ]

    @Test("what is not one whole JSON object or XML element is unreadable: unknown under 200", arguments: unreadable)
    func unreadableBody(_ body: String) async throws {
        let error = try await DysmsBench([.answer(status: 200, body: body)]).failure()
        #expect(error.reason == .invalidAnswer && error.acceptance == .unknown)
        #expect(error.message.hasPrefix("HTTP status 200, a"))
        #expect(error.vendorCode == nil)
    }

    @Test(
        "a code that is missing or of another type is none",
        arguments: [
            "{}", #"{"Code":null}"#, #"{"Code":true}"#, #"{"Code":["OK"]}"#, #"{"Code":{"Code":"OK"}}"#,
            #"{"Code":""}"#,
            #"{"code":"OK"}"#, #"{"Message":"OK","RequestId":"R-3","BizId":"1"}"#,
        ])
    func noCode(_ body: String) async throws {
        let error = try await DysmsBench([.answer(status: 200, body: body)]).failure()
        #expect(error.reason == .invalidAnswer && error.acceptance == .unknown)
        #expect(error.message == "HTTP status 200, an answer without a code")
        #expect(error.requestID == (body.contains("R-3") ? "R-3" : nil))
    }

    @Test("texts of other types are left out, and do not spoil the code")
    func otherTypes() async throws {
        let body = #"{"Code":"isv.AMOUNT_NOT_ENOUGH","Message":{"a":[1]},"RequestId":17,"BizId":false}"#
        let error = try await DysmsBench([.answer(status: 200, body: body)]).failure()
        #expect(error.reason == .insufficientBalance)
        #expect(error.requestID == "17")
        #expect(error.message == "the vendor gave no text; HTTP status 200")
    }

    @Test("what is not UTF-8 is unreadable wherever it stands")
    func notUTF8() {
        for bytes: [UInt8] in [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE4, 0xBA]] {
            for (start, end) in [
                (#"{"Code":"OK","Message":""#, "\"}"), ("{\"", #"":1,"Code":"OK"}"#), ("<E><Code>", "</Code></E>"),
            ] {
                let body = Array(start.utf8) + bytes + Array(end.utf8)
                #expect(VendorAnswer(body).form == .unreadable)
            }
        }
        // The same in UTF-16, with and without its mark.
        let wide = #"{"Code":"OK"}"#.utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
        #expect(VendorAnswer(wide).form == .unreadable)
        #expect(VendorAnswer([0xFF, 0xFE] + wide).form == .unreadable)
    }

    @Test("a byte order mark before a good answer does no harm")
    func byteOrderMark() {
        #expect(VendorAnswer([0xEF, 0xBB, 0xBF] + Array(#"{"Code":"OK"}"#.utf8)).code == "OK")
    }

    @Test("ten megabytes of anything end quickly and as nothing worse than unreadable")
    func tenMegabytes() {
        let size = 10_000_000
        for byte in "{[\"<& 0\\".utf8 {
            #expect(VendorAnswer(Array(repeating: byte, count: size)).code == nil)
        }
        let long = Array(#"{"Code":"OK","Message":""#.utf8) + Array(repeating: UInt8(ascii: "x"), count: size)
        #expect(VendorAnswer(long).form == .unreadable)
        #expect(VendorAnswer(long + Array("\"}".utf8)).code == "OK")
    }

    @Test("an error of ten megabytes is cut to a line, its code as well")
    func longError() async throws {
        let long = String(repeating: "云", count: 1_700_000)
        let error = try await DysmsBench([.code("isv.\(long)", "13800138000 \(long)")]).failure()
        #expect(error.reason == .vendorError && error.acceptance == .rejected)
        #expect(error.message.utf8.count <= 503 && error.message.hasSuffix("云…"))
        #expect(error.message.hasPrefix("+86138****8000 云"))
        #expect(try #require(error.vendorCode?.rawValue).utf8.count <= 131)
    }

    @Test("nesting is read down to 64 levels and refused below", arguments: [("[", "]"), (#"{"a":"#, "}")])
    func nesting(open: String, close: String) {
        func answer(_ depth: Int) -> VendorAnswer {
            let nest =
                String(repeating: open, count: depth) + (open == "[" ? "" : "1")
                + String(repeating: close, count: depth)
            return VendorAnswer(Array(#"{"x":\#(nest),"Code":"OK"}"#.utf8))
        }
        #expect(answer(63).code == "OK")
        #expect(answer(64).form == .unreadable)
        #expect(answer(100_000).form == .unreadable)
    }

    @Test("a good answer cut anywhere is never acceptance")
    func truncated() {
        let whole = Array(#"{"Message":"OK","RequestId":"R-1","Code":"OK","BizId":"9006^0"}"#.utf8)
        for length in 0..<whole.count {
            let answer = VendorAnswer(Array(whole[..<length]))
            #expect(!AnswerReader.isSuccess(answer, status: 200), "cut after \(length) bytes")
        }
    }

    // MARK: Fuzzing

    private static let seeds = [
        #"{"Message":"OK","RequestId":"R-1","Code":"OK","BizId":"900619746936498440^0"}"#,
        #"{"Code":"isv.BUSINESS_LIMIT_CONTROL","Message":"触发分钟级流控Permits:1","RequestId":"R","x":[1,{"y":-0.5e+3}]}"#,
        #"{"Code":"SignatureDoesNotMatch","Message":"to sign is:POST&%2F&A","HostId":"h","Recommend":"https:\/\/e"}"#,
        "<?xml version=\"1.0\"?><Error><Code>Throttling</Code><Message>a &amp; b</Message></Error>",
        "<SendSmsResponse><Data><Code>isv.X</Code></Data><Code>OK</Code><BizId>9^0</BizId></SendSmsResponse>",
        "{\"Code\":\"\\u4E91\\ud83d\\ude00\\n\",\"Message\":null}",
    ].map { Array($0.utf8) }

    @Test("mutated answers never trap, and every failure says what is known of the message")
    func mutations() throws {
        let bench = try DysmsBench { $0.signature = .v1 }
        let client = bench.provider.client
        let call = try SendSms(signName: "云通信", phoneFormat: client.phoneFormat).call(for: bench.request())
        var redaction = TextRedaction()
        redaction.hide("271828")
        let answered = AnsweredCall(
            call: call, stamp: client.stamp(), signer: client.signer, receivedAt: bench.clock.wallTime,
            redaction: redaction)
        let mutation = Mutation(SeededRandom(seed: 20_260_102))
        let statuses = [200, 400, 403, 503, 100, 999]
        for round in 0..<4_000 {
            let body = mutation.mutated(Self.seeds[round % Self.seeds.count])
            let status = statuses[mutation.below(statuses.count)]
            let headers = HTTPHeaderBlock(bytes: mutation.mutated(Array("Date: x\r\nRetry-After: 12\r\n".utf8)))
            let answer = VendorAnswer(body)
            if AnswerReader.isSuccess(answer, status: status) {
                #expect(answer.code == "OK" && status == 200)
                continue
            }
            let response = HTTPResponse(status: status, headers: headers, body: body)
            let error = AnswerReader.error(answer, response, to: answered)
            guard error.acceptance != .accepted, !error.message.isEmpty, error.message.utf8.count < 1_000 else {
                Issue.record("\(body): \(error)")
                return
            }
        }
    }
}
