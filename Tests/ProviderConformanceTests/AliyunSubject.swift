import AliyunProvider
import Foundation
import GatewayTestKit
import HTTPTransport
import NotificationGateway
import ProviderConformance
import Synchronization

extension ConformanceSubject {
    /// The Dysms provider against a vendor in process, with either signature.
    static func aliyun(signature: String) -> ConformanceSubject {
        ConformanceSubject(
            kind: "aliyun-dysms", requests: [dysmsRequest()], failures: dysmsFailures,
            successAnswer: DysmsVendor.accepted("m1-1"),
            secrets: ["access-key-secret-4711", "security-token-4711"],
            // Drawn anew or made of what is drawn; the rule on equal bytes covers them.
            volatileFields: [
                "SignatureNonce", "Signature", "x-acs-signature-nonce", "authorization", "Authorization",
            ],
            vendorMessageID: { "biz-\($0)" }, requestID: { _ in "R-1" }, receiptPost: dysmsReceipts
        ) { (behaviour: VendorBehaviour) async throws(NotApplicable) -> ProviderUnderTest in
            try dysmsBench(behaviour, signature: signature)
        }
    }

    private static func dysmsReceipts(_ records: [StatusRecord]) -> [UInt8] {
        let receipts = records.map { record in
            """
            {"phone_number":"\(record.recipient.map { String($0.address.dropFirst(3)) } ?? "")",\
            "send_time":"2026-11-28 10:00:00","report_time":"2026-11-28 10:00:04","success":\(record.state == .delivered),\
            "err_code":"\(record.state == .delivered ? "DELIVERED" : "MOBILE_NOT_ON_SERVICE")","sms_size":"1",\
            "biz_id":"\(record.vendorMessageID ?? "")","out_id":"\(record.reference ?? "")"}
            """
        }
        return Array("[\(receipts.joined(separator: ","))]".utf8)
    }

    private static func dysmsRequest() -> ProviderRequest {
        var request = SampleRequests.code()
        request.content.text = nil
        request.content.binding = OptionValues(["template_code": .string("SMS_154950909")])
        return request
    }

    private static func dysmsBench(
        _ behaviour: VendorBehaviour, signature: String
    ) throws(NotApplicable) -> ProviderUnderTest {
        let vendor = HTTPVendor(dysms: DysmsVendor())
        let transport = try vendor.transport(behaviour)
        let (clock, book) = (ManualClock(), LogBook())
        let options = OptionValues([
            "access_key_id": .string("LTAI-access-key-id-4711"),
            "access_key_secret": .secret(Secret("access-key-secret-4711")),
            "security_token": .secret(Secret("security-token-4711")), "sign_name": .string("云通信"),
            "signature": .string(signature),
        ])
        let context = ProviderContext(name: "aliyun", clock: clock, random: SeededRandom(), logger: book.logger)
        do throws(InvalidOptions) {
            let provider = try AliyunKind.dysms { _ in transport }.make(options, context)
            return vendor.bench(provider, transport, clock: clock, logged: { book.lines })
        } catch {
            preconditionFailure("the options are good: \(error)")
        }
    }

    private static let dysmsFailures: [ScriptedFailure] = [
        code("isv.MOBILE_NUMBER_ILLEGAL", "13800138000invalid mobile number", .invalidRecipient),
        code("isv.TEMPLATE_MISSING_PARAMETERS", "模板变量缺少对应参数值", .missingParameter),
        code("isv.PARAM_LENGTH_LIMIT", "参数超过长度限制", .invalidContent),
        code("isv.INVALID_PARAMETERS", "参数异常", .invalidRequest),
        code("isv.CUSTOMER_REFUSED", "用户拒收", .blockedRecipient),
        code("isv.BUSINESS_LIMIT_CONTROL", "触发分钟级流控Permits:1", .recipientLimit),
        code("isv.SMS_SIGNATURE_ILLEGAL", "短信签名不合法", .senderNotApproved),
        code("isv.SMS_TEMPLATE_ILLEGAL", "短信模版不合法", .templateNotApproved),
        code("isv.DAY_LIMIT_CONTROL", "触发日发送限额", .dailyLimit),
        code("isv.AMOUNT_NOT_ENOUGH", "账户余额不足", .insufficientBalance),
        code("isv.ACCOUNT_ABNORMAL", "账户异常", .accountSuspended),
        code("isp.RAM_PERMISSION_DENY", "RAM权限不足", .permissionDenied),
        code("SignatureDoesNotMatch", "Specified signature is not matched", .authenticationFailed, status: 400),
        code(
            "Throttling.User", "Request was denied due to user flow control.", .throttled, status: 400,
            headers: ["Retry-After": "7"], pause: .seconds(7)),
        code("SignatureNonceUsed", "Specified signature nonce was used already.", nil, .unknown, status: 400),
        code("isp.SYSTEM_ERROR", "系统错误", .vendorError, .unknown),
        code("isv.NEVER_SEEN_BEFORE", "nobody knows it: 271828", .vendorError),
    ].compactMap { $0 }

