/// A route whose names are resolved, with its strategy at work.
final class CompiledRoute: Sendable {
    let name: RouteName
    let candidates: [ActiveProvider]
    let strategy: Strategy
    let deadline: Duration?
    let retries: Int
    let toleratesDuplicates: Bool
    let policy: FallbackPolicy
    private let candidateOrder: any CandidateOrder
    private let ordered: [Route.Candidate]

    /// - Parameter previous: the route of the same name in the configuration before; where strategy and candidates are the
    ///   same, its order goes on, and a round does not begin anew.
    init(_ route: Route, providers: [ProviderName: ActiveProvider], following previous: CompiledRoute? = nil) {
        name = route.name
        candidates = route.candidates.compactMap { providers[$0.provider] }
        strategy = route.strategy
        let ordered = route.candidates.filter { providers[$0.provider] != nil }
        self.ordered = ordered
        let isSame = previous.map { $0.strategy == route.strategy && $0.ordered == ordered } ?? false
        candidateOrder = (isSame ? previous?.candidateOrder : nil) ?? route.strategy.makeOrder(ordered)
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

    /// Whether recipients of one message may get different orders, and so cannot all travel together.
    var isByRecipient: Bool { candidates.count > 1 && candidateOrder.isByRecipient }

    /// The candidates in the order for one message; a plan looks without moving the strategy's state.
    func order(for recipient: Recipient, random: any RandomSource, advancing: Bool) -> [ActiveProvider] {
        // Without a choice there is nothing to order, and nothing to allocate.
        guard candidates.count > 1 else { return candidates }
        return candidateOrder.order(candidates, for: recipient, random: random, advancing: advancing)
    }

    /// Why the strategy puts a candidate where it does, where there is more to say than its name.
    func why(_ candidate: ActiveProvider, for recipient: Recipient) -> String? {
        candidateOrder.why(candidate, for: recipient)
    }
}
