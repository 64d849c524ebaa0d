import HTTPProviderSupport
public import HTTPTransport
public import NotificationGateway

/// Calls the operations of Dysms (2017-05-25): signs, sends once, and judges the answer.
///
/// Its calls run concurrently from any number of tasks. Each issues one request; only one that the vendor refused unread
/// for its timestamp is signed a second time, by the clock of the vendor's answer. Cancelling the task ends a call with
/// reason `cancelled`, and acceptance `unknown` once a byte has left.
public struct DysmsClient: Sendable {
    let settings: DysmsSettings
    let signer: any RequestSigner
    private let transport: any HTTPTransport
    private let clock: any GatewayClock
    private let random: any RandomSource
    let vendorClock = VendorClock()

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

    /// A new time, by the vendor's clock as far as it is known, and a new nonce.
    package func stamp() -> RequestStamp { stamp(ahead: vendorClock.offset) }

    private func stamp(ahead offset: Int64) -> RequestStamp {
        RequestStamp(at: clock.wallTime.advanced(by: offset), random: random)
    }

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
        _ entries: [DysmsBatchEntry], templateCode: String, reference: String, deadline: MonotonicTime
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

    /// Signs a call, sends it, and returns an answer that says `OK`.
    ///
    /// A request whose timestamp is refused was surely not taken, so to sign it once more doubles nothing.
    ///
    /// - Parameters:
    ///   - earlier: the stamp of the request that this one is to be a copy of.
    ///   - hide: takes out of errors what the request said in confidence; called only when there is an error.
    /// - Throws: ``NotificationGateway/ProviderError`` for everything else.
    func perform(
        _ call: RPCCall, deadline: MonotonicTime, repeating earlier: RequestStamp? = nil,
        hiding hide: (inout TextRedaction) -> Void
    ) async throws(ProviderError) -> (answer: VendorAnswer, response: HTTPResponse) {
        var isCorrected = false
        // Not in functions of their own: each would be one more asynchronous frame in the path of every message.
        while true {
            let offset = vendorClock.offset
            let stamp = earlier ?? stamp(ahead: offset)
            var request = signer.sign(call, stamp)
            let timeLeft = clock.now.duration(to: deadline)
            guard timeLeft > .zero else {
                throw ProviderError(
                    .deadlineExceeded, .rejected, message: "the deadline passed before the request was sent")
            }
            request.timeout = timeLeft
            let response: HTTPResponse
            do { response = try await transport.execute(request) } catch {
                throw ProviderError(error).repeatable(by: stamp)
            }
            let answer = VendorAnswer(response.body)
            if AnswerReader.isSuccess(answer, status: response.status) { return (answer, response) }
            if answer.code == DysmsErrorCodes.expiredTimestamp {
                if !isCorrected, earlier == nil, canCorrectTime(response, refusing: offset, deadline) {
                    isCorrected = true
                    continue
                }
                if isCorrected { vendorClock.forget() }
            }
            var redaction = TextRedaction()
            hide(&redaction)
            hideKey(in: &redaction)
            let answered = AnsweredCall(
                call: call, stamp: stamp, signer: signer, receivedAt: clock.wallTime, redaction: redaction,
                isCorrected: isCorrected)
            throw AnswerReader.error(answer, response, to: answered).repeatable(by: stamp)
        }
    }

    /// Whether an answer tells a time to sign by, and there is time left to do it; without, the answer stands.
    private func canCorrectTime(
        _ response: HTTPResponse, refusing offset: Int64, _ deadline: MonotonicTime
    ) -> Bool {
        vendorClock.learn(from: response, refusing: offset, now: clock.wallTime) && clock.now < deadline
    }

    private func hideKey(in redaction: inout TextRedaction) {
        redaction.hide(settings.accessKey.secret.reveal())
        if let token = settings.accessKey.securityToken { redaction.hide(token.reveal()) }
        redaction.hide(settings.accessKey.id, as: Mask.identifier(settings.accessKey.id))
    }
}

extension ProviderError {
    /// With what makes the same request again, where that can tell more: not once the vendor says that it has had it.
    fileprivate func repeatable(by stamp: RequestStamp) -> ProviderError {
        guard acceptance == .unknown, vendorCode?.rawValue != DysmsErrorCodes.usedNonce else { return self }
        var error = self
        error.replay = ReplayToken(reference: "", nonce: stamp.nonce, timestamp: stamp.timestamp)
        return error
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
