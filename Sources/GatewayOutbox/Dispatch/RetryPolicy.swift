/// How often and after which pauses a message is tried that surely nobody took.
///
/// Before the try after try n the pause is drawn evenly from the upper half of a span that doubles; as it stands:
///
/// | after try | pause |
/// | --- | --- |
/// | 1 | 5…10 s |
/// | 2 | 10…20 s |
/// | 3 | 20…40 s |
/// | 4 | 40…80 s |
/// | 5 | 80…160 s |
/// | 9 and later | 21…43 min, and so on up to half an hour to an hour |
///
/// A pause that is named (by the vendor, a limit or quiet hours) is never shortened; up to a tenth is added to it.
public struct RetryPolicy: Sendable, Hashable {
    /// Tries until the message is dead; the first one counts.
    public var maxTries: Int
    /// The first span.
    public var firstPause: Duration
    /// The longest span.
    public var longestPause: Duration

    /// Describes a policy; without arguments some three hours of tries, ten of them with pauses up to an hour.
    public init(maxTries: Int = 10, firstPause: Duration = .seconds(10), longestPause: Duration = .seconds(3600)) {
        self.maxTries = max(1, maxTries)
        self.firstPause = firstPause
        self.longestPause = longestPause
    }

    /// The pause after a try; `bits` are sixty-four random ones.
    func pause(afterTry count: Int, named: Duration?, bits: UInt64) -> Duration {
        var span = firstPause
        for _ in 1..<max(1, min(count, 64)) where span < longestPause { span = span * 2 }
        span = min(span, longestPause)
        let own = span / 2 + Self.fraction(of: span / 2, bits)
        guard let named else { return own }
        return max(named + Self.fraction(of: named / 10, bits), own)
    }

    private static func fraction(of span: Duration, _ bits: UInt64) -> Duration {
        span * (Double(bits >> 11) / Double(1 << 53))
    }
}
