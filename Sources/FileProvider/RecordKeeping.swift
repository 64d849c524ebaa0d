import NotificationGateway

/// What the log and the file provider have in common.
enum RecordKeeping {
    static let capabilities = Capabilities(
        channels: Set(Channel.allCases), content: Set(Capabilities.ContentForm.allCases), maxRecipients: 1_000)

    /// Refuses what cannot be recorded, before any I/O.
    ///
    /// - Throws: ``ProviderError``, rejected.
    static func check(_ request: ProviderRequest) throws(ProviderError) {
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
