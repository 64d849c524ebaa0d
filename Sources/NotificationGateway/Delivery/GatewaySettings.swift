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
        /// Shares the limit with all providers that have the same key, and the same limit; `nil` keeps it for itself.
        public var rateLimitKey: RateLimitKey? {
            didSet { if rateLimitKey != oldValue { identity = Identity() } }
        }
        /// The most requests that it has under way at a time; `nil` means no limit.
        public var maxInFlight: Int? {
            didSet { if maxInFlight != oldValue { identity = Identity() } }
        }
        /// What it takes for a message, for the `cheapest` strategy.
        public var prices: PriceList {
            didSet { if prices != oldValue { identity = Identity() } }
        }
        /// Tells this provider in service from every other; copies share it, so that a new gateway can go on with it.
        private(set) var identity = Identity()

        /// Names a provider.
        public init(
            name: ProviderName, type: String = "custom", provider: any MessageProvider, rateLimit: Rate? = nil,
            rateLimitKey: RateLimitKey? = nil, maxInFlight: Int? = nil, prices: PriceList = PriceList()
        ) {
            self.name = name
            self.type = type
            self.provider = provider
            self.rateLimit = rateLimit
            self.rateLimitKey = rateLimitKey
            self.maxInFlight = maxInFlight
            self.prices = prices
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

    /// How long a message's id, given by the caller, stands for the one delivery; zero sends every call.
    public var repeatWindow: Duration

    /// A day: longer than queues and callers repeat, and long enough for a person to look into it.
    public static let defaultRepeatWindow = Duration.seconds(86_400)

    /// Describes settings.
    public init(
        mode: Mode = .live, defaultCountry: CountryCode? = nil, defaultLocale: LocaleTag? = nil,
        providers: [ConfiguredProvider], templates: [Template] = [], routes: [Route],
        repeatWindow: Duration = GatewaySettings.defaultRepeatWindow
    ) {
        self.mode = mode
        self.defaultCountry = defaultCountry
        self.defaultLocale = defaultLocale
        self.providers = providers
        self.templates = templates
        self.routes = routes
        self.repeatWindow = repeatWindow
    }
}
