/// What a provider is given at most, and how much of it is in use at the moment of asking.
public struct ProviderLimits: Sendable, Hashable {
    /// The most requests in a span of time; `nil` means no limit.
    public var rateLimit: Turns?
    /// The most requests under way at a time; `nil` means no limit.
    public var maxInFlight: Places?

    /// The turns of a rate.
    public struct Turns: Sendable, Hashable {
        /// The rate.
        public var rate: Rate
        /// What shares the turns; `nil` where the provider has them for itself.
        public var key: RateLimitKey?
        /// How many requests may be sent at once.
        public var left: Int
        /// The time until the next request is allowed; zero where one may be sent at once.
        public var wait: Duration
    }

    /// The places of requests under way.
    public struct Places: Sendable, Hashable {
        /// How many there are.
        public var limit: Int
        /// How many requests are under way.
        public var underWay: Int
        /// How many wait for one of them to end.
        public var waiting: Int
    }
}
