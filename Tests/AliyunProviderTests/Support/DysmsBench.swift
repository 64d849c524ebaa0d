import Foundation
import GatewayTestKit
import HTTPProviderSupport
import HTTPTransport
import NotificationGateway
import Testing

@testable import AliyunProvider

/// A Dysms provider with a vendor that answers from a script, and clocks that stand still.
struct DysmsBench {
    static let keyID = "LTAI-access-key-id-4711"
    static let secret = "access-key-secret-4711"
    static let token = "security-token-4711"
    /// 2026-01-02T03:04:05Z, which is 11:04:05 in the vendor's zone.
    static let start = WallTime(secondsSinceEpoch: 1_767_323_045)

    let transport: ScriptedTransport
    let clock: ManualClock
    let provider: DysmsProvider

    init(
        _ steps: [ScriptedTransport.Step] = [.accepted], at wallTime: WallTime = start,
        settings change: (inout DysmsSettings) -> Void = { _ in }
    ) throws {
        try self.init(ScriptedTransport(steps), at: wallTime, settings: change)
    }

    init(
        _ transport: ScriptedTransport, at wallTime: WallTime = start,
        settings change: (inout DysmsSettings) -> Void = { _ in }
    ) throws {
        var settings = DysmsSettings(
            accessKey: AccessKey(id: Self.keyID, secret: Secret(Self.secret)),
            endpoint: try HTTPEndpoint("dysmsapi.aliyuncs.com", option: "endpoint", allowPlainHTTP: false),
            signName: "云通信")
        change(&settings)
        self.transport = transport
        clock = ManualClock(wallTime: wallTime)
        let context = ProviderContext(name: "aliyun", clock: clock, random: SeededRandom())
        provider = DysmsProvider(settings, context: context, transport: transport)
    }

    /// A good request to mainland numbers, the first of which is 13800138000.
    func request(
        to recipients: [Recipient]? = nil, parameters: [ProviderContent.Parameter] = [.init("code", "271828")],
        binding: OptionValues = OptionValues(["template_code": .string("SMS_154950909")])
    ) throws -> ProviderRequest {
        ProviderRequest(
            messageID: "m1", reference: "m1-1",
            recipients: try recipients ?? [Recipient("+8613800138000", channel: .sms)],
            content: ProviderContent(template: "login-code", parameters: parameters, binding: binding),
            deadline: clock.now + .seconds(30))
    }

    /// Sends a good request, which must fail.
    func failure(of request: ProviderRequest? = nil) async throws -> ProviderError {
        let request = try request ?? self.request()
        return try await #require(throws: ProviderError.self) { try await provider.send(request) }
    }

    /// The headers, query and form of the n-th request, decoded.
    func sent(_ index: Int = 0) throws -> [String: String] {
        try #require(transport.requests.count > index)
        return transport.requests[index].fields
    }
}

extension ScriptedTransport.Step {
    /// The vendor takes the request.
    static let accepted = answer(
        status: 200, body: #"{"Message":"OK","RequestId":"R-1","Code":"OK","BizId":"900619746936498440^0"}"#)

    /// The vendor answers with a code.
    static func code(
        _ code: String, _ message: String = "the vendor's text", status: Int = 200,
        headers: [HTTPRequest.Header] = []
    ) -> Self {
        let object = ["Code": code, "Message": message, "RequestId": "R-2"]
        let body = (try? JSONSerialization.data(withJSONObject: object)) ?? Data()
        return .answer(HTTPResponse(status: status, headers: HTTPHeaderBlock(headers), body: Array(body)))
    }
}

extension HTTPRequest {
    /// Headers, query and form by name, decoded by a decoder that is not ours; with the host that every transport adds.
    var fields: [String: String] {
        let query = url.split(separator: "?", maxSplits: 1).dropFirst().first.map(String.init) ?? ""
        var result = Dictionary(headers.map { ($0.name.lowercased(), $0.value) }, uniquingKeysWith: { $1 })
        result["host"] = URLComponents(string: url).map { ($0.host ?? "") + ($0.port.map { ":\($0)" } ?? "") }
        for text in [query, String(decoding: body, as: UTF8.self)] {
            for pair in text.split(separator: "&") {
                let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                    .map { $0.replacing("+", with: " ").removingPercentEncoding ?? "" }
                result[parts[0]] = parts.count > 1 ? parts[1] : ""
            }
        }
        return result
    }
}
