import GatewayTestKit
import HTTPTransport
import NotificationGateway
import Synchronization

/// What a broken provider does wrong: one fault for each rule.
enum Fault: String, CaseIterable, Sendable {
    case carriesWhatItDoesNotDeclare = "capabilities are honest"
    case takesTooManyRecipients = "recipient limit"
    case losesTheVendorsID = "receipt"
    case confusesReasons = "failures are classified"
    case believesAnyAnswer = "unreadable answers"
    case callsUnansweredRejected = "unanswered requests"
    case triesAgainByItself = "no repetition"
    case setsNoTimeLimit = "deadline"
    case misnamesCancellation = "cancellation"
    case keepsSendsInTheProvider = "concurrency"
    case drawsItsOwnNonce = "same input, same bytes"
    case namesTheRecipientInErrors = "privacy"
    case previewsSomethingElse = "preview"
    case takesSilenceForNo = "status look-up"
    case livesOnAfterShutdown = "shutdown"
}

/// A small provider for a made-up vendor: keeps every rule, unless a fault is built in.
///
/// The vendor takes lines `name: value`, and answers `OK id END` or `ERROR code text`.
final class ModelProvider: MessageProvider {
    static let url = "https://vendor.example/send"
    static let secret = "key-5f1d7a"

    let capabilities = Capabilities(channels: [.sms], content: [.vendorTemplate], maxRecipients: 3)
    let statusLookup: (any StatusLookup)?
    private let transport: any HTTPTransport
    private let clock: any GatewayClock
    private let random: any RandomSource
    private let secret = Secret(ModelProvider.secret)
    private let fault: Fault?
    /// Whether it never notices that its task was cancelled.
    private let isDeaf: Bool
    private let lastReference = Mutex("")

    init(
        _ transport: any HTTPTransport, clock: any GatewayClock, random: any RandomSource, fault: Fault?,
        isDeaf: Bool = false
    ) {
        self.isDeaf = isDeaf
        self.transport = transport
        self.clock = clock
        self.random = random
        self.fault = fault
        statusLookup = ModelLookup(transport: transport, fault: fault)
    }

    func send(_ request: ProviderRequest) async throws(ProviderError) -> ProviderReceipt {
        try check(request)
        lastReference.withLock { $0 = request.reference }
        let fields = fields(of: request)
        let message = HTTPRequest(
            method: .post, url: Self.url, headers: [.init("Key", secret.reveal())], body: Self.body(fields),
            timeout: fault == .setsNoTimeLimit ? nil : request.deadline - clock.now)
        let response: HTTPResponse
        do throws(HTTPFailure) { response = try await execute(message) } catch {
            throw providerError(error, request)
        }
        let receipt = try Self.receipt(response, fault: fault)
        switch fault {
        case .losesTheVendorsID: return ProviderReceipt()
        case .keepsSendsInTheProvider:
            return ProviderReceipt(vendorMessageID: "biz-" + lastReference.withLock { $0 })
        default: return receipt
        }
    }

    private func execute(_ message: HTTPRequest) async throws(HTTPFailure) -> HTTPResponse {
        if isDeaf { return try await executeUncancelled(message) }
        do throws(HTTPFailure) { return try await transport.execute(message) } catch {
            guard fault == .triesAgainByItself, error.cause == .connectionLost else { throw error }
            return try await transport.execute(message)
        }
    }

    private func executeUncancelled(_ message: HTTPRequest) async throws(HTTPFailure) -> HTTPResponse {
        let result = await Task.detached { [transport] () async -> Result<HTTPResponse, HTTPFailure> in
            do throws(HTTPFailure) { return .success(try await transport.execute(message)) } catch {
                return .failure(error)
            }
        }.value
        return try result.get()
    }

    private func check(_ request: ProviderRequest) throws(ProviderError) {
        if fault != .carriesWhatItDoesNotDeclare, request.channel != .sms || request.content.template == nil {
            throw ProviderError(.unsupported, .rejected, message: "it carries templates by SMS only")
        }
        if fault != .takesTooManyRecipients, request.recipients.count > capabilities.maxRecipients {
            throw ProviderError(.unsupported, .rejected, message: "too many recipients")
        }
    }

