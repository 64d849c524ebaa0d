import NotificationGateway

/// A request whose sender is known and whose signature is right. Whether it is a copy of an earlier one is not known yet.
struct SignedCall: Sendable {
    var key: EndpointKey
    var action: String
    var version: String
    var nonce: String
    /// When the sender says that it was signed.
    var timestamp: WallTime
    var parameters: ParameterList
}
