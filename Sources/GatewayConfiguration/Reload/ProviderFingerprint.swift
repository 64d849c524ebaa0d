import NotificationGateway

/// All that a file says of a provider, whatever outside the file it came from: two that are equal configure the same one.
///
/// Holds secrets for as long as the provider itself does, and never shows them.
struct ProviderFingerprint: Sendable, Hashable {
    var type: String
    var options: OptionValues
    var rateLimit: Rate?
    var rateLimitKey: RateLimitKey?
    var maxInFlight: Int?
    var prices = PriceList()

    /// The keys of a provider's section that are not options of its kind. A new one belongs into the fingerprint: otherwise
    /// a change of it would not take effect before the next start.
    static let keys: Set<String> = ["type", "rate_limit", "rate_limit_key", "max_in_flight", "prices"]
}

extension ProviderFingerprint: MaskedDescription {
    /// The type and the names of the options.
    var description: String { "\(type) (\(options.names.joined(separator: ", ")))" }
}

/// A provider of the configuration that is in force while a new one is read.
struct FormerProvider: Sendable {
    var configured: GatewaySettings.ConfiguredProvider
    var fingerprint: ProviderFingerprint
}
