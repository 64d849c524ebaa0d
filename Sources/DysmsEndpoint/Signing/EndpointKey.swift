public import GatewayOutbox
import MessageAuthentication
public import NotificationGateway

/// A key of the gateway's own that a service uses in place of the vendor's.
///
/// The secret has to be known in clear: both signatures are keyed hashes.
public struct EndpointKey: Sendable, Hashable {
    /// The public part, where the SDK wants `AccessKeyId`.
    public var id: String
    /// The secret part, where the SDK wants `AccessKeySecret`.
    public var secret: Secret
    /// Whose messages it sends and sees.
    public var tenant: Tenant
    /// The vendor's codes of the templates that it may use; `nil` allows all.
    public var templates: Set<String>?

    /// Describes a key.
    public init(id: String, secret: Secret, tenant: Tenant = "default", templates: Set<String>? = nil) {
        self.id = id
        self.secret = secret
        self.tenant = tenant
        self.templates = templates
    }
}

extension EndpointKey: MaskedDescription {
    /// Whose it is.
    public var description: String { "EndpointKey of \(tenant)" }
}

/// A key made ready to judge signatures.
struct PreparedKey: Sendable {
    let key: EndpointKey
    /// For signature 1.0, which signs with the secret and an `&`.
    let first: HMACKey
    /// For signature V3.
    let third: HMACKey

    init(_ key: EndpointKey) {
        self.key = key
        // Joined lazily: a text of both would stay in freed memory.
        first = HMACKey(.sha1, [key.secret.reveal().utf8, "&".utf8].joined())
        third = HMACKey(.sha256, key.secret.reveal().utf8)
    }
}
