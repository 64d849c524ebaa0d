import NotificationGateway

/// Spreads what a key may ask over time: full at first, it fills again evenly, and each request takes from it.
struct TokenBucket: Sendable {
    /// What a look into the bucket told.
    struct Level: Sendable, Hashable {
        /// What it holds when full.
        var limit: Int
        /// What is left.
        var remaining: Int
        /// The time until it is full again.
        var reset: Duration
        /// The time until there is enough for a request that was refused.
        var wait: Duration?
    }

    let rate: Rate
    private var tokens: Double
    private var filled: MonotonicTime

    init(_ rate: Rate, now: MonotonicTime) {
        self.rate = rate
        tokens = Double(rate.count)
        filled = now
    }

    /// Takes so many, or nothing where there are fewer; what is more than the bucket ever holds counts as all of it.
    mutating func take(_ wanted: Int, now: MonotonicTime) -> Level {
        let perToken = rate.period / Double(rate.count)
        tokens = min(Double(rate.count), tokens + max(.zero, now - filled) / perToken)
        filled = now
        let cost = Double(min(wanted, rate.count))
        // What is missing by no more than the rounding of a few additions is there.
        let isEnough = tokens + 1e-9 >= cost
        if isEnough { tokens = max(0, tokens - cost) }
        return Level(
            limit: rate.count, remaining: Int(tokens), reset: perToken * (Double(rate.count) - tokens),
            wait: isEnough ? nil : perToken * (cost - tokens))
    }
}

extension TokenBucket.Level {
    /// The header fields that tell a caller where it stands.
    var headers: [(name: String, value: String)] {
        [
            ("ratelimit-limit", String(limit)), ("ratelimit-remaining", String(remaining)),
            ("ratelimit-reset", String(reset.wholeSecondsUp)),
        ]
    }
}
