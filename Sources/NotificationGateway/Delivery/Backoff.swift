/// The pauses between tries with the same provider.
///
/// Before retry n the pause is drawn evenly from the upper half of a span that doubles:
///
/// | retry | pause |
/// | --- | --- |
/// | 1 | 125…250 ms |
/// | 2 | 250…500 ms |
/// | 3 | 0.5…1 s |
/// | 4 | 1…2 s |
/// | 5 | 2…4 s |
/// | 6 and later | 4…8 s |
///
/// The lower bound keeps a busy vendor from being hit at once; the draw keeps many senders from coming back together.
/// A pause that the vendor names is never shortened: up to a tenth is added to it, for the same reason. One that is shorter
/// than our own, or has passed, does not take ours away.
struct Backoff: Sendable {
    static let firstSpan = Duration.milliseconds(250)
    static let doublings = 5

    /// The pause before a retry; `bits` are sixty-four random ones.
    static func pause(beforeRetry retry: Int, named: Duration?, bits: UInt64) -> Duration {
        let span = firstSpan * (1 << min(max(retry - 1, 0), doublings))
        let own = span / 2 + fraction(of: span / 2, bits)
        guard let named else { return own }
        return max(named + fraction(of: named / 10, bits), own)
    }

    private static func fraction(of span: Duration, _ bits: UInt64) -> Duration {
        span * (Double(bits >> 11) / Double(1 << 53))
    }
}
