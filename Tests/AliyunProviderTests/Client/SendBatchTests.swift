import Foundation
import GatewayTestKit
import HTTPTransport
import NotificationGateway
import Testing

@testable import AliyunProvider

/// `SendBatchSms`: one template, a sign name and parameters for each number.
struct SendBatchTests {
    private static func entry(
        _ number: String, sign: String = "云通信", _ parameters: [ProviderContent.Parameter] = [.init("code", "271828")],
        extend: String? = nil
    ) throws -> DysmsBatchEntry {
        DysmsBatchEntry(
            recipient: try PhoneNumber(parsing: number), signName: sign, parameters: parameters, extendCode: extend)
    }

    private static func send(
        _ entries: [DysmsBatchEntry], _ bench: DysmsBench, template: String = "SMS_1", reference: String = "batch-1"
    ) async throws -> ProviderReceipt {
        try await bench.provider.client.sendBatch(
            entries, templateCode: template, reference: reference, deadline: bench.clock.now + .seconds(9))
    }

    private static func texts(_ json: String?) throws -> [String] {
        let data = Data(try #require(json).utf8)
        return try #require(try JSONSerialization.jsonObject(with: data) as? [String])
    }

    @Test("the arrays travel in the form, matched by place; template and reference in the query")
    func wholeRequest() async throws {
        let bench = try DysmsBench()
        let entries = [
            try Self.entry("+8613800138000", [.init("code", "271828"), .init("name", "a\"b\n🎉")]),
            try Self.entry("+85251234567", sign: "阿里云", [.init("code", "1")]),
        ]
        let receipt = try await Self.send(entries, bench)
        #expect(receipt.vendorMessageID == "900619746936498440^0")
        let request = try #require(bench.transport.requests.first)
        #expect(request.url == "https://dysmsapi.aliyuncs.com/?OutId=batch-1&TemplateCode=SMS_1")
        #expect(request.timeout == .seconds(9))
        let sent = request.fields
        #expect(sent["x-acs-action"] == "SendBatchSms")
        #expect(try Self.texts(sent["PhoneNumberJson"]) == ["13800138000", "0085251234567"])
        #expect(try Self.texts(sent["SignNameJson"]) == ["云通信", "阿里云"])
        #expect(sent["TemplateParamJson"] == #"[{"code":"271828","name":"a\"b\n🎉"},{"code":"1"}]"#)
        #expect(sent["SmsUpExtendCodeJson"] == nil)
        #expect(!request.url.contains("13800138000"))
    }

    @Test("a request that says something of its own to each number is a batch, its preview masked and its errors clean")
    func individual() async throws {
        let bench = try DysmsBench([.accepted, .code("isv.BUSINESS_LIMIT_CONTROL", "to 13800138000: 271828, 314159")])
        let numbers = try ["+8613800138000", "+85251234567"].map { try Recipient($0, channel: .sms) }
        var request = try bench.request(to: numbers)
        request.individualContents = ["271828", "314159"].map {
            var content = request.content
            content.parameters = [.init("code", $0)]
            return content
        }
        #expect(try await bench.provider.send(request).vendorMessageID == "900619746936498440^0")
        let sent = try bench.sent()
        #expect(sent["x-acs-action"] == "SendBatchSms")
        #expect(try Self.texts(sent["PhoneNumberJson"]) == ["13800138000", "0085251234567"])
        #expect(try Self.texts(sent["SignNameJson"]) == ["云通信", "云通信"])
        #expect(sent["TemplateParamJson"] == #"[{"code":"271828"},{"code":"314159"}]"#)
        #expect(sent["OutId"] == "m1-1" && sent["TemplateCode"] == "SMS_154950909")
        let preview = try bench.provider.preview(request)
        let shown = Dictionary(preview.fields.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
        #expect(shown["PhoneNumberJson"] == #"["138****8000","0085251****67"]"#)
        #expect(shown["TemplateParamJson"] == #"[{"code":"***"},{"code":"***"}]"#)
        let error = try await bench.failure(of: request)
        for secret in ["13800138000", "271828", "314159"] { #expect(!error.message.contains(secret)) }
        request.individualContents.removeLast()
        #expect(try await bench.failure(of: request).reason == .invalidRequest)
    }

    @Test("extension codes and parameters keep their places where some messages have none")
    func gaps() async throws {
        let bench = try DysmsBench()
        let entries = [
            try Self.entry("+8613800138000", []), try Self.entry("+8613800138001", extend: "90997"),
            try Self.entry("+8613800138002", []),
        ]
        _ = try await Self.send(entries, bench)
        let sent = try bench.sent()
        #expect(try Self.texts(sent["SmsUpExtendCodeJson"]) == ["", "90997", ""])
        #expect(sent["TemplateParamJson"] == #"[{},{"code":"271828"},{}]"#)
        let plain = try DysmsBench()
        _ = try await Self.send([try Self.entry("+8613800138000", [])], plain)
        #expect(try plain.sent()["TemplateParamJson"] == nil)
    }

    @Test("a hundred messages are one request; none, a hundred and one, or incomplete ones are refused before any I/O")
    func refusals() async throws {
        let bench = try DysmsBench()
        let entries = try (0...100).map { try Self.entry("+86138\(10_000_000 + $0)") }
        _ = try await Self.send(Array(entries.dropLast()), bench)
        #expect(try Self.texts(try bench.sent()["PhoneNumberJson"]).count == 100)
        let one = [entries[0]]
        let refused: [(Reason, [DysmsBatchEntry], String, String)] = [
            (.invalidRequest, entries, "SMS_1", "b"), (.invalidRequest, [], "SMS_1", "b"),
            (.invalidRequest, one, "", "b"),
            (.invalidRequest, one, "SMS_1", String(repeating: "x", count: 256)),
            (.configuration, one + [try Self.entry("+8613800138000", sign: "")], "SMS_1", "b"),
        ]
        for (reason, entries, template, reference) in refused {
            let error = try await #require(throws: ProviderError.self) {
                try await Self.send(entries, bench, template: template, reference: reference)
            }
            #expect(error.reason == reason && error.acceptance == .rejected)
        }
        #expect(bench.transport.requests.count == 1)
    }

    @Test("a failed batch is classified like any other request, and its error shows nobody's number or code")
    func failure() async throws {
        let text = "13800138000,0085251234567: code 271828 and 314159 are wrong"
        let bench = try DysmsBench([.code("isv.TEMPLATE_PARAMS_ILLEGAL", text)])
        let entries = [
            try Self.entry("+8613800138000"), try Self.entry("+85251234567", [.init("code", "314159")]),
        ]
        let error = try await #require(throws: ProviderError.self) { try await Self.send(entries, bench) }
        #expect(error.reason == .invalidContent && error.acceptance == .rejected)
        for word in ["13800138000", "51234567", "271828", "314159"] { #expect(!"\(error)".contains(word)) }
        let silent = try DysmsBench([.timeOutUnanswered])
        let unknown = try await #require(throws: ProviderError.self) { try await Self.send(entries, silent) }
        #expect(unknown.acceptance == .unknown)
    }
}
