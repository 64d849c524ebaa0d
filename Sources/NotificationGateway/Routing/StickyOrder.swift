/// `sticky`: the same recipient goes to the same provider, in every process and after every restart.
///
/// Rendezvous hashing: each pair of recipient and provider name has a score of its own, and the lowest is first. A provider
/// that is taken away moves its own recipients only, and each of them to the one that was second for it; one that is added
/// takes its share evenly from all. With u uniform in (0, 1], the score -ln u / weight makes the shares those of the weights.
///
/// Sources: Thaler, Ravishankar, "Using name-based mappings to increase hit rates", 1998; for the weights: Schindelhauer,
/// Schomaker, "Weighted distributed hash tables", 2005.
struct StickyOrder: CandidateOrder {
    private let hashes: [UInt64]
    private let weights: [Double]

    init(_ candidates: [Route.Candidate]) {
        hashes = candidates.map { StableHash.of($0.provider.rawValue) }
        weights = candidates.map { Double($0.weight) }
    }

    var isByRecipient: Bool { true }

    func order(
        _ candidates: [ActiveProvider], for recipient: Recipient, random: any RandomSource, advancing: Bool
    ) -> [ActiveProvider] {
        places(for: recipient).map { candidates[$0] }
    }

    /// The candidates' places in the order for a recipient; those of weight 0 follow as written.
    func places(for recipient: Recipient) -> [Int] {
        let key = StableHash.of(recipient.address)
        let scores = hashes.indices.map { place in
            let share = Double(StableHash.mix(key ^ hashes[place]) >> 11 &+ 1) * 0x1p-53
            return weights[place] > 0 ? -NaturalLogarithm.of(share) / weights[place] : .infinity
        }
        return hashes.indices.sorted { (scores[$0], $0) < (scores[$1], $1) }
    }
}

/// Hashes that are the same in every process, on every machine and in every version: Swift's own are seeded anew each time.
enum StableHash {
    /// FNV-1a over the bytes, mixed, because FNV's high bits change little with the last bytes.
    static func of(_ text: String) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return mix(hash)
    }

    /// SplitMix64's finalizer: each bit of the input changes half of the output's.
    static func mix(_ bits: UInt64) -> UInt64 {
        var bits = bits &+ 0x9E37_79B9_7F4A_7C15
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }
}

/// The natural logarithm from IEEE operations alone: those of C libraries differ in the last bit, and a recipient must not
/// change its provider with the machine.
enum NaturalLogarithm {
    private static let ofTwo = 0.693_147_180_559_945_3

    /// Of a positive, normal number.
    static func of(_ number: Double) -> Double {
        // ln(m) = 2 artanh(s) with s = (m - 1) / (m + 1), at most 1/3: fifteen terms are exact to a double's last bits.
        let ratio = (number.significand - 1) / (number.significand + 1)
        var sum = 0.0
        for term in (0..<15).reversed() { sum = sum * ratio * ratio + 1 / Double(2 * term + 1) }
        return Double(number.exponent) * ofTwo + 2 * ratio * sum
    }
}
