/// One configured vendor account that can carry messages.
///
/// Rules for implementers; the conformance suite has one rule of the same name for each:
///
/// 1. *capabilities are honest*: what is declared works; what is not is refused before any I/O with reason `unsupported`.
/// 2. *failures are classified*: every ``ProviderError`` says what is known of the acceptance. A request of which nothing
///    left this machine is `rejected`; one that was sent and not fully answered is `unknown`.
/// 3. *no repetition*: one call issues at most one request. Retries are the gateway's business. The exception: a vendor that
///    refused a request unread for a fault of form, such as its timestamp, may be asked once more without it.
/// 4. *deadline*: the request's deadline bounds the call.
/// 5. *cancellation*: cancelling the task ends the call promptly with reason `cancelled`, and with the acceptance as far as known.
/// 6. *concurrency*: `send` is called from many tasks at once; state of one send is never kept in the provider.
/// 7. *privacy*: no secret, address or text in an error, a log, a metric label or a preview, unless the option `reveal` asks for it.
/// 8. *preview*: does no I/O and shows what `send` would do with the same request.
/// 9. *shutdown*: frees what the provider holds; a second call is harmless.
///
/// What the gateway has already checked: recipients fit the channel and are at most ``Capabilities/maxRecipients``,
/// parameters fit the template, the binding's fields fit the kind's schema, the deadline has not passed.
public protocol MessageProvider: Sendable {
    /// What this provider can carry; constant over its life.
    var capabilities: Capabilities { get }

    /// Asks the vendor what became of earlier requests; `nil` where the vendor cannot be asked.
    var statusLookup: (any StatusLookup)? { get }

    /// Sends one request to the vendor and says what the vendor said.
    ///
    /// - Throws: ``ProviderError`` when the vendor did not surely take the message for every recipient of the request.
    func send(_ request: ProviderRequest) async throws(ProviderError) -> ProviderReceipt

    /// Shows the request that ``send(_:)`` would make, with secrets and personal data masked, without any I/O.
    ///
    /// - Throws: ``ProviderError`` for a request that `send` would refuse before any I/O.
    func preview(_ request: ProviderRequest) throws(ProviderError) -> RequestPreview

    /// Frees connections, files and threads. Sends in flight may still finish.
    func shutdown() async
}
