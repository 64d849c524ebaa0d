/// The vendor's word that it took a request: taken, not yet delivered.
public struct ProviderReceipt: Sendable, Hashable {
    /// The vendor's id of the message or batch, for its console and receipts.
    public var vendorMessageID: String?
    /// The vendor's id of this very request, for its support.
    public var requestID: String?
    /// The vendor's own code for success, verbatim.
    public var vendorCode: String?

    /// Describes a receipt.
    public init(vendorMessageID: String? = nil, requestID: String? = nil, vendorCode: String? = nil) {
        self.vendorMessageID = vendorMessageID
        self.requestID = requestID
        self.vendorCode = vendorCode
    }
}

/// What a provider would send, as it may be shown to anyone: secrets and personal data are masked.
public struct RequestPreview: Sendable, Hashable {
    /// One named part: a parameter, a header, a field of a line.
    public struct Field: Sendable, Hashable {
        /// The part's name.
        public var name: String
        /// Its value, masked.
        public var value: String

        /// Pairs a name with a value.
        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Where it would go: `POST https://dysmsapi.aliyuncs.com/`, `append var/notifications.jsonl`.
    public var destination: String
    /// The parts in the order in which they are sent.
    public var fields: [Field]

    /// Describes a preview.
    public init(destination: String, fields: [Field]) {
        self.destination = destination
        self.fields = fields
    }
}

extension RequestPreview.Field: MaskedDescription {
    /// The name alone.
    public var description: String { "\(name)=***" }
}

extension RequestPreview: MaskedDescription {
    /// Where it would go and the names of its parts; the values of a provider that reveals them are for the screen only.
    public var description: String { "\(destination) (\(fields.map(\.name).joined(separator: ", ")))" }
}
