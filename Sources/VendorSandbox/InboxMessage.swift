/// What one phone received.
public struct InboxMessage: Codable, Sendable, Hashable {
    /// The number as the vendor keeps it: mainland ones with eleven digits, others with their country code.
    public var phone: String
    /// The text as it is read on the phone, the sign in front.
    public var text: String
    /// The sign name.
    public var sign: String
    /// The template's code.
    public var template_code: String
    /// The template's variables as they were sent.
    public var template_param: String?
    /// The sender's own reference.
    public var out_id: String?
    /// The vendor's id of the request.
    public var biz_id: String
    /// The customer.
    public var access_key_id: String
    /// When it was taken, in GMT+8: `yyyy-MM-dd HH:mm:ss`.
    public var received_at: String
}

/// One request as it came over the wire.
public struct RecordedRequest: Codable, Sendable, Hashable {
    /// The method.
    public var method: String
    /// Path and query.
    public var target: String
    /// The header fields; of several with one name, the last.
    public var headers: [String: String]
    /// The body, as text.
    public var body: String
    /// The operation that was asked for.
    public var action: String?
    /// The code that was answered, or what was done instead.
    public var answer: String
}
