import NotificationGateway

/// What the log and the file provider have in common.
enum RecordKeeping {
    static let capabilities = capabilities(maxRecipients: 1_000)

    static func capabilities(maxRecipients: Int) -> Capabilities {
        Capabilities(
            channels: Set(Channel.allCases), content: Set(Capabilities.ContentForm.allCases),
            maxRecipients: maxRecipients)
    }

    /// Refuses what cannot be recorded, before any I/O.
    ///
    /// - Throws: ``ProviderError``, rejected.
    static func check(_ request: ProviderRequest, _ capabilities: Capabilities) throws(ProviderError) {
        guard !request.recipients.isEmpty else {
            throw ProviderError(.invalidRequest, .rejected, message: "the request has no recipient")
        }
        guard request.recipients.count <= capabilities.maxRecipients else {
            throw ProviderError(
                .unsupported, .rejected,
                message: "\(request.recipients.count) recipients are more than the \(capabilities.maxRecipients) "
                    + "that one record takes")
        }
    }
}
