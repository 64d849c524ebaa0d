import GatewayTestKit
import HTTPTransport
import NotificationGateway

/// A small provider for a made-up vendor: keeps every rule, unless a fault is built in.
///
/// The vendor takes lines `name: value`, and answers `OK id exchange END` or `ERROR code exchange seconds text`, where the
/// seconds may be `-`.
struct ModelProvider: MessageProvider, CustomStringConvertible {
    static let url = "https://vendor.example/send"
    static let secret = "key-5f1d7a"
    static let capabilities = Capabilities(
        channels: [.sms], content: [.vendorTemplate], maxRecipients: 3, maxIndividualRecipients: 2,
        replayGuard: .all)

    let tampering: Tampering
    let transport: any HTTPTransport
    let clock: any GatewayClock
    let random: any RandomSource
    let show: @Sendable (String) -> Void
    private let secret = Secret(ModelProvider.secret)

    var capabilities: Capabilities { tampering.capabilities }
    var statusLookup: (any StatusLookup)? { ModelLookup(provider: self) }
    var receiptReader: (any ReceiptReader)? { tampering.receiptReader }
    var description: String { tampering.words }

    static func refusal(_ request: ProviderRequest) -> ProviderError? {
        if request.channel != .sms || request.content.template == nil {
            return ProviderError(.unsupported, .rejected, message: "it carries templates by SMS only")
        }
        return request.recipients.count > capabilities.maxRecipients
            ? ProviderError(.unsupported, .rejected, message: "too many recipients") : nil
    }

    func send(_ request: ProviderRequest) async throws(ProviderError) -> ProviderReceipt {
        if let error = tampering.refusal(request) { throw error }
        watch(request, nil)
        do throws(ProviderError) { return try await exchange(request) } catch {
            watch(request, error)
            throw error
        }
    }

    private func watch(_ request: ProviderRequest, _ error: ProviderError?) {
        if let line = tampering.watch(request, error) { show(line) }
    }

    private func exchange(_ request: ProviderRequest) async throws(ProviderError) -> ProviderReceipt {
        let stamp = stamp(of: request)
        let response: HTTPResponse
        do throws(HTTPFailure) {
            response = try await tampering.exchange(transport, call(request, stamp))
        } catch {
            return try end(Self.error(error), stamp, Tampering.Case(request: request, failure: error))
        }
        var receipt: ProviderReceipt
        do throws(ProviderError) { receipt = try Self.receipt(response) } catch {
            return try end(error, stamp, Tampering.Case(request: request, response: response))
        }
        try tampering.receipt(&receipt, request)
        return receipt
    }

    /// What makes a request unlike every other; that of the first for a copy.
    private func stamp(of request: ProviderRequest) -> ReplayToken {
        request.replay
            ?? ReplayToken(
                reference: request.reference, nonce: String(random.next(), radix: 16),
                timestamp: clock.wallTime.timestamp)
    }

    private func end(
        _ error: ProviderError, _ stamp: ReplayToken, _ about: Tampering.Case
    ) throws(ProviderError) -> ProviderReceipt {
        if tampering.acceptance(about) { return ProviderReceipt(vendorMessageID: "biz-\(about.request.reference)") }
        var error = error
        if error.acceptance == .unknown { error.replay = stamp }
        tampering.error(&error, about)
        throw error
    }

    private func call(_ request: ProviderRequest, _ stamp: ReplayToken) -> HTTPRequest {
        HTTPRequest(
            method: .post, url: Self.url, headers: [.init("Key", secret.reveal())],
            body: Array(fields(of: request, stamp).map { "\($0.name): \($0.value)\n" }.joined().utf8),
            timeout: tampering.timeLimit(request.deadline - clock.now, request))
    }

    private func fields(of request: ProviderRequest, _ stamp: ReplayToken) -> [RequestPreview.Field] {
        var fields: [RequestPreview.Field] = [
            .init("reference", request.reference),
            .init("to", request.recipients.map(\.address).joined(separator: ",")),
            .init("template", request.content.template?.rawValue ?? ""),
            .init("parameters", Self.parameters(of: request)),
            .init("time", stamp.timestamp), .init("nonce", stamp.nonce),
        ]
        tampering.fields(&fields, request)
        return fields
    }

