import AliyunProvider
import Foundation
import GatewayOutbox
import GatewayTestKit
import HTTPProviderSupport
import HTTPTransport
import NotificationGateway
import Synchronization

@testable import DysmsEndpoint

/// An endpoint with keys of two tenants, a desk that remembers, and clocks that stand still.
struct EndpointBench {
    static let shop = EndpointKey(id: "KEY-SHOP", secret: Secret("secret of the shop"), tenant: "shop")
    static let bank = EndpointKey(
        id: "KEY-BANK", secret: Secret("secret of the bank"), tenant: "bank", templates: ["SMS_NEWS"])

    static let templates: [String: EndpointTemplate] = [
        "SMS_CODE": EndpointTemplate(
            name: "login-code", category: .verification, parameters: ["code", "product"],
            parameterNames: ["c": "code"], text: try? TextTemplate("您的验证码是${code}"), tags: ["codes"]),
        "SMS_NEWS": EndpointTemplate(name: "news", category: .notification),
    ]

    let clock = ManualClock()
    let desk: RecordingDesk
    let endpoint: DysmsEndpoint
    let nonces: NonceWindow

    init(desk: RecordingDesk = RecordingDesk(), nonces: NonceWindow = NonceWindow(), seed: UInt64 = 1) {
        self.init(closures: desk.desk, recording: desk, nonces: nonces, seed: seed)
    }

    init(
        closures: MessageDesk, recording desk: RecordingDesk = RecordingDesk(), nonces: NonceWindow = NonceWindow(),
        seed: UInt64 = 1
    ) {
        self.desk = desk
        self.nonces = nonces
        endpoint = DysmsEndpoint(
            settings: EndpointSettings(
                keys: [Self.shop, Self.bank], templates: Self.templates,
                signNames: ["云通信": [], "Shop & Co": ["abroad"]]),
            desk: closures, nonces: nonces, clock: clock, random: SeededRandom(seed: seed))
    }

    /// A request that the provider's own signers make.
    func request(
        _ action: String, query: [String: String] = [:], form: [String: String] = [:], method: HTTPMethod = .post,
        signing: SignatureVersion = .v3, key: EndpointKey = shop, format: String = "JSON", nonce: String? = nil,
        version: String = "2017-05-25", secondsOff: Int64 = 0, host: String = "gateway.test"
    ) throws -> EndpointRequest {
        let service = RPCService(
            endpoint: try HTTPEndpoint(host, option: "endpoint", allowPlainHTTP: false), version: version)
        let access = AccessKey(id: key.id, secret: key.secret)
        let signer: any RequestSigner =
            switch signing {
            case .v1: SignatureV1(access, service: service, region: "cn-hangzhou", format: format)
            case .v3: SignatureV3(access, service: service)
            }
        let call = RPCCall(
            action, method: method, query: query.map { RPCParameter($0.key, $0.value) },
            body: .form(form.map { RPCParameter($0.key, $0.value) }))
        let stamp = RequestStamp(
            timestamp: clock.wallTime.advanced(by: secondsOff).timestamp, nonce: nonce ?? SystemRandom().identifier())
        return EndpointRequest(signer.sign(call, stamp), host: host)
    }

    func send(
        _ action: String, _ query: [String: String], form: [String: String] = [:], method: HTTPMethod = .post,
        signing: SignatureVersion = .v3, key: EndpointKey = shop
    ) async throws -> Answer {
        try await answer(try request(action, query: query, form: form, method: method, signing: signing, key: key))
    }

    func answer(_ request: EndpointRequest) async throws -> Answer { try Answer(await endpoint.answer(request)) }

    /// A good `SendSms`, with changes.
    static func sms(_ changes: [String: String?] = [:]) -> [String: String] {
        let good: [String: String?] = [
            "PhoneNumbers": "13800138000", "SignName": "云通信", "TemplateCode": "SMS_CODE",
            "TemplateParam": #"{"code":"271828"}"#,
        ]
        return good.merging(changes) { $1 }.compactMapValues { $0 }
    }

    /// A good `SendBatchSms`, with changes.
    static func batch(_ changes: [String: String?] = [:]) -> [String: String] {
        let good: [String: String?] = [
            "PhoneNumberJson": #"["13800138000","13900139000","0085251234567"]"#,
            "SignNameJson": #"["云通信","云通信","云通信"]"#, "TemplateCode": "SMS_CODE",
            "TemplateParamJson": #"[{"code":"1111"},{"code":"2222"},{"code":"3333"}]"#,
        ]
        return good.merging(changes) { $1 }.compactMapValues { $0 }
    }
}

/// A desk that takes everything, or refuses as it is told.
final class RecordingDesk: Sendable {
    private struct State {
        var submissions: [DeskSubmission] = []
        var queries: [HistoryQuery] = []
        var refusal: DeskRefusal?
        var page = HistoryPage(total: 0, records: [])
    }

    private let state = Mutex(State())

    init(refusal: DeskRefusal? = nil, page: HistoryPage = HistoryPage(total: 0, records: [])) {
        state.withLock { ($0.refusal, $0.page) = (refusal, page) }
    }

    var submissions: [DeskSubmission] { state.withLock { $0.submissions } }
    var queries: [HistoryQuery] { state.withLock { $0.queries } }
    var messages: [Message] { submissions.flatMap(\.messages) }

    var desk: MessageDesk {
        MessageDesk(
            submit: { submission throws(DeskRefusal) in
                try self.state.withLock { state throws(DeskRefusal) -> DeskAnswer in
                    if let refusal = state.refusal { throw refusal }
                    let isKnown = state.submissions.contains { $0.identity == submission.identity }
                    state.submissions.append(submission)
                    return isKnown ? .repeated : .taken
                }
            },
            history: { query throws(DeskRefusal) in
                try self.state.withLock { state throws(DeskRefusal) -> HistoryPage in
                    if let refusal = state.refusal { throw refusal }
                    state.queries.append(query)
                    return state.page
                }
            })
    }
}

extension EndpointRequest {
    /// The request as the server hands it in.
    init(_ request: HTTPRequest, host: String) {
        let target = request.url.split(separator: "?", maxSplits: 1)
        self.init(
            method: request.method.rawValue, query: target.count > 1 ? String(target[1]) : "",
            headers: [EndpointHeader("Host", host)] + request.headers.map { EndpointHeader($0.name, $0.value) },
            body: request.body)
    }
}

/// An answer, read.
struct Answer {
    var status: Int
    var headers: [String: String]
    var text: String
    var fields: [String: Any]

    init(_ answer: EndpointAnswer) throws {
        status = answer.status
        headers = Dictionary(uniqueKeysWithValues: answer.headers.map { ($0.name, $0.value) })
        text = String(decoding: answer.body, as: UTF8.self)
        let document = try? JSONSerialization.jsonObject(with: Data(answer.body))
        fields = (document as? [String: Any]) ?? [:]
    }

    subscript(name: String) -> String? { fields[name] as? String }
    /// The code, in either format.
    var code: String? { self["Code"] ?? text.firstMatch(of: /<Code>(.*)<\/Code>/).map { String($0.1) } }
    var message: String? { self["Message"] }
    var isOK: Bool { status == 200 && code == "OK" }

    /// The records of a `QuerySendDetails`.
    var details: [[String: Any]] {
        ((fields["SmsSendDetailDTOs"] as? [String: Any])?["SmsSendDetailDTO"] as? [[String: Any]])
            ?? []
    }
}
