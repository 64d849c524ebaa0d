/// What passes from one gateway to the next when a new configuration follows an old one.
extension Gateway {
    /// The provider in service that a configured one was, under the same name.
    func provider(like configured: GatewaySettings.ConfiguredProvider) -> ActiveProvider? {
        let place = providers.indices.first {
            identities[$0] === configured.identity && providers[$0].name == configured.name
                && providers[$0].type == configured.type
        }
        return place.map { providers[$0] }
    }

    /// Shuts down, side by side, the providers that none of the other gateways go on with.
    ///
    /// - Returns: the names of those that were shut down, in the order of the configuration.
    @discardableResult
    public func shutdown(sparing others: [Gateway]) async -> [ProviderName] {
        let gone = providers.indices.filter { place in
            !others.contains { other in other.identities.contains { $0 === identities[place] } }
        }
        await withTaskGroup(of: Void.self) { group in
            for place in gone { group.addTask { [provider = providers[place].provider] in await provider.shutdown() } }
        }
        return gone.map { providers[$0].name }
    }
}

extension GatewaySettings {
    /// The turns that providers share, by their keys; those of the gateway before go on where the limit is the same.
    func sharedTurns(following previous: Gateway?, now: MonotonicTime) -> [RateLimitKey: RateSchedule] {
        var turns: [RateLimitKey: RateSchedule] = [:]
        for provider in providers {
            guard let key = provider.rateLimitKey, let rate = provider.rateLimit, turns[key] == nil else { continue }
            let former = previous?.sharedTurns[key]
            turns[key] = former?.rate == rate ? former : RateSchedule(rate, start: now)
        }
        return turns
    }

    /// Where providers do not agree on what they share: the provider, and what is wrong.
    package var rateLimitKeyFaults: [(provider: ProviderName, fault: String)] {
        var first: [RateLimitKey: ConfiguredProvider] = [:]
        return providers.compactMap { provider in
            guard let key = provider.rateLimitKey else { return nil }
            guard provider.rateLimit != nil else {
                return (provider.name, "has a rate_limit_key and no rate_limit to share")
            }
            guard let other = first[key] else {
                first[key] = provider
                return nil
            }
            guard other.rateLimit != provider.rateLimit else { return nil }
            return (
                provider.name,
                "shares the rate_limit_key '\(key)' with '\(other.name)' and has another rate_limit; give both the same"
            )
        }
    }
}
