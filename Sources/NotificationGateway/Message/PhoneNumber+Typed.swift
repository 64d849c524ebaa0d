/// What somebody typed, reduced to its digits and whether a plus stood before them.
struct DialString {
    private(set) var digits = DigitRun()
    private(set) var hasPlus = false
    /// How much of a leading `tel:` was read.
    private var schemeCount = 0

    private static let scheme: StaticString = "tel:"

    /// Reads a text: ordinary ones in one pass over their bytes, others and wrong ones scalar by scalar.
    init(_ text: String) throws(PhoneNumber.Invalid) {
        var text = text
        var reader = self
        let isOrdinary = text.withUTF8 { bytes in
            for byte in bytes where !reader.take(byte) { return false }
            return true
        }
        self = isOrdinary ? reader : try Self.readUnicode(text)
    }

    private init() {}

    private static func readUnicode(_ text: String) throws(PhoneNumber.Invalid) -> DialString {
        var reader = DialString()
        var position = 0
        for scalar in text.unicodeScalars {
            position += 1
            guard let byte = scalar.dialledByte else {
                if scalar.isInvisibleMark { continue }
                throw .invalidCharacter(at: position, scalar)
            }
            guard reader.take(byte) else { throw .invalidCharacter(at: position, scalar) }
        }
        return reader
    }

    /// Takes one ASCII character; `false` when it cannot stand here.
    private mutating func take(_ byte: UInt8) -> Bool {
        let isInsideScheme = schemeCount != 0 && schemeCount != Self.scheme.utf8CodeUnitCount
        let digit = byte &- UInt8(ascii: "0")
        if digit < 10, !isInsideScheme {
            digits.append(digit)
            return true
        }
        switch byte {
        case UInt8(ascii: " "), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: "("),
            UInt8(ascii: ")"), UInt8(ascii: "["), UInt8(ascii: "]"):
            return !isInsideScheme
        case UInt8(ascii: "+"):
            guard !hasPlus, digits.count == 0, !isInsideScheme else { return false }
            hasPlus = true
            return true
        default:
            return takeScheme(byte)
        }
    }

    private mutating func takeScheme(_ byte: UInt8) -> Bool {
        let isUpper = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
        guard !hasPlus, digits.count == 0, schemeCount < Self.scheme.utf8CodeUnitCount,
            Self.scheme.withUTF8Buffer({ $0[schemeCount] }) == (isUpper ? byte + 32 : byte)
        else { return false }
        schemeCount += 1
        return true
    }
}

extension Unicode.Scalar {
    /// The ASCII character that means the same in a phone number: digits of any script, spaces, hyphens, brackets.
    package var dialledByte: UInt8? {
        switch value {
        case 0x20...0x7E: UInt8(value)
        case 0x00...0x1F, 0x7F...0x9F: nil
        case 0xFF10...0xFF19: UInt8(value - 0xFF10) + UInt8(ascii: "0")
        case 0xFF0B, 0xFE62: UInt8(ascii: "+")
        case 0xA0, 0x1680, 0x2000...0x200A, 0x202F, 0x205F, 0x3000: UInt8(ascii: " ")
        case 0xAD, 0x058A, 0x05BE, 0x1806, 0x2010...0x2015, 0x2043, 0x207B, 0x2212, 0x2E3A, 0x2E3B, 0x301C, 0x30A0,
            0x30FC,
            0xFE31, 0xFE32, 0xFE58, 0xFE63, 0xFF0D:
            UInt8(ascii: "-")
        case 0xB7, 0x2022, 0x2024, 0x2027, 0x30FB, 0xFE52, 0xFF0E: UInt8(ascii: ".")
        case 0x2044, 0x2215, 0xFF0F: UInt8(ascii: "/")
        case 0xFE59, 0xFF08: UInt8(ascii: "(")
        case 0xFE5A, 0xFF09: UInt8(ascii: ")")
        default: decimalDigit
        }
    }

    private var decimalDigit: UInt8? {
        guard properties.generalCategory == .decimalNumber, let number = properties.numericValue else { return nil }
        return UInt8(ascii: "0") + UInt8(number)
    }

    /// Marks without width that come along when a number is copied from a page: direction marks, zero-width spaces and
    /// joiners, the byte order mark.
    package var isInvisibleMark: Bool {
        switch value {
        case 0x061C, 0x200B...0x200F, 0x202A...0x202E, 0x2060, 0x2066...0x2069, 0xFEFF: true
        default: false
        }
    }
}
