/// `cheapest`: the provider that takes least for the recipient's country is first.
///
/// Those of one price keep the written order; those without a price come last, because an unknown one may be any.
struct PriceOrder: CandidateOrder {
    func order(
        _ candidates: [ActiveProvider], for recipient: Recipient, random: any RandomSource, advancing: Bool
    ) -> [ActiveProvider] {
        let country = recipient.country
        let prices = candidates.map { $0.prices[country]?.millionths ?? .max }
        return candidates.indices.sorted { (prices[$0], $0) < (prices[$1], $1) }.map { candidates[$0] }
    }

    func why(_ candidate: ActiveProvider, for recipient: Recipient) -> String? {
        candidate.prices[recipient.country].map { "costs \($0)" } ?? "has no price here"
    }
}