    private func fields(of request: ProviderRequest) -> [RequestPreview.Field] {
        let nonce = fault == .drawsItsOwnNonce ? SystemRandom().next() : random.next()
        return [
            .init("reference", request.reference),
            .init("to", request.recipients.map(\.address).joined(separator: ",")),
            .init("template", request.content.template?.rawValue ?? ""),
            .init("parameters", request.content.parameters.map { "\($0.name)=\($0.value)" }.joined(separator: ";")),
            .init("time", clock.wallTime.timestamp), .init("nonce", String(nonce, radix: 16)),
        ]
    }

    private static func body(_ fields: [RequestPreview.Field]) -> [UInt8] {
        Array(fields.map { "\($0.name): \($0.value)\n" }.joined().utf8)
    }

    func preview(_ request: ProviderRequest) throws(ProviderError) -> RequestPreview {
        try check(request)
        let masked = fields(of: request).map { field in
            switch field.name {
            case "to": RequestPreview.Field("to", request.recipients.map(\.masked).joined(separator: ","))
            case "parameters": RequestPreview.Field("parameters", "***")
            case "template" where fault == .previewsSomethingElse: RequestPreview.Field("template", "other")
            default: field
            }
        }
        return RequestPreview(destination: "POST \(Self.url)", fields: masked)
    }

    func shutdown() async {
        if fault != .livesOnAfterShutdown { await transport.shutdown(grace: .zero) }
    }

    // MARK: Answers

    private static func receipt(_ response: HTTPResponse, fault: Fault?) throws(ProviderError) -> ProviderReceipt {
        let words = String(decoding: response.body, as: UTF8.self).split(separator: " ").map(String.init)
        if response.status == 200, words.count == 3, words[0] == "OK", words[2] == "END" {
            return ProviderReceipt(vendorMessageID: words[1])
        }
        if words.count > 2, words[0] == "ERROR" {
            let code = VendorCode(rawValue: words[1])
            let reason: Reason =
                switch code {
                case "LIMIT": fault == .confusesReasons ? .vendorError : .throttled
                case "NUMBER": .invalidRecipient
                default: .vendorError
                }
            throw ProviderError(reason, .rejected, vendorCode: code, message: "the vendor refused: \(code)")
        }
        if fault == .believesAnyAnswer, response.status == 200 { return ProviderReceipt(vendorMessageID: "biz") }
        throw ProviderError(
            .invalidAnswer, response.status == 400 ? .rejected : .unknown, message: "the answer makes no sense")
    }

    private func providerError(_ failure: HTTPFailure, _ request: ProviderRequest) -> ProviderError {
        let reason: Reason =
            switch failure.cause {
            case .cancelled: fault == .misnamesCancellation ? .connectionLost : .cancelled
            case .timedOut: .timedOut
            case .unreachable: .unreachable
            default: .connectionLost
            }
        let isDenied = fault == .callsUnansweredRejected && failure.cause != .cancelled
        let recipients = fault == .namesTheRecipientInErrors ? " for \(request.recipients[0].address)" : ""
        return ProviderError(
            reason, failure.surelyNotSent || isDenied ? .rejected : .unknown, message: failure.detail + recipients)
    }
}

/// Asks the made-up vendor: `query: reference`, answered by `KNOWN reference END` or `UNKNOWN reference END`.
private struct ModelLookup: StatusLookup {
    let transport: any HTTPTransport
    let fault: Fault?
    var settlingTime: Duration? { .zero }
    var findsByReferenceAlone: Bool { true }

    func records(for query: StatusQuery) async throws(ProviderError) -> [StatusRecord] {
        let body = Array("query: \(query.reference ?? "")\n".utf8)
        do throws(HTTPFailure) {
            let response = try await transport.execute(
                HTTPRequest(method: .post, url: ModelProvider.url, body: body, timeout: .seconds(5)))
            let words = String(decoding: response.body, as: UTF8.self).split(separator: " ").map(String.init)
            guard words.count == 3, words[0] == "KNOWN" else { return [] }
            return [StatusRecord(state: .pending, recipient: query.recipient, reference: words[1])]
        } catch {
            if fault == .takesSilenceForNo { return [] }
            throw ProviderError(.unreachable, .rejected, message: error.detail)
        }
    }
}
