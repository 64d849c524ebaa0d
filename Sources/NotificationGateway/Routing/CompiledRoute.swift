import Synchronization

/// A route whose names are resolved, with the cursor of its strategy.
final class CompiledRoute: Sendable {
    let name: RouteName
    let candidates: [ActiveProvider]
    let strategy: Strategy
    let deadline: Duration?
    let retries: Int
    let toleratesDuplicates: Bool
    let policy: FallbackPolicy
    private let weights: [Int]
    private let cursor = Atomic<UInt>(0)

    init(_ route: Route, providers: [ProviderName: ActiveProvider]) {
        let resolved = route.candidates.compactMap { candidate in
            providers[candidate.provider].map { ($0, candidate.weight) }
        }
        name = route.name
        candidates = resolved.map(\.0)
        weights = resolved.map(\.1)
        strategy = route.strategy
        deadline = route.deadline
        retries = route.retries
        toleratesDuplicates = route.duplicates == .tolerate
        policy = FallbackPolicy(overrides: route.overrides)
    }

    /// The time that a message has: the shorter of its own limit and the route's where both are given, else the one that
    /// is, else its category's.
    func deadline(for message: PreparedMessage) -> Duration {
        switch (message.deadline, deadline) {
        case (let own?, let limit?): min(own, limit)
        case (let named?, nil), (nil, let named?): named
        case (nil, nil): message.category.defaultDeadline
        }
    }

    /// The candidates in the order for one message; a plan looks without moving the round-robin cursor.
    func order(random: any RandomSource, advancing: Bool) -> [ActiveProvider] {
        guard candidates.count > 1 else { return candidates }
        switch strategy {
        case .ordered: return candidates
        case .roundRobin:
            let turn = advancing ? cursor.wrappingAdd(1, ordering: .relaxed).oldValue : cursor.load(ordering: .relaxed)
            let start = Int(turn % UInt(candidates.count))
            return Array(candidates[start...] + candidates[..<start])
        case .weighted: return drawn(random)
        }
    }

    /// Draws by weight without putting back; those of weight 0 follow as written.
    private func drawn(_ random: any RandomSource) -> [ActiveProvider] {
        var rest = Array(zip(candidates, weights))
        var order: [ActiveProvider] = []
        var total = weights.reduce(0, +)
        while total > 0 {
            var point = Int(random.next().multipliedFullWidth(by: UInt64(total)).high)
            let index = rest.firstIndex { candidate in
                point -= candidate.1
                return point < 0
            }
            guard let index else { break }
            total -= rest[index].1
            order.append(rest.remove(at: index).0)
        }
        return order + rest.map(\.0)
    }
}
