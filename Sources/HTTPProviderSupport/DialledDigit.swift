import NotificationGateway

/// A digit of a text that may be part of a phone number, in whatever script it is written.
struct DialledDigit {
    /// What stands between a digit and the one before it.
    enum Gap {
        /// Nothing.
        case none
        /// A few characters that people write between the groups of one number.
        case narrow
        /// What ends a number, or nothing at all before the first one.
        case wide
    }

    /// More than people write between two groups, as in `+44 (0)20`.
    private static let widestGap = 3

    /// The ASCII digit.
    var value: UInt8
    /// Where it begins and ends in the text.
    var start: Int
    var end: Int
    var gap: Gap

    /// The digits of a text.
    static func all(in bytes: [UInt8]) -> [DialledDigit] {
        var digits: [DialledDigit] = []
        var start = 0
        var gapLength = widestGap + 1
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            let end = start + UTF8.width(scalar)
            let byte = scalar.isInvisibleMark ? UInt8(ascii: " ") : scalar.dialledByte
            switch byte {
            case let digit? where (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit):
                let gap: Gap = gapLength == 0 ? .none : gapLength <= widestGap ? .narrow : .wide
                digits.append(DialledDigit(value: digit, start: start, end: end, gap: gap))
                gapLength = 0
            case let separator? where separators.contains(separator): gapLength += 1
            default: gapLength = widestGap + 1
            }
            start = end
        }
        return digits
    }

    private static let separators = Set(" -./()[]".utf8)

    /// Whether a text ends with a plus sign of any width, with or without blanks behind it.
    static func endsWithPlus(_ bytes: [UInt8]) -> Bool {
        var tail = bytes.suffix(8)[...]
        while tail.last == UInt8(ascii: " ") { tail.removeLast() }
        return String(decoding: tail, as: UTF8.self).unicodeScalars.last?.dialledByte == UInt8(ascii: "+")
    }
}
