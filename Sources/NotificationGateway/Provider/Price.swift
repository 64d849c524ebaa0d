/// What a message costs, as a decimal number without rounding: 0.045 is exactly that.
///
/// It has no currency: a configuration writes all of its prices in one of its own choice, and they are only compared.
public struct Price: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The price in millionths.
    public var millionths: Int64

    /// Wraps millionths.
    public init(millionths: Int64) { self.millionths = millionths }

    /// Reads a decimal number such as `0.045`: at most nine digits before the point and six behind it; `nil` for any other
    /// text.
    public init?(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        let fraction = parts.count == 2 ? parts[1] : "000000".utf8[...]
        guard (1...9).contains(parts[0].count), (1...6).contains(fraction.count) else { return nil }
        var millionths: Int64 = 0
        for digit in Array(parts[0]) + Array(fraction) {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            millionths = millionths * 10 + Int64(digit - UInt8(ascii: "0"))
        }
        for _ in fraction.count..<6 { millionths *= 10 }
        self.millionths = millionths
    }

    /// The lower of two comes first.
    public static func < (left: Self, right: Self) -> Bool { left.millionths < right.millionths }

    /// The number without zeros at its end, such as `0.045`.
    public var description: String {
        let (whole, rest) = millionths.quotientAndRemainder(dividingBy: 1_000_000)
        guard rest != 0 else { return "\(whole)" }
        var fraction = String(String(1_000_000 + rest.magnitude).dropFirst())
        while fraction.hasSuffix("0") { fraction.removeLast() }
        return "\(millionths < 0 && whole == 0 ? "-" : "")\(whole).\(fraction)"
    }
}

/// What a provider takes for a message, by the recipient's country.
public struct PriceList: Sendable, Hashable {
    /// The price for each country that has one of its own.
    public var countries: [CountryCode: Price]
    /// The price for all others, and for addresses of no country; `nil` where it is not known.
    public var other: Price?

    /// Lists prices; by default none is known.
    public init(countries: [CountryCode: Price] = [:], other: Price? = nil) {
        self.countries = countries
        self.other = other
    }

    /// Whether no price is known.
    public var isEmpty: Bool { countries.isEmpty && other == nil }

    /// The price for a recipient's country; `nil` where it is not known.
    public subscript(country: CountryCode?) -> Price? { country.flatMap { countries[$0] } ?? other }
}
