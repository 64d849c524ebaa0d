/// The providers for a message, in the order of the route's strategy, the open ones last.
struct HealthOrder: Sendable {
    var candidates: [ActiveProvider]
    /// Whether none lets the message pass, so that the first is only the least bad.
    var isLastResort = false

    /// The words for the trail of a last resort.
    static let lastResort = "asked although no provider is healthy: it is the least bad"
}

extension PreparedMessage {
    /// Puts the providers that let the message pass first and the others last, the least bad before the worse; within each
    /// the strategy's order stays.
    ///
    /// Only the first takes the slot of a probe: the others are asked only where it fails, and need not be probed for that.
    /// Those that are equally bad keep their order, and one that is partial keeps its messages where no other is whole: nothing
    /// shifts between vendors that all fail.
    func ordered(
        _ candidates: [ActiveProvider], country: CountryCode?, random: any RandomSource, now: MonotonicTime,
        advancing: Bool
    ) -> HealthOrder {
        // The common case: nothing is wrong, nothing is allocated.
        guard candidates.contains(where: \.breakers.isMarked) else { return HealthOrder(candidates: candidates) }
        let isAnyWhole = candidates.contains {
            $0.breakers.isClosed(bindingKey(for: $0, country: country), at: now)
        }
        var isFirstFound = false
        let standings = candidates.map { provider in
            guard provider.breakers.isMarked else {
                isFirstFound = true
                return ProviderCircuits.Standing.closed
            }
            // A plan draws nothing: it shows as passed what at least every second message passes.
            let bits = advancing ? random.next() : 1 << 62
            let standing = provider.breakers.standing(
                bindingKey(for: provider, country: country), at: now, bits: isAnyWhole ? bits : nil,
                takingProbe: advancing && !isFirstFound)
            if standing == .closed { isFirstFound = true }
            return standing
        }
        let places = candidates.indices.sorted { (standings[$0], $0) < (standings[$1], $1) }
        return HealthOrder(candidates: places.map { candidates[$0] }, isLastResort: !isFirstFound)
    }

    /// The binding that a provider's request is made from, as its health knows it.
    func bindingKey(for provider: ActiveProvider, country: CountryCode?) -> BindingKey {
        let choice = template?.choice(for: provider.name, country: country, locale: locale)
        return BindingKey(template: template?.name, fields: choice?.choice.fields ?? OptionValues())
    }
}
