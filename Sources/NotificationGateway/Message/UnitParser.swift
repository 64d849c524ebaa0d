/// Reads values with units: durations, rates and sizes.
package enum UnitParser {
    private static let durations: [String: Int64] = [
        "us": 1_000, "µs": 1_000, "ms": 1_000_000, "s": 1_000_000_000, "m": 60_000_000_000, "min": 60_000_000_000,
        "h": 3_600_000_000_000, "d": 86_400_000_000_000,
    ]
    private static let periods: [String: Int64] = [
        "s": 1, "sec": 1, "second": 1, "m": 60, "min": 60, "minute": 60, "h": 3_600, "hour": 3_600, "d": 86_400,
        "day": 86_400,
    ]
    private static let sizes: [String: Int] = [
        "": 1, "b": 1, "kb": 1_000, "mb": 1_000_000, "gb": 1_000_000_000, "kib": 1 << 10, "mib": 1 << 20,
        "gib": 1 << 30,
    ]

    /// The longest time that is taken, as it is written: a century.
    package static let longestDuration = "36525d"
    private static let mostNanoseconds: Int64 = 36_525 * 86_400 * 1_000_000_000

    /// A time such as `15s`, `500ms`, `1.5m` or `1h30m`; `nil` when it is none. Never negative, at most a century.
    package static func duration(_ text: String) -> Duration? {
        nanoseconds(text).flatMap { $0 <= mostNanoseconds ? .nanoseconds($0) : nil }
    }

    /// Whether a text is a time, and longer than any that is taken.
    package static func isTooLong(_ text: String) -> Bool { nanoseconds(text).map { $0 > mostNanoseconds } ?? false }

    /// The time in nanoseconds; what is more than fits counts as the most that does.
    private static func nanoseconds(_ text: String) -> Int64? {
        var rest = text[...]
        var total: Int64 = 0
        while !rest.isEmpty {
            guard let number = takeNumber(&rest) else { return nil }
            let unit = rest.prefix { $0.isLetter }
            rest = rest.dropFirst(unit.count)
            guard let nanoseconds = durations[String(unit)], let part = number.times(nanoseconds) else { return nil }
            let (sum, overflow) = total.addingReportingOverflow(part)
            total = overflow ? .max : sum
        }
        return text.isEmpty ? nil : total
    }

    /// A rate such as `300/s`, `1000/min` or `20/day`; `nil` when it is none.
    package static func rate(_ text: String) -> Rate? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let count = Int(parts[0].trimmed), (1...1_000_000_000).contains(count),
            let seconds = periods[parts[1].trimmed]
        else { return nil }
        return Rate(count, per: .seconds(seconds))
    }

    /// A number of bytes such as `10MB`, `512KiB` or `4096`; `nil` when it is none.
    package static func size(_ text: String) -> Int? {
        var rest = text[...]
        guard let number = takeNumber(&rest), let unit = sizes[rest.trimmed.lowercased()] else { return nil }
        return number.times(Int64(unit)).flatMap { $0 < .max ? Int(exactly: $0) : nil }
    }

    /// A decimal number as an integer and a power of ten.
    private struct Decimal {
        var digits: Int64
        var scale: Int64

        /// The product, when it is a whole number; the most that fits for all that does not.
        func times(_ factor: Int64) -> Int64? {
            let product = digits.multipliedFullWidth(by: factor)
            guard product.high < scale else { return .max }
            let (quotient, rest) = UInt64(scale).dividingFullWidth((UInt64(product.high), product.low))
            return rest == 0 ? Int64(exactly: quotient) ?? .max : nil
        }
    }

    private static func takeNumber(_ rest: inout Substring) -> Decimal? {
        let whole = rest.prefix(while: isDigit)
        guard !whole.isEmpty else { return nil }
        rest = rest.dropFirst(whole.count)
        guard rest.first == "." else { return Decimal(digits: Int64(whole) ?? .max, scale: 1) }
        let fraction = rest.dropFirst().prefix(while: isDigit)
        guard (1...9).contains(fraction.count) else { return nil }
        rest = rest.dropFirst(1 + fraction.count)
        let scale = (0..<fraction.count).reduce(Int64(1)) { product, _ in product * 10 }
        return Int64(whole + fraction).map { Decimal(digits: $0, scale: scale) } ?? Decimal(digits: .max, scale: 1)
    }

    private static func isDigit(_ character: Character) -> Bool { character.isASCII && character.isNumber }
}

extension Substring {
    fileprivate var trimmed: String {
        var text = self
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
