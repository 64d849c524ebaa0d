public import NotificationGateway
import Synchronization

/// A provider that carries nothing: it records each request and answers from a script.
///
///     let first = RecordingProvider([.fail(ProviderError(.throttled, .rejected, message: "slow down"))])
///     let second = RecordingProvider()     // accepts everything
public final class RecordingProvider: MessageProvider {
    /// What becomes of one request.
    public enum Step: Sendable {
        /// It is taken, under the given receipt.
        case accept(ProviderReceipt)
        /// It fails.
        case fail(ProviderError)
        /// The vendor has it and never answers: ends, acceptance unknown, when the task is cancelled.
        case hang

        /// It is taken, and the vendor's id is the request's reference.
        public static let accept = Step.accept(ProviderReceipt())
    }

    private struct State {
        var requests: [ProviderRequest] = []
        var shutdowns = 0
    }

    /// What it claims to carry.
    public let capabilities: Capabilities
    /// The look-up it was given.
    public let statusLookup: (any StatusLookup)?
    /// The reader it was given.
    public let receiptReader: (any ReceiptReader)?
    private let script: @Sendable (ProviderRequest, Int) async -> Step
    private let state = Mutex(State())
    private let arrivals = Gauge()
    private let hanging = Suspension()

    /// What it claims to carry where a test does not say: everything, a thousand recipients at a time.
    public static let everything = Capabilities(
        channels: Set(Channel.allCases), content: Set(Capabilities.ContentForm.allCases), maxRecipients: 1_000)

    /// Answers the first request by the first step, and so on; later ones by `last`, or by the last step, or by accepting.
    public convenience init(
        _ steps: [Step] = [], last: Step? = nil, capabilities: Capabilities = everything,
        statusLookup: (any StatusLookup)? = nil, receiptReader: (any ReceiptReader)? = nil
    ) {
        let last = last ?? steps.last ?? .accept
        self.init(
            capabilities: capabilities, statusLookup: statusLookup, receiptReader: receiptReader
        ) { _, number in
            number <= steps.count ? steps[number - 1] : last
        }
    }

    /// Answers each request by what the closure says; its second argument counts requests from 1.
    public init(
        capabilities: Capabilities = everything, statusLookup: (any StatusLookup)? = nil,
        receiptReader: (any ReceiptReader)? = nil,
        respond: @escaping @Sendable (ProviderRequest, Int) async -> Step
    ) {
        self.capabilities = capabilities
        self.statusLookup = statusLookup
        self.receiptReader = receiptReader
        script = respond
    }

    /// The requests so far, in the order in which they came.
    public var requests: [ProviderRequest] { state.withLock { $0.requests } }

    /// How often it was shut down.
    public var shutdowns: Int { state.withLock { $0.shutdowns } }

    /// Suspends until at least `count` requests have come, or the calling task is cancelled.
    public func waitForRequests(_ count: Int = 1) async { await arrivals.wait(for: count) }

    /// Records the request and does what the script says.
    ///
    /// - Throws: as scripted; reason `cancelled`, acceptance `unknown`, when the task is cancelled while the script hangs.
    public func send(_ request: ProviderRequest) async throws(ProviderError) -> ProviderReceipt {
        let number = state.withLock { state in
            state.requests.append(request)
            return state.requests.count
        }
        arrivals.increment()
        switch await script(request, number) {
        case .accept(var receipt):
            if receipt == ProviderReceipt() { receipt.vendorMessageID = request.reference }
            return receipt
        case .fail(let error): throw error
        case .hang:
            let isCancelled = await hanging.wait() == .cancelled
            throw ProviderError(
                isCancelled ? .cancelled : .connectionLost, .unknown,
                message: isCancelled ? "cancelled while waiting for the answer" : "the provider was shut down")
        }
    }

    /// Shows the reference and the masked recipients.
    public func preview(_ request: ProviderRequest) throws(ProviderError) -> RequestPreview {
        RequestPreview(
            destination: "record",
            fields: [
                RequestPreview.Field("reference", request.reference),
                RequestPreview.Field("recipients", request.recipients.map(\.masked).joined(separator: ",")),
            ])
    }

    /// Counts the call, and ends what hangs.
    public func shutdown() async {
        state.withLock { $0.shutdowns += 1 }
        hanging.release()
    }
}
