extension WallTime {
    /// Reads a point in time as RFC 3339 writes it: `2026-11-24T12:00:00Z`, `2026-11-24T20:00:00.5+08:00`.
    ///
    /// `nil` for anything that it does not allow, for leap seconds, for days that no calendar has, and for what nanoseconds cannot
    /// count (before 1677, after 2262): another point in time would not be what was meant.
    public init?(timestamp text: String) {
        var reader = TimestampReader(text)
        guard let time = reader.read() else { return nil }
        self = time
    }

    /// Seconds since 1970 of midnight on a day of the proleptic Gregorian calendar; `nil` where there is no such day.
    fileprivate static func midnight(year: Int, month: Int, day: Int) -> Int64? {
        let lengths = [31, isLeap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard (1...12).contains(month), (1...lengths[month - 1]).contains(day) else { return nil }
        // The other way round than Components: years begin on 1 March, in eras of 400.
        let shifted = month > 2 ? year : year - 1
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return Int64(era * 146_097 + dayOfEra - 719_468) * 86_400
    }

    private static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }
}

/// Goes through the bytes of a timestamp.
private struct TimestampReader {
    private var rest: Substring.UTF8View

    init(_ text: String) { rest = text[...].utf8 }

    mutating func read() -> WallTime? {
        guard let year = digits(4), take("-"), let month = digits(2), take("-"), let day = digits(2),
            take("T") || take("t"), let hour = digits(2), take(":"), let minute = digits(2), take(":"),
            let second = digits(2), hour < 24, minute < 60, second < 60,
            let midnight = WallTime.midnight(year: year, month: month, day: day), let nanoseconds = fraction(),
            let offset = offset(), rest.isEmpty
        else { return nil }
        let seconds = midnight + Int64(hour * 3_600 + minute * 60 + second - offset)
        let (whole, isTooFar) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, isBeyond) = whole.addingReportingOverflow(Int64(nanoseconds))
        return isTooFar || isBeyond ? nil : WallTime(nanosecondsSinceEpoch: sum)
    }

    /// Nanoseconds; 0 where there is no fraction.
    private mutating func fraction() -> Int? {
        guard take(".") else { return 0 }
        var (value, count) = (0, 0)
        while let digit = digits(1) {
            count += 1
            guard count <= 9 else { return nil }
            value = value * 10 + digit
        }
        for _ in count..<9 { value *= 10 }
        return count > 0 ? value : nil
    }

    /// Seconds east of Greenwich.
    private mutating func offset() -> Int? {
        if take("Z") || take("z") { return 0 }
        let isWest = take("-")
        guard isWest || take("+"), let hours = digits(2), take(":"), let minutes = digits(2), hours < 24, minutes < 60
        else { return nil }
        return (hours * 3_600 + minutes * 60) * (isWest ? -1 : 1)
    }

    private mutating func digits(_ count: Int) -> Int? {
        var (value, left) = (0, rest)
        for _ in 0..<count {
            guard let byte = left.popFirst(), (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            value = value * 10 + Int(byte - UInt8(ascii: "0"))
        }
        rest = left
        return value
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: character) else { return false }
        rest.removeFirst()
        return true
    }
}
