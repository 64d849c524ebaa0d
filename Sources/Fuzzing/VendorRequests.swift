import AliyunProvider
import DysmsEndpoint
import Foundation
import GatewayTestKit
import HTTPProviderSupport
import HTTPTransport
import NotificationGateway
import Synchronization

/// What services ask of the endpoint that stands in for the vendor.
///
/// An input is written like a request: method and target, header lines, an empty line and the body. It is asked as it is, and once
/// more with its parameters signed, by both signatures: nobody guesses one, and behind it are most of the readers.
enum VendorRequests {
    fileprivate static let key = EndpointKey(id: "fuzzed-key", secret: Secret("fuzzed-endpoint-secret"))
    private static let host = "gateway.test"

    static func check(_ bytes: [UInt8]) throws(BrokenPromise) {
        let request = EndpointRequest(fuzzed: bytes)
        let bench = Bench()
        _ = try Reading(bench.answer(request))
        try promise("nothing is sent without a signature", bench.submissions.isEmpty, bench.submissions)
        for signature in SignatureVersion.allCases { try check(signed(request, signature), signature) }
    }

    private static func check(_ request: EndpointRequest?, _ signature: SignatureVersion) throws(BrokenPromise) {
        guard let request else { return }
        let bench = Bench()
        let reading = try Reading(bench.answer(request))
        try promise("what is signed is let in, by \(signature)", !isAboutSigning(reading.code), reading.code)
        let isSend = request.value(of: "Action", "x-acs-action")?.hasPrefix("Send") ?? false
        let count = isSend && reading.code == "OK" ? 1 : 0
        try promise(
            "what is answered OK was handed in, and nothing else", bench.submissions.count == count, reading.code)
        for submission in bench.submissions {
            try promise("a submission has messages", !submission.messages.isEmpty)
            try promise("each message has its echo", submission.messages.count == submission.echoes.count)
            try promise("each message goes to somebody", submission.messages.allSatisfy { !$0.recipients.isEmpty })
        }
        let again = try Reading(bench.answer(request))
        try promise("what comes twice is handed in once", bench.submissions.count == count)
        if reading.code == "OK" {
            try promise("and the second is told so", again.code == "SignatureNonceUsed", again.code)
        }
    }

    private static func isAboutSigning(_ code: String) -> Bool {
        code == "SignatureDoesNotMatch" || code == "IncompleteSignature" || code.hasPrefix("InvalidAccessKeyId")
            || code.hasPrefix("InvalidTimeStamp") || code.hasPrefix("MissingAccessKeyId")
    }

    // MARK: Signing

    /// What the signer brings itself.
    private static let common: Set<String> = [
        "Action", "Version", "Format", "AccessKeyId", "Timestamp", "RegionId", "SecurityToken", "Signature",
        "SignatureMethod", "SignatureNonce", "SignatureVersion", "SignatureType",
    ]

    /// The parameters of a request, each once, as a caller with the key would send them.
    private static func signed(_ request: EndpointRequest, _ signature: SignatureVersion) -> EndpointRequest? {
        guard let endpoint = try? HTTPEndpoint(host, option: "endpoint", allowPlainHTTP: false) else { return nil }
        let (query, form) = (request.parameters(request.query), request.parameters(request.form))
        let service = RPCService(endpoint: endpoint)
        let access = AccessKey(id: key.id, secret: key.secret)
        let signer: any RequestSigner =
            switch signature {
            case .v1: SignatureV1(access, service: service, region: "cn-hangzhou", format: query["Format"] ?? "JSON")
            case .v3: SignatureV3(access, service: service)
            }
        func own(_ values: [String: String]) -> [RPCParameter] {
            values.filter { !common.contains($0.key) && !$0.key.isEmpty }.map { RPCParameter($0.key, $0.value) }
        }
        // It goes into a header, which has no room for other characters.
        let action = (query["Action"] ?? form["Action"] ?? "SendSms").filter { $0.isASCII && $0.isLetter }
        let call = RPCCall(
            action, method: request.method == "GET" ? .get : .post,
            query: own(query), body: .form(own(form.filter { query[$0.key] == nil })))
        let stamp = RequestStamp(timestamp: Bench.clock.wallTime.timestamp, nonce: "fuzzed-nonce")
        return EndpointRequest(signer.sign(call, stamp), host: host)
    }
}

/// An endpoint with one key and a desk that takes everything once.
private struct Bench: Sendable {
    static let clock = ManualClock()

