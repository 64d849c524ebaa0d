/// Everything that decides where messages go: what a configuration file says, as values.
public struct GatewaySettings: Sendable {
    /// Whether messages leave the machine.
    public enum Mode: String, Sendable, Hashable, CaseIterable {
        /// Messages are sent.
        case live
        /// Everything but the network: requests are made, shown masked, and not sent.
        case dryRun = "dry-run"
    }

    /// One provider under its name.
    public struct ConfiguredProvider: Sendable {
        /// Its name.
        public var name: ProviderName
        /// The `type:` of its kind, for listings.
        public var type: String
        /// The provider.
        public var provider: any MessageProvider {
            didSet { identity = Identity() }
        }
        /// The most requests it is given; `nil` means no limit.
        public var rateLimit: Rate? {
            didSet { if rateLimit != oldValue { identity = Identity() } }
        }
        /// Tells this provider in service from every other; copies share it, so that a new gateway can go on with it.
        private(set) var identity = Identity()

        /// Names a provider.
        public init(
            name: ProviderName, type: String = "custom", provider: any MessageProvider, rateLimit: Rate? = nil
        ) {
            self.name = name
            self.type = type
            self.provider = provider
            self.rateLimit = rateLimit
        }

        /// Nothing but itself.
        final class Identity: Sendable {}
    }

    /// Whether messages leave the machine.
    public var mode: Mode
    /// The country of phone numbers that are written without a country code.
    public var defaultCountry: CountryCode?
    /// The language where a message names none.
    public var defaultLocale: LocaleTag?
    /// The providers.
    public var providers: [ConfiguredProvider]
    /// The templates.
    public var templates: [Template]
    /// The routes; the first whose rule matches takes the message.
    public var routes: [Route]

    /// Describes settings.
    public init(
        mode: Mode = .live, defaultCountry: CountryCode? = nil, defaultLocale: LocaleTag? = nil,
        providers: [ConfiguredProvider], templates: [Template] = [], routes: [Route]
    ) {
        self.mode = mode
        self.defaultCountry = defaultCountry
        self.defaultLocale = defaultLocale
        self.providers = providers
        self.templates = templates
        self.routes = routes
    }
}
