import Synchronization

/// How a route orders its candidates for a message: a ``Strategy`` at work, with whatever state it needs.
///
/// The one seam between routes and strategies. An order is asked from any number of tasks at once, holds no lock, and reads
/// time and randomness from what it is given only.
protocol CandidateOrder: Sendable {
    /// Whether recipients of one message may get different orders, and so cannot all travel together.
    var isByRecipient: Bool { get }

    /// The candidates in the order for one message to recipients like this one.
    ///
    /// - Parameter advancing: `false` for a plan, which looks without moving state and without exploring.
    func order(
        _ candidates: [ActiveProvider], for recipient: Recipient, random: any RandomSource, advancing: Bool
    ) -> [ActiveProvider]

    /// Why a candidate stands where it does, where there is more to say than the strategy's name.
    func why(_ candidate: ActiveProvider, for recipient: Recipient) -> String?
}

extension CandidateOrder {
    var isByRecipient: Bool { false }

    func why(_ candidate: ActiveProvider, for recipient: Recipient) -> String? { nil }
}

extension Strategy {
    /// The strategy at work, for candidates of these names and weights.
    func makeOrder(_ candidates: [Route.Candidate]) -> any CandidateOrder {
        switch self {
        case .ordered: WrittenOrder()
        case .roundRobin: RoundRobinOrder()
        case .weighted: WeightedOrder(weights: candidates.map(\.weight))
        case .sticky: StickyOrder(candidates)
        case .leastLatency: LatencyOrder()
        case .cheapest: PriceOrder()
        }
    }
}

/// `ordered`: as written.
struct WrittenOrder: CandidateOrder {
    func order(
        _ candidates: [ActiveProvider], for recipient: Recipient, random: any RandomSource, advancing: Bool
    ) -> [ActiveProvider] { candidates }
}

/// `round-robin`: each message starts one further; the order stays a circle.
final class RoundRobinOrder: CandidateOrder {
    private let cursor = Atomic<UInt>(0)

    func order(
        _ candidates: [ActiveProvider], for recipient: Recipient, random: any RandomSource, advancing: Bool
    ) -> [ActiveProvider] {
        let turn = advancing ? cursor.wrappingAdd(1, ordering: .relaxed).oldValue : cursor.load(ordering: .relaxed)
        let start = Int(turn % UInt(candidates.count))
        return Array(candidates[start...] + candidates[..<start])
    }
}

/// `weighted`: drawn by weight without putting back; those of weight 0 follow as written.
struct WeightedOrder: CandidateOrder {
    let weights: [Int]

    func order(
        _ candidates: [ActiveProvider], for recipient: Recipient, random: any RandomSource, advancing: Bool
    ) -> [ActiveProvider] {
        var rest = Array(zip(candidates, weights))
        var order: [ActiveProvider] = []
        var total = weights.reduce(0, +)
        while total > 0 {
            var point = random.next(below: total)
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

extension RandomSource {
    /// A number from 0 to one less than `bound`, which is positive.
    func next(below bound: Int) -> Int { Int(next().multipliedFullWidth(by: UInt64(bound)).high) }
}
