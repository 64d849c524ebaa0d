/// A point in calendar time, UTC, in whole nanoseconds since 1970.
public struct WallTime: Sendable, Hashable, Comparable {
    /// Nanoseconds since 1970-01-01T00:00:00Z.
    public var nanosecondsSinceEpoch: Int64

    /// Wraps nanoseconds since 1970.
    public init(nanosecondsSinceEpoch: Int64) {
        self.nanosecondsSinceEpoch = nanosecondsSinceEpoch
    }

    /// Wraps seconds since 1970. What nanoseconds cannot count (before 1677, after 2262) becomes the nearest they can:
    /// a date from outside may be absurd and must not end the process.
    public init(secondsSinceEpoch: Int64) {
        nanosecondsSinceEpoch = Self.nanoseconds(secondsSinceEpoch)
    }

    private static func nanoseconds(_ seconds: Int64) -> Int64 {
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        guard overflow else { return product }
        return seconds < 0 ? .min : .max
    }

    /// Whole seconds since 1970, rounded down.
    public var secondsSinceEpoch: Int64 {
        let (quotient, remainder) = nanosecondsSinceEpoch.quotientAndRemainder(dividingBy: 1_000_000_000)
        return remainder < 0 ? quotient - 1 : quotient
    }

    /// The earlier of two comes first.
    public static func < (left: Self, right: Self) -> Bool { left.nanosecondsSinceEpoch < right.nanosecondsSinceEpoch }

    /// A later point in time, or an earlier one; stays at the end of what can be counted.
    public func advanced(by seconds: Int64) -> WallTime {
        let (sum, overflow) = nanosecondsSinceEpoch.addingReportingOverflow(Self.nanoseconds(seconds))
        return WallTime(nanosecondsSinceEpoch: overflow ? (seconds < 0 ? .min : .max) : sum)
    }

    /// A later point in time, or an earlier one; stays at the end of what can be counted.
    package static func + (time: WallTime, duration: Duration) -> WallTime {
        let (sum, overflow) = time.nanosecondsSinceEpoch.addingReportingOverflow(duration.wholeNanoseconds)
        return WallTime(nanosecondsSinceEpoch: overflow ? (duration < .zero ? .min : .max) : sum)
    }

    /// The time from another point to this one, negative where that is later; stays at the end of what can be counted.
    package func duration(since other: WallTime) -> Duration {
        let (left, overflow) = nanosecondsSinceEpoch.subtractingReportingOverflow(other.nanosecondsSinceEpoch)
        return .nanoseconds(overflow ? (self < other ? .min : .max) : left)
    }

    /// The calendar date and time of day in UTC; add seconds first for another zone.
    public var components: Components { Components(secondsSinceEpoch: secondsSinceEpoch) }

    /// Appends `yyyy-MM-ddTHH:mm:ssZ`: RFC 3339 without a fraction.
    public func appendTimestamp(to bytes: inout [UInt8]) {
        let parts = components
        bytes.appendDigits(parts.year, width: 4)
        bytes.append(UInt8(ascii: "-"))
        bytes.appendDigits(parts.month, width: 2)
        bytes.append(UInt8(ascii: "-"))
        bytes.appendDigits(parts.day, width: 2)
        bytes.append(UInt8(ascii: "T"))
        bytes.appendDigits(parts.hour, width: 2)
        bytes.append(UInt8(ascii: ":"))
        bytes.appendDigits(parts.minute, width: 2)
        bytes.append(UInt8(ascii: ":"))
        bytes.appendDigits(parts.second, width: 2)
        bytes.append(UInt8(ascii: "Z"))
    }

    /// `yyyy-MM-ddTHH:mm:ssZ`.
    public var timestamp: String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(20)
        appendTimestamp(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension [UInt8] {
    fileprivate mutating func appendDigits(_ value: Int, width: Int) {
        var divisor = 1
        for _ in 1..<width { divisor *= 10 }
        while divisor > 0 {
            append(UInt8(ascii: "0") + UInt8(value / divisor % 10))
            divisor /= 10
        }
    }
}
