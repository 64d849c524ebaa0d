public import HTTPProviderSupport
public import NotificationGateway

/// What a Dysms account needs.
public struct DysmsSettings: Sendable {
    /// The account's key.
    public var accessKey: AccessKey
    /// Where requests go.
    public var endpoint: HTTPEndpoint
    /// Sent as `RegionId` under signature 1.0.
    public var region: String
    /// How requests are signed.
    public var signature: SignatureVersion
    /// The sign name where a binding has none.
    public var signName: String?
    /// Before the country code of numbers outside the mainland: `00`, or nothing, where numbers that would read as
    /// mainland ones keep the `00`.
    public var internationalPrefix: String
    /// How long the vendor's records may lack a message that it has taken. The vendor names no time, so by default a
    /// message that they lack is never taken for refused.
    public var settlingTime: Duration?
    /// For which messages a request that may have arrived is sent again as it was. The vendor's book says that it refuses a
    /// nonce that it has seen.
    public var replayGuard: ReplayGuard

    /// Describes an account.
    public init(
        accessKey: AccessKey, endpoint: HTTPEndpoint, region: String = DysmsEndpoints.defaultRegion,
        signature: SignatureVersion = .v3, signName: String? = nil, internationalPrefix: String = "00",
        settlingTime: Duration? = nil, replayGuard: ReplayGuard = .codes
    ) {
        self.accessKey = accessKey
        self.endpoint = endpoint
        self.region = region
        self.signature = signature
        self.signName = signName
        self.internationalPrefix = internationalPrefix
        self.settlingTime = settlingTime
        self.replayGuard = replayGuard
    }

    var signer: any RequestSigner {
        let service = RPCService(endpoint: endpoint)
        return switch signature {
        case .v1: SignatureV1(accessKey, service: service, region: region)
        case .v3: SignatureV3(accessKey, service: service)
        }
    }
}
