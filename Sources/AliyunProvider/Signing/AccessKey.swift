import HTTPProviderSupport
public import NotificationGateway

/// The key of a vendor account, or a temporary one with its token.
public struct AccessKey: Sendable, Hashable {
    /// The public part: `LTAI…`.
    public var id: String
    /// The secret part.
    public var secret: Secret
    /// The token of a temporary (STS) key.
    public var securityToken: Secret?

    /// Describes a key.
    public init(id: String, secret: Secret, securityToken: Secret? = nil) {
        self.id = id
        self.secret = secret
        self.securityToken = securityToken
    }
}

extension AccessKey: MaskedDescription {
    /// The two ends of the id: enough to tell two keys apart, as in errors and previews.
    public var description: String { "AccessKey \(Mask.identifier(id))" }
}

/// How requests are signed.
public enum SignatureVersion: String, Sendable, Hashable, CaseIterable {
    /// Signature 1.0: HMAC-SHA1 over all parameters. For compatibility.
    case v1
    /// ACS3-HMAC-SHA256 over headers and the body's hash. The vendor's advice for new work.
    case v3
}
