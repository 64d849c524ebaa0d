public import GatewayOutbox

/// An entry of the outbox as the API shows it, for others who show entries.
public enum EntryDocument {
    /// One JSON object, as `GET /v1/messages/{id}` answers it; what the message says is left out.
    ///
    /// - Parameter revealsAddresses: whether recipients are written out.
    public static func json(of entry: OutboxEntry, revealsAddresses: Bool) -> String {
        String(
            decoding: EntryReport.whole(entry, for: revealsAddresses ? .anybody : .onlooker).serialized, as: UTF8.self)
    }
}
