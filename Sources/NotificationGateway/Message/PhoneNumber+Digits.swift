/// Up to 19 decimal digits in one machine word, leading zeros included.
struct DigitRun: Equatable {
    /// The most digits that fit.
    static let capacity = 19

    private(set) var value: UInt64 = 0
    /// How many digits; above ``capacity`` the value means nothing.
    private(set) var count = 0

    mutating func append(_ digit: UInt8) {
        count += 1
        if count <= Self.capacity { value = value * 10 + UInt64(digit) }
    }

    /// The first digits as a number; `nil` when there are fewer.
    func leading(_ length: Int) -> Int? {
        guard length <= count, count <= Self.capacity else { return nil }
        return Int(value / Self.power(count - length))
    }

    /// The digits after the first ones.
    func dropping(_ length: Int) -> DigitRun {
        var rest = self
        rest.count = max(0, count - length)
        rest.value = value % Self.power(rest.count)
        return rest
    }

    func begins(with prefix: StaticString) -> Bool {
        leading(prefix.utf8CodeUnitCount) == Int(prefix.digitValue)
    }

    /// The digits after a prefix, or all of them where they do not begin with it or where another count would be left.
    func dropping(_ prefix: StaticString, to rest: Int? = nil) -> DigitRun {
        let length = prefix.utf8CodeUnitCount
        guard begins(with: prefix), rest == nil || rest == count - length else { return self }
        return dropping(length)
    }

    /// 10 to the power of 0 … 19.
    static func power(_ exponent: Int) -> UInt64 { powers[exponent] }

    private static let powers: [UInt64] = [
        1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000,
        100_000_000_000, 1_000_000_000_000, 10_000_000_000_000, 100_000_000_000_000, 1_000_000_000_000_000,
        10_000_000_000_000_000, 100_000_000_000_000_000, 1_000_000_000_000_000_000, 10_000_000_000_000_000_000,
    ]
}

extension StaticString {
    /// The number that a literal of digits writes.
    fileprivate var digitValue: UInt64 {
        withUTF8Buffer { $0.reduce(0) { $0 * 10 + UInt64($1 & 15) } }
    }
}
