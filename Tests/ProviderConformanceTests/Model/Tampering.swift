import HTTPTransport
import NotificationGateway
import Synchronization

/// The places at which a fault can be built into the model provider; as it stands, it builds in none.
struct Tampering: Sendable {
    /// What there is to know about a failed call.
    struct Case {
        var request: ProviderRequest
        /// `nil` unless the transport failed.
        var failure: HTTPFailure?
        /// `nil` unless the vendor answered.
        var response: HTTPResponse?

        /// The vendor's own code, if it said one.
        var code: String? {
            let words = response.map { ModelProvider.words(of: $0) } ?? []
            return words.count > 1 && words[0] == "ERROR" ? words[1] : nil
        }
    }

    var capabilities = ModelProvider.capabilities
    /// Why a request is refused before any I/O; `nil` for one that is sent.
    var refusal: @Sendable (ProviderRequest) -> ProviderError? = ModelProvider.refusal
    /// Changes what is sent.
    var fields: @Sendable (inout [RequestPreview.Field], ProviderRequest) -> Void = { _, _ in }
    /// The time for an exchange, of what is left until the deadline.
    var timeLimit: @Sendable (Duration, ProviderRequest) -> Duration? = { left, _ in left }
    var exchange: @Sendable (any HTTPTransport, HTTPRequest) async throws(HTTPFailure) -> HTTPResponse = {
        transport, request throws(HTTPFailure) in try await transport.execute(request)
    }
    /// Changes what is made of a success.
    var receipt: @Sendable (inout ProviderReceipt, ProviderRequest) throws(ProviderError) -> Void = { _, _ in }
    /// Changes what is made of a failure.
    var error: @Sendable (inout ProviderError, Case) -> Void = { _, _ in }
    /// Takes a failure for acceptance.
    var acceptance: @Sendable (Case) -> Bool = { _ in false }
    /// A line for those who watch: when a call begins, and when it has failed.
    var watch: @Sendable (ProviderRequest, ProviderError?) -> String? = { _, _ in nil }
    /// What the provider says that it is.
    var words = "a model of a provider"
    /// Something that it keeps and never shows by itself.
    var kept = ""
    /// As `refusal`, for previews.
    var previewRefusal: @Sendable (ProviderRequest) -> ProviderError? = ModelProvider.refusal
    /// Changes what is shown.
    var preview: @Sendable (inout RequestPreview, HTTPRequest, any HTTPTransport) -> Void = { _, _, _ in }
    /// Answers for the vendor's records.
    var records: @Sendable (ModelLookup, StatusQuery) async throws(ProviderError) -> [StatusRecord] = {
        lookup, query throws(ProviderError) in try await lookup.ask(query)
    }
    var receiptReader: (any ReceiptReader)? = ModelReceipts()
    var shutdown: @Sendable (any HTTPTransport) async -> Void = { await $0.shutdown(grace: .zero) }
}

/// Something that a broken provider remembers from call to call.
final class Memory<Value: Sendable>: Sendable {
    private let state: Mutex<Value>

    init(_ value: Value) { state = Mutex(value) }

    var value: Value {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }

    /// Changes the value in one step; returns what it was.
    @discardableResult
    func exchange(_ change: (inout Value) -> Void) -> Value {
        state.withLock { value in
            let before = value
            change(&value)
            return before
        }
    }
}
