public import NotificationGateway
import Synchronization

/// Random numbers that are the same in every run: SplitMix64 from a seed.
///
/// Sequential callers get one fixed sequence; concurrent ones share it without a lock, in no fixed order.
/// Never use it outside tests: its numbers can be guessed.
///
/// Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014.
public final class SeededRandom: RandomSource {
    private let state: Atomic<UInt64>

    /// Starts the sequence of a seed.
    public init(seed: UInt64 = 1) {
        state = Atomic(seed)
    }

    /// The next sixty-four bits.
    public func next() -> UInt64 {
        var bits = state.wrappingAdd(0x9E37_79B9_7F4A_7C15, ordering: .relaxed).newValue
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }
}
