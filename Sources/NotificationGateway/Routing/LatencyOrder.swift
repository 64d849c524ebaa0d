/// `least-latency`: the provider that lately took its messages fastest is first.
///
/// Some messages explore, so that one that became faster is found again and one that nobody asked yet is measured. Only some
/// of them: were an unmeasured provider always first, it would get everything at once.
struct LatencyOrder: CandidateOrder {
    /// One message in so many tries another provider than the fastest.
    static let exploration = 20
    /// The same while a provider is unmeasured: the sooner it is, the sooner its place is right.
    static let firstExploration = 4

    func order(
        _ candidates: [ActiveProvider], for recipient: Recipient, random: any RandomSource, advancing: Bool
    ) -> [ActiveProvider] {
        let averages = candidates.map(\.latency.average)
        // Those that are not measured come after those that are, as written.
        var places = candidates.indices.sorted {
            (averages[$0] ?? .unmeasured, $0) < (averages[$1] ?? .unmeasured, $1)
        }
        if advancing, let tried = explored(averages, places, random) {
            places.insert(places.remove(at: tried), at: 0)
        }
        return places.map { candidates[$0] }
    }

    /// The place in `places` of the candidate that is tried out of its turn, if one is.
    private func explored(_ averages: [Duration?], _ places: [Int], _ random: any RandomSource) -> Int? {
        let measured = averages.count { $0 != nil }
        // The unmeasured come last; the first of all needs no exploring.
        let choices = (measured < places.count ? measured : 1)..<places.count
        guard random.next(below: measured < places.count ? Self.firstExploration : Self.exploration) == 0,
            measured > 0
        else { return nil }
        return choices.lowerBound + random.next(below: choices.count)
    }

    func why(_ candidate: ActiveProvider, for recipient: Recipient) -> String? {
        candidate.latency.average.map { "takes \($0.words) on average" } ?? "not measured yet"
    }
}

extension Duration {
    fileprivate static let unmeasured = Duration.seconds(Int64.max)
}
