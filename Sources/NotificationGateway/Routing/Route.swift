/// An ordered plan of candidate providers with limits, for the messages that its rule matches.
public struct Route: Sendable {
    /// One provider of a route.
    public struct Candidate: Sendable, Hashable {
        /// The provider.
        public var provider: ProviderName
        /// Its share of the messages under the `weighted` and `sticky` strategies, at least 0; 0 means only as a fallback.
        public var weight: Int

        /// Names a provider.
        public init(_ provider: ProviderName, weight: Int = 1) {
            self.provider = provider
            self.weight = weight
        }
    }

    /// What to do when nobody knows whether a vendor took a message.
    public enum Duplicates: String, Sendable, Hashable, CaseIterable {
        /// Never send again before the vendor was asked: the default.
        case avoid
        /// Go on to the next provider: better twice than never.
        case tolerate
    }

    /// Its name, for people.
    public var name: RouteName
    /// Which messages it takes.
    public var rule: Rule
    /// The candidates.
    public var candidates: [Candidate]
    /// How the candidates are ordered for a message.
    public var strategy: Strategy
    /// The time from the call to the outcome; `nil` takes the message's own, or the category's default.
    public var deadline: Duration?
    /// Retries with the same provider, at most, for each provider of the route.
    public var retries: Int
    /// What to do when acceptance is unknown.
    public var duplicates: Duplicates
    /// Steps that differ from the standard policy.
    public var overrides: [PolicyOverride]
    /// How many messages a recipient may get by this route; empty means no limit.
    public var recipientLimit: [Rate]
    /// When it disturbs nobody.
    public var quietHours: QuietHours?

    /// Describes a route.
    public init(
        name: RouteName, rule: Rule = Rule(), candidates: [Candidate], strategy: Strategy = .ordered,
        deadline: Duration? = nil, retries: Int = Route.defaultRetries, duplicates: Duplicates = .avoid,
        overrides: [PolicyOverride] = [], recipientLimit: [Rate] = [], quietHours: QuietHours? = nil
    ) {
        self.name = name
        self.rule = rule
        self.candidates = candidates
        self.strategy = strategy
        self.deadline = deadline
        self.retries = retries
        self.duplicates = duplicates
        self.overrides = overrides
        self.recipientLimit = recipientLimit
        self.quietHours = quietHours
    }

    /// Two retries: three tries in all, as the vendors' own SDKs make where they retry.
    public static let defaultRetries = 2
}

/// How a route orders its providers for a message; those after the first are the fallbacks.
public enum Strategy: String, Sendable, Hashable, CaseIterable {
    /// As written.
    case ordered
    /// Each message starts one further; the order stays a circle.
    case roundRobin = "round-robin"
    /// Drawn by weight without putting back.
    case weighted
    /// The same recipient goes to the same provider, in every process; shares by weight.
    case sticky
    /// The provider that lately took its messages fastest is first; some messages explore the others.
    case leastLatency = "least-latency"
    /// The provider with the lowest price for the recipient's country is first; those without a price are last.
    case cheapest

    /// Whether the candidates' weights count.
    public var usesWeights: Bool { self == .weighted || self == .sticky }
}