    private let endpoint: DysmsEndpoint
    private let handedIn: HandedIn

    private final class HandedIn: Sendable {
        let submissions = Mutex<[DeskSubmission]>([])
    }

    init() {
        let handedIn = HandedIn()
        self.handedIn = handedIn
        let code = EndpointTemplate(
            name: "login-code", category: .verification, parameters: ["code"], parameterNames: ["c": "code"],
            text: try? TextTemplate("您的验证码是${code}"))
        endpoint = DysmsEndpoint(
            settings: EndpointSettings(
                keys: [VendorRequests.key],
                templates: ["SMS_CODE": code, "SMS_NEWS": EndpointTemplate(name: "news", category: .notification)]),
            desk: MessageDesk(
                submit: { submission throws(DeskRefusal) in
                    handedIn.submissions.withLock { submissions in
                        let isKnown = submissions.contains { $0.identity == submission.identity }
                        if !isKnown { submissions.append(submission) }
                        return isKnown ? .repeated : .taken
                    }
                }, history: { _ throws(DeskRefusal) in HistoryPage(total: 0, records: []) }),
            nonces: NonceWindow(), clock: Self.clock, random: SeededRandom())
    }

    var submissions: [DeskSubmission] { handedIn.submissions.withLock { $0 } }

    func answer(_ request: EndpointRequest) -> EndpointAnswer {
        InlineExecutor.run { [endpoint] in await endpoint.answer(request) }
    }
}

/// An answer as an SDK reads it.
private struct Reading {
    var code: String

    init(_ answer: EndpointAnswer) throws(BrokenPromise) {
        let text = String(decoding: answer.body, as: UTF8.self)
        try promise("an answer has a status", (200..<600).contains(answer.status), answer.status)
        try promise("an answer is UTF-8", Array(text.utf8) == answer.body)
        try promise("a header is one line", answer.headers.allSatisfy { isLine($0.name) && isLine($0.value) })
        try promise("no secret is told", !text.contains("fuzzed-endpoint-secret"), text)
        guard case .code(let code?) = Envelope.read(answer.body) else {
            throw BrokenPromise(description: "an answer can be read and has a code: \(text)")
        }
        self.code = code
        try promise("what is taken is answered with 200", code != "OK" || answer.status == 200, answer.status)
    }
}

extension EndpointRequest {
    /// Reads an input; what it lacks is as in the simplest request.
    fileprivate init(fuzzed bytes: [UInt8]) {
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)[...]
        let first = String(decoding: lines.popFirst() ?? [], as: UTF8.self).split(separator: " ", maxSplits: 1)
        let target = first.last?.split(separator: "?", maxSplits: 1) ?? []
        self.init(
            method: first.first.map(String.init) ?? "GET", path: target.first.map(String.init) ?? "/",
            query: target.count > 1 ? String(target[1]) : "")
        while let line = lines.popFirst(), !line.isEmpty {
            let parts = String(decoding: line, as: UTF8.self).split(separator: ":", maxSplits: 1)
            headers.append(EndpointHeader(parts.first.map(String.init) ?? "", parts.count > 1 ? String(parts[1]) : ""))
        }
        body = Array(lines.joined(separator: [UInt8(ascii: "\n")]))
    }

    /// As the server hands a signed one in.
    fileprivate init(_ request: HTTPRequest, host: String) {
        let target = request.url.split(separator: "?", maxSplits: 1)
        self.init(
            method: request.method.rawValue, query: target.count > 1 ? String(target[1]) : "",
            headers: [EndpointHeader("Host", host)] + request.headers.map { EndpointHeader($0.name, $0.value) },
            body: request.body)
    }

    fileprivate var form: String { String(decoding: body, as: UTF8.self) }

    /// Names and values, as a browser reads them; of two with one name the last.
    fileprivate func parameters(_ text: String) -> [String: String] {
        let pairs = text.split(separator: "&").map { pair -> (String, String) in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map {
                $0.replacingOccurrences(of: "+", with: " ").removingPercentEncoding ?? String($0)
            }
            return (parts[0], parts.count > 1 ? parts[1] : "")
        }
        return Dictionary(pairs, uniquingKeysWith: { $1 })
    }

    fileprivate func value(of parameter: String, _ header: String) -> String? {
        headers.last { $0.name.lowercased() == header }?.value ?? parameters(query)[parameter]
            ?? parameters(form)[parameter]
    }
}