    private static func parameters(of request: ProviderRequest) -> String {
        let contents = request.individualContents.isEmpty ? [request.content] : request.individualContents
        return contents.map { $0.parameters.map { "\($0.name)=\($0.value)" }.joined(separator: ";") }
            .joined(separator: "|")
    }

    func preview(_ request: ProviderRequest) throws(ProviderError) -> RequestPreview {
        if let error = tampering.previewRefusal(request) { throw error }
        let stamp = stamp(of: request)
        let masked = fields(of: request, stamp).map { field in
            switch field.name {
            case "to": RequestPreview.Field("to", request.recipients.map(\.masked).joined(separator: ","))
            case "parameters": RequestPreview.Field("parameters", "***")
            default: field
            }
        }
        var preview = RequestPreview(destination: "POST \(Self.url)", fields: [.init("Key", "***")] + masked)
        tampering.preview(&preview, call(request, stamp), transport)
        return preview
    }

    func shutdown() async { await tampering.shutdown(transport) }

    // MARK: Answers

    static func words(of response: HTTPResponse) -> [String] {
        // Nothing that the vendor means to say is longer.
        String(decoding: response.body.prefix(1_000), as: UTF8.self).split(separator: " ").map(String.init)
    }

    private static func receipt(_ response: HTTPResponse) throws(ProviderError) -> ProviderReceipt {
        let words = words(of: response)
        if response.status == 200, words.count == 4, words[0] == "OK", words[3] == "END" {
            return ProviderReceipt(vendorMessageID: words[1], requestID: words[2])
        }
        let acceptance: Acceptance = response.status == 200 || response.status >= 500 ? .unknown : .rejected
        guard words.count > 3, words[0] == "ERROR" else {
            throw ProviderError(.invalidAnswer, acceptance, message: "the answer makes no sense")
        }
        let code = VendorCode(rawValue: words[1])
        let reason: Reason =
            switch code {
            case "LIMIT": .throttled
            case "NUMBER": .invalidRecipient
            default: .vendorError
            }
        throw ProviderError(
            reason, response.status >= 500 ? .unknown : .rejected, vendorCode: code,
            message: "the vendor refused: \(code)", requestID: words[2], retryAfter: Int(words[3]).map { .seconds($0) })
    }

    static func error(_ failure: HTTPFailure) -> ProviderError {
        let reason: Reason =
            switch failure.cause {
            case .cancelled: .cancelled
            case .timedOut: .timedOut
            case .unreachable: .unreachable
            default: .connectionLost
            }
        return ProviderError(reason, failure.surelyNotSent ? .rejected : .unknown, message: failure.detail)
    }
}

/// Asks the made-up vendor: `query: reference`, answered by `KNOWN reference END` or `UNKNOWN reference END`.
struct ModelLookup: StatusLookup {
    let provider: ModelProvider
    var settlingTime: Duration? { .zero }
    var findsByReferenceAlone: Bool { true }

    func records(for query: StatusQuery) async throws(ProviderError) -> [StatusRecord] {
        try await provider.tampering.records(self, query)
    }

    /// - Parameter hasLimit: whether the question ends with the time of who asks.
    func ask(_ query: StatusQuery, hasLimit: Bool = true) async throws(ProviderError) -> [StatusRecord] {
        let call = HTTPRequest(
            method: .post, url: ModelProvider.url, body: Array("query: \(query.reference ?? "")\n".utf8),
            timeout: hasLimit ? query.deadline - provider.clock.now : nil)
        let response: HTTPResponse
        do throws(HTTPFailure) { response = try await provider.transport.execute(call) } catch {
            throw ModelProvider.error(error)
        }
        let words = ModelProvider.words(of: response)
        guard words.count == 3, words[2] == "END", ["KNOWN", "UNKNOWN"].contains(words[0]) else {
            throw ProviderError(.invalidAnswer, .unknown, message: "the answer makes no sense")
        }
        guard words[0] == "KNOWN" else { return [] }
        return [StatusRecord(state: .pending, recipient: query.recipient, reference: words[1])]
    }
}