    private static func code(
        _ code: String, _ message: String, _ reason: Reason?, _ acceptance: Acceptance = .rejected,
        status: Int = 200, headers: [String: String] = [:], pause: Duration? = nil
    ) -> ScriptedFailure? {
        guard let reason = reason ?? DysmsErrorCodes.row(for: code)?.reason else { return nil }
        var answer = DysmsVendor.json(["Code": code, "Message": message, "RequestId": "R-1"], status: status)
        answer.headers = headers
        return ScriptedFailure(
            code, .answers(answer), gives: reason, acceptance, vendorCode: VendorCode(rawValue: code), requestID: "R-1",
            retryAfter: pause)
    }
}

/// A Dysms that takes everything, and remembers it.
private final class DysmsVendor: Sendable {
    private let taken = Mutex<[[String: String]]>([])

    func answer(_ request: HTTPRequest) -> VendorAnswer {
        let fields = Dictionary(
            Self.fields(request).map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        let action = fields["Action"] ?? fields["x-acs-action"] ?? ""
        guard action == "QuerySendDetails" else {
            taken.withLock { $0.append(fields) }
            return Self.accepted(fields["OutId"] ?? "")
        }
        // The vendor searches by number and day and knows nothing of a search by OutId.
        let details = taken.withLock { $0 }.filter { $0["PhoneNumbers"] == fields["PhoneNumber"] }.map { sent in
            [
                "OutId": sent["OutId"] ?? "", "PhoneNum": sent["PhoneNumbers"] ?? "", "SendStatus": 3,
                "ErrCode": "DELIVERED", "TemplateCode": sent["TemplateCode"] ?? "",
                "SendDate": "2026-01-02 11:04:05", "ReceiveDate": "2026-01-02 11:04:09",
            ] as [String: Any]
        }
        return Self.json([
            "Code": "OK", "Message": "OK", "RequestId": "R-2", "TotalCount": details.count,
            "SmsSendDetailDTOs": ["SmsSendDetailDTO": details],
        ])
    }

    static func accepted(_ reference: String) -> VendorAnswer {
        json(["Code": "OK", "Message": "OK", "RequestId": "R-1", "BizId": "biz-\(reference)"])
    }

    static func json(_ object: [String: Any], status: Int = 200) -> VendorAnswer {
        let data = try? JSONSerialization.data(withJSONObject: object, options: [.sortedKeys])
        return VendorAnswer(status: status, body: Array(data ?? Data()))
    }

    /// Headers, query and form, decoded by a decoder that is not ours.
    static func fields(_ request: HTTPRequest) -> [RequestPreview.Field] {
        let query = request.url.split(separator: "?", maxSplits: 1).dropFirst().first.map(String.init) ?? ""
        // The form's own header is HTTP's business; signature v3 signs it, as `content-type`, and v1 does not.
        let host = request.url.split(separator: "/").dropFirst().first.map(String.init) ?? ""
        return [RequestPreview.Field("host", host)]
            + request.headers.filter { $0.name != "Content-Type" }.map { RequestPreview.Field($0.name, $0.value) }
            + [query, String(decoding: request.body, as: UTF8.self)].flatMap { text in
                text.split(separator: "&").map { pair in
                    let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                        .map { $0.replacing("+", with: " ").removingPercentEncoding ?? "" }
                    return RequestPreview.Field(parts[0], parts.count > 1 ? parts[1] : "")
                }
            }
    }
}

extension HTTPVendor {
    fileprivate init(dysms vendor: DysmsVendor) {
        self.init(
            accept: { vendor.answer($0) },
            dissect: { request in
                let origin = request.url.split(separator: "?")[0]
                return ("\(request.method.rawValue) \(origin)", DysmsVendor.fields(request))
            })
    }
}
