/// One configured vendor account that can carry messages.
///
/// Rules for implementers; the conformance suite has one rule of the same name for each:
///
/// 1. *capabilities are honest*: what is declared works; what is not is refused before any I/O with reason `unsupported`.
/// 2. *recipient limit*: as many recipients as declared travel in one request; more are refused before any I/O.
/// 3. *every recipient*: what is sent names each recipient of the request once, in their order.
/// 4. *own contents*: as many recipients as declared, each with a content of its own, travel in one request, and each gets its
///    own.
/// 5. *receipt*: it carries the vendor's ids, of the message and of the exchange, where the vendor gives them.
/// 6. *failures are classified*: every ``ProviderError`` gives the reason and what is known of the acceptance, and passes on
///    the vendor's code, its id of the exchange, and the pause that it asks for.
/// 7. *unreadable answers*: whatever bytes come back, nothing traps, and what cannot be understood is never taken for
///    acceptance. Under a status of success or of a server's failure the acceptance is `unknown`.
/// 8. *unanswered requests*: a request of which nothing left this machine is `rejected`; one that was sent and not fully
///    answered is `unknown`.
/// 9. *no repetition*: one call issues at most one request. Retries are the gateway's business. The exception: a vendor that
///    refused a request unread for a fault of form, such as its timestamp, may be asked once more without it.
/// 10. *copies*: where the vendor is declared to refuse a copy of a request that it has had, the error of one that may have
///     arrived hands out what makes the same bytes again; of one that surely did not arrive, none does.
/// 11. *deadline*: the request's deadline, by the clock that the provider was given, bounds the call.
/// 12. *cancellation*: cancelling the task ends the call promptly with reason `cancelled`, and with the acceptance as far as
///     known.
/// 13. *concurrency*: `send` is called from many tasks at once; state of one send is never kept in the provider.
/// 14. *same input, same bytes*: time and randomness come from the provider's context alone, never from the machine.
/// 15. *privacy*: no secret, address or text in an error, a description, a log, a metric label or a preview, unless the option
///     `reveal` asks for it.
/// 16. *preview*: does no I/O, shows what `send` would do with the same request, and refuses what `send` would refuse unsent.
/// 17. *status look-up*: a ``StatusLookup`` finds what was taken and nothing else, and fails where the vendor gave no answer
///     that can be read: only the vendor's own word is a no.
/// 18. *receipts*: a ``ReceiptReader`` reads what the vendor posts, finds the request and the recipient again, and takes nothing
///     else for a receipt.
/// 19. *shutdown*: frees what the provider holds; a second call is harmless, and what comes later is refused.
///
/// What the gateway has already checked: recipients fit the channel and are at most ``Capabilities/maxRecipients``,
/// parameters fit the template, the binding's fields fit the kind's schema, the deadline has not passed.
public protocol MessageProvider: Sendable {
    /// What this provider can carry; constant over its life.
    var capabilities: Capabilities { get }

    /// Asks the vendor what became of earlier requests; `nil` where the vendor cannot be asked.
    var statusLookup: (any StatusLookup)? { get }

    /// Reads the delivery receipts that the vendor posts; `nil` where it posts none.
    var receiptReader: (any ReceiptReader)? { get }

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
