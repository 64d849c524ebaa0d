import NotificationGateway

/// Hands every message to a closure.
struct ClosureProvider: MessageProvider {
    let capabilities = Capabilities(channels: [.sms], content: [.text])
    let statusLookup: (any StatusLookup)? = nil
    let handle: @Sendable (String, String) async -> Bool

    func send(_ request: ProviderRequest) async throws(ProviderError) -> ProviderReceipt {
        guard let text = request.content.text else {
            throw ProviderError(.unsupported, .rejected, message: "the template has no text")
        }
        for recipient in request.recipients {
            guard await handle(recipient.address, text) else {
                throw ProviderError(.vendorError, .rejected, message: "the handler refused the message")
            }
        }
        return ProviderReceipt(vendorMessageID: request.reference)
    }

    func preview(_ request: ProviderRequest) throws(ProviderError) -> RequestPreview {
        RequestPreview(
            destination: "closure", fields: request.recipients.map { RequestPreview.Field("to", $0.masked) })
    }

    func shutdown() async {}
}
