import HTTPProviderSupport
public import HTTPTransport
public import NotificationGateway

/// Calls the operations of Dysms (2017-05-25): signs, sends once, and judges the answer.
///
/// Its calls run concurrently from any number of tasks. Each issues at most one request. Cancelling the task ends a
/// call with reason `cancelled`, and acceptance `unknown` once a byte has left.
public struct DysmsClient: Sendable {
    let settings: DysmsSettings
    let signer: any RequestSigner
    private let transport: any HTTPTransport
    private let clock: any GatewayClock
    private let random: any RandomSource

    /// Makes a client that uses a transport; the client does not shut it down.
    public init(
        _ settings: DysmsSettings, transport: any HTTPTransport, clock: any GatewayClock = SystemClock(),
        random: any RandomSource = SystemRandom()
    ) {
        self.settings = settings
        self.transport = transport
        self.clock = clock
        self.random = random
        signer = settings.signer
    }

    var phoneFormat: PhoneFormat { PhoneFormat(internationalPrefix: settings.internationalPrefix) }

    /// A new time and a new nonce.
    package func stamp() -> RequestStamp { RequestStamp(clock: clock, random: random) }

    /// Sends up to a hundred messages of one template, each with its own sign name and parameters (`SendBatchSms`).
    ///
    /// The vendor takes or refuses the batch as a whole and gives it one id.
    ///
    /// - Parameters:
    ///   - templateCode: the vendor's code of the template.
    ///   - reference: echoed by the vendor as `OutId`; shorter than 256 bytes.
    ///   - deadline: when the caller stops waiting.
    /// - Throws: ``NotificationGateway/ProviderError`` when the vendor did not surely take the batch.
    public func sendBatch(
        _ entries: [DysmsBatchEntry], templateCode: String, reference: String, deadline: ContinuousClock.Instant
    ) async throws(ProviderError) -> ProviderReceipt {
        let call = try SendBatchSms(phoneFormat: phoneFormat)
            .call(for: entries, templateCode: templateCode, reference: reference)
        let (answer, _) = try await perform(call, deadline: deadline) { redaction in
            for entry in entries {
                redaction.hide(entry.recipient)
                for parameter in entry.parameters { redaction.hide(parameter.value) }
            }
        }
        return answer.receipt
    }

    /// Signs a call, sends it once, and returns an answer that says `OK`.
    ///
    /// - Parameter hide: takes out of errors what the request said in confidence; called only when there is an error.
    /// - Throws: ``NotificationGateway/ProviderError`` for everything else.
    func perform(
        _ call: RPCCall, deadline: ContinuousClock.Instant, hiding hide: (inout TextRedaction) -> Void
    ) async throws(ProviderError) -> (answer: VendorAnswer, response: HTTPResponse) {
        let stamp = stamp()
        var request = signer.sign(call, stamp)
        let timeLeft = clock.now.duration(to: deadline)
        guard timeLeft > .zero else {
            throw ProviderError(
                .deadlineExceeded, .rejected, message: "the deadline passed before the request was sent")
        }
        request.timeout = timeLeft
        let response: HTTPResponse
        do { response = try await transport.execute(request) } catch { throw ProviderError(error) }
        let answer = VendorAnswer(response.body)
        if AnswerReader.isSuccess(answer, status: response.status) { return (answer, response) }
        var redaction = TextRedaction()
        hide(&redaction)
        redaction.hide(settings.accessKey.secret.reveal())
        if let token = settings.accessKey.securityToken { redaction.hide(token.reveal()) }
        redaction.hide(settings.accessKey.id, as: Mask.identifier(settings.accessKey.id))
        let answered = AnsweredCall(
            call: call, stamp: stamp, signer: signer, receivedAt: clock.wallTime, redaction: redaction)
        throw AnswerReader.error(answer, response, to: answered)
    }
}

extension VendorAnswer {
    /// The vendor's word that it took a request.
    var receipt: ProviderReceipt {
        ProviderReceipt(
            vendorMessageID: Self.identifier(bizID), requestID: Self.identifier(requestID), vendorCode: code)
    }

    /// An id as it may stand in logs and files: on one line, and not the length that an answer may have.
    private static func identifier(_ text: String?) -> String? {
        guard let text = SendSms.filled(text) else { return nil }
        var all = text
        let isPlain = all.withUTF8 { bytes in
            bytes.count <= 128 && bytes.allSatisfy { $0 > 0x20 && $0 < 0x7F }
        }
        return isPlain ? text : TextRedaction().redact(text, limit: 128)
    }
}
