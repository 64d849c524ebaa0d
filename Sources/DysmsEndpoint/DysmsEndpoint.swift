public import NotificationGateway

/// The server's side of Aliyun's Dysms 2017-05-25 RPC API, without the HTTP server: a request in, an answer out.
///
/// A service that uses the vendor's official SDK, in any language, sends through the gateway by changing endpoint and key.
/// Any bytes are answered; nothing of what is answered is logged. May be called from any number of tasks.
///
///     let endpoint = DysmsEndpoint(settings: settings, desk: desk, nonces: nonces)
///     let answer = await endpoint.answer(request)
public struct DysmsEndpoint: Sendable {
    private let settings: EndpointSettings
    private let desk: MessageDesk
    private let nonces: NonceWindow
    private let clock: any GatewayClock
    private let random: any RandomSource
    private let authenticator: Authenticator

    /// Makes an endpoint.
    ///
    /// - Parameter nonces: the same for an endpoint and the one that takes its place.
    public init(
        settings: EndpointSettings, desk: MessageDesk, nonces: NonceWindow, clock: any GatewayClock = SystemClock(),
        random: any RandomSource = SystemRandom()
    ) {
        self.settings = settings
        self.desk = desk
        self.nonces = nonces
        self.clock = clock
        self.random = random
        authenticator = Authenticator(settings.keys)
    }

    /// Answers a request. Every refusal is an answer too.
    public func answer(_ request: EndpointRequest) async -> EndpointAnswer {
        var reply = Reply(requestID: requestID(), host: request.header("host") ?? "", format: Self.format(request, nil))
        do throws(EndpointError) {
            guard request.method == "GET" || request.method == "POST" else { throw .unsupportedMethod }
            guard request.path == "/" || request.path.isEmpty else { throw .unknownPath }
            let parameters = try RequestParameters(request)
            reply.format = Self.format(request, parameters.all)
            let format = parameters.all.filled("Format")
            guard format.map({ AnswerFormat(named: $0) != nil }) ?? true else { throw .invalid("Format") }
            let now = clock.wallTime
            let call = try authenticator.authenticate(request, parameters, now: now)
            let operation = try Operation(named: call.action)
            guard call.version == Operation.version else { throw .invalidVersion }
            try claimNonce(of: call, operation, now)
            reply.root = "\(operation.rawValue)Response"
            return reply.answer(try await perform(operation, call, now))
        } catch {
            return reply.refusal(error)
        }
    }

    /// A send whose nonce cannot be remembered is safe all the same: the desk knows it. A question is not worth that.
    private func claimNonce(of call: SignedCall, _ operation: Operation, _ now: WallTime) throws(EndpointError) {
        switch nonces.claim(call.nonce, of: call.key, timestamp: call.timestamp, now: now) {
        case .fresh: break
        case .used: throw .nonceUsed
        case .unremembered: if operation == .querySendDetails { throw .throttled(milliseconds: 60_000) }
        }
    }

    private func perform(
        _ operation: Operation, _ call: SignedCall, _ now: WallTime
    ) async throws(EndpointError) -> [AnswerField] {
        switch operation {
        case .sendSms: return try await submit(try Sending(settings: settings, call: call).submission())
        case .sendBatchSms: return try await submit(try Sending(settings: settings, call: call).batchSubmission())
        case .querySendDetails:
            let details = QuerySendDetails(settings: settings, call: call, now: now)
            let query = try details.query()
            do throws(DeskRefusal) {
                return details.fields(of: try await desk.history(query), to: query.recipient)
            } catch {
                throw EndpointError(error)
            }
        }
    }

    private func submit(_ submission: DeskSubmission) async throws(EndpointError) -> [AnswerField] {
        let answer: DeskAnswer
        do throws(DeskRefusal) { answer = try await desk.submit(submission) } catch { throw EndpointError(error) }
        guard answer == .taken else { throw .nonceUsed }
        return [AnswerField("BizId", submission.identity.bizID)]
    }

    /// What is asked for, or what the vendor answers with where nothing is: XML for signature 1.0, JSON for V3.
    private static func format(_ request: EndpointRequest, _ parameters: ParameterList?) -> AnswerFormat {
        if let format = parameters?.filled("Format").flatMap(AnswerFormat.init(named:)) { return format }
        if let format = AnswerFormat(accepting: request.header("accept")) { return format }
        return request.usesHeaders || parameters == nil ? .json : .xml
    }

    /// In the vendor's form: `8-4-4-4-12` upper-case hexadecimal digits.
    private func requestID() -> String {
        let digits = random.identifier().uppercased()
        var parts: [Substring] = []
        var rest = digits[...]
        for length in [8, 4, 4, 4, 12] {
            parts.append(rest.prefix(length))
            rest = rest.dropFirst(length)
        }
        return parts.joined(separator: "-")
    }
}

/// An answer in the making.
private struct Reply {
    var requestID: String
    var host: String
    var format: AnswerFormat
    var root = "Response"

    func answer(_ fields: [AnswerField]) -> EndpointAnswer {
        let common = [
            AnswerField("RequestId", requestID), AnswerField("Code", "OK"), AnswerField("Message", "OK"),
        ]
        return EndpointAnswer(self, status: 200, AnswerDocument(root: root, fields: common + fields))
    }

    func refusal(_ error: EndpointError) -> EndpointAnswer {
        var fields = [
            AnswerField("RequestId", requestID), AnswerField("Code", error.code), AnswerField("Message", error.message),
        ]
        if !error.isOfService {
            fields.append(AnswerField("HostId", host))
            fields.append(
                AnswerField(
                    "Recommend",
                    "https://api.aliyun.com/troubleshoot?q=\(error.code)&product=Dysmsapi&requestId=\(requestID)"))
        }
        var answer = EndpointAnswer(
            self, status: error.status, AnswerDocument(root: error.isOfService ? root : "Error", fields: fields))
        if let pause = error.retryAfterMilliseconds {
            answer.headers.append(EndpointHeader("x-acs-retry-after", String(pause)))
        }
        return answer
    }
}

extension EndpointAnswer {
    fileprivate init(_ reply: Reply, status: Int, _ document: AnswerDocument) {
        self.init(
            status: status,
            headers: [
                EndpointHeader("content-type", reply.format.contentType),
                EndpointHeader("x-acs-request-id", reply.requestID),
            ], body: document.bytes(reply.format))
    }
}
