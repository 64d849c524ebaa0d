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

    /// The time of a date and a time of day in UTC; subtract seconds afterwards for another zone.
    ///
    /// `nil` where the calendar has no such time, as on 31 February, and where nanoseconds cannot count it.
    public init?(_ components: Components) {
        guard (1_600...2_300).contains(components.year), (1...12).contains(components.month),
            (1...31).contains(components.day), (0...23).contains(components.hour),
            (0...59).contains(components.minute), (0...59).contains(components.second)
        else { return nil }
        self.init(secondsSinceEpoch: components.secondsSinceEpoch)
        guard self.components == components else { return nil }
    }

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

    /// A date and a time of day.
    public struct Components: Sendable, Hashable {
        /// The year, astronomical.
        public var year: Int
        /// 1 to 12.
        public var month: Int
        /// 1 to 31.
        public var day: Int
        /// 0 to 23.
        public var hour: Int
        /// 0 to 59.
        public var minute: Int
        /// 0 to 59.
        public var second: Int

        /// Joins a date and a time of day; whether the calendar has them, ``WallTime/init(_:)`` says.
        public init(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0) {
            self.year = year
            self.month = month
            self.day = day
            self.hour = hour
            self.minute = minute
            self.second = second
        }

        /// Splits seconds since 1970 by the proleptic Gregorian calendar.
        ///
        /// The arithmetic counts days in eras of 400 years that begin on 1 March: the leap day is then the last of a year.
        init(secondsSinceEpoch: Int64) {
            let seconds = Int(secondsSinceEpoch)
            let day = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
            let time = seconds - day * 86_400
            let shifted = day + 719_468
            let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
            let dayOfEra = shifted - era * 146_097
            let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
            let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
            let shiftedMonth = (5 * dayOfYear + 2) / 153
            self.day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
            month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
            year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
            hour = time / 3_600
            minute = time / 60 % 60
            second = time % 60
        }

        /// Seconds since 1970, counted in the same eras; for years after 0.
        fileprivate var secondsSinceEpoch: Int64 {
            let shiftedYear = month <= 2 ? year - 1 : year
            let yearOfEra = shiftedYear % 400
            let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
            let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
            let days = shiftedYear / 400 * 146_097 + dayOfEra - 719_468
            return Int64(((days * 24 + hour) * 60 + minute) * 60 + second)
        }
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
