import Foundation
import GatewayTestKit
import HTTPTransport
import NotificationGateway
import PostBoxProvider
import ProviderConformance
import Testing

@Test("PostBox keeps every rule", arguments: ConformanceRule.all)
func conforms(_ rule: ConformanceRule) async throws {
    for violation in await rule.check(try postBox()) { Issue.record("\(violation)") }
}

private func postBox() throws -> ConformanceSubject {
    let request = ProviderRequest(
        messageID: "m1", reference: "m1-1", recipients: [try Recipient("+8613800138000", channel: .sms)],
        content: ProviderContent(text: "your code is 271828"), deadline: .now)
    let codes: [(String, Reason)] = [
        ("unknown_number", .invalidRecipient), ("opted_out", .blockedRecipient), ("bad_token", .authenticationFailed),
        ("no_credit", .insufficientBalance), ("slow_down", .throttled), ("never_heard_of", .vendorError),
    ]
    return ConformanceSubject(
        kind: "post-box", requests: [request],
        failures: codes.map { code, reason in
            let text = #"{"error": "\#(code)", "message": "not +8613800138000"}"#
            return ScriptedFailure(
                code, .answers(VendorAnswer(status: 422, text: text)), gives: reason, .rejected,
                vendorCode: VendorCode(rawValue: code))
        },
        successAnswer: VendorAnswer(status: 200, text: #"{"id": "box-m1-1"}"#), secrets: ["token-4711"],
        vendorMessageID: { "box-\($0)" }
    ) { behaviour throws(NotApplicable) in
        let (clock, transport) = (ManualClock(), try vendor.transport(behaviour))
        let options = OptionValues(["endpoint": .string("api.example"), "token": .secret(Secret("token-4711"))])
        let kind = PostBoxKind.kind { _ in transport }
        guard let provider = try? kind.make(options, ProviderContext(name: "post-box", clock: clock)) else {
            throw NotApplicable("the options are wrong")
        }
        return vendor.bench(provider, transport, clock: clock)
    }
}

/// PostBox as it behaves on the wire.
private let vendor = HTTPVendor(
    accept: { VendorAnswer(status: 200, text: #"{"id": "box-\#(letter($0)["reference"] ?? "")"}"#) },
    dissect: { request in
        let headers = request.headers.map { RequestPreview.Field($0.name, $0.value) }
        return ("\(request.method.rawValue) \(request.url)", headers + letter(request).map { .init($0.key, $0.value) })
    })

private func letter(_ request: HTTPRequest) -> [String: String] {
    (try? JSONDecoder().decode([String: String].self, from: Data(request.body))) ?? [:]
}
