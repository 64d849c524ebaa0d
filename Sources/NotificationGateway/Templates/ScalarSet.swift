/// A set of characters as a pattern names it: `a`, `.`, `\d`, `[^A-F\p{Han}]`.
///
/// Characters are Unicode scalars, as in most engines: `é` written as a letter and an accent counts as two.
struct ScalarSet: Sendable, Hashable {
    /// One part of a class.
    enum Member: Sendable, Hashable {
        case range(ClosedRange<UInt32>)
        case property(ScalarProperty)
        /// `\D`, `\W`, `\S`, `\P{…}`.
        case complement(ScalarProperty)
    }

    private let members: [Member]
    private let isNegated: Bool
    /// The answers for ASCII, one bit each: nearly all that is ever asked.
    private let low: UInt64
    private let high: UInt64

    init(_ members: [Member], negated: Bool = false) {
        self.members = members
        isNegated = negated
        var (low, high) = (UInt64(0), UInt64(0))
        for value in UInt32(0)..<128 where Self.contains(Unicode.Scalar(UInt8(value)), members) != negated {
            if value < 64 { low |= 1 << UInt64(value) } else { high |= 1 << UInt64(value - 64) }
        }
        (self.low, self.high) = (low, high)
    }

    init(_ scalar: Unicode.Scalar) { self.init([.range(scalar.value...scalar.value)]) }

    /// What `.` stands for: everything but line breaks.
    static let any = ScalarSet([.range(0x0A...0x0D), .range(0x85...0x85), .range(0x2028...0x2029)], negated: true)

    func contains(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<64: low >> UInt64(scalar.value) & 1 == 1
        case 64..<128: high >> UInt64(scalar.value - 64) & 1 == 1
        default: Self.contains(scalar, members) != isNegated
        }
    }

    private static func contains(_ scalar: Unicode.Scalar, _ members: [Member]) -> Bool {
        members.contains { member in
            switch member {
            case .range(let range): range.contains(scalar.value)
            case .property(let property): property.holds(for: scalar)
            case .complement(let property): !property.holds(for: scalar)
            }
        }
    }
}

/// A property of characters that a pattern can ask for.
enum ScalarProperty: Sendable, Hashable {
    /// `\d`: ASCII only, because a vendor that wants digits wants those.
    case digit
    /// `\w`: letters with their marks, digits and `_`, of every script.
    case word
    /// `\s`
    case space
    /// `\p{Han}`
    case han
    /// `\p{L}`, `\p{Lu}`, …
    case categories([Unicode.GeneralCategory])

    /// The property that `\p{name}` asks for: `Han`, or a general category by its one or two letters.
    init?(named name: String) {
        if name == "Han" {
            self = .han
            return
        }
        let found = Self.categories.filter { name.count == 1 ? $0.name.hasPrefix(name) : $0.name == name }
        if found.isEmpty { return nil }
        self = .categories(found.map(\.category))
    }

    func holds(for scalar: Unicode.Scalar) -> Bool {
        switch self {
        case .digit: ("0"..."9").contains(scalar)
        case .word: scalar == "_" || scalar.properties.isAlphabetic || Self.isMarkOrDigit(scalar)
        case .space: scalar.properties.isWhitespace
        case .han: Self.hanRanges.contains { $0.contains(scalar.value) }
        case .categories(let categories): categories.contains(scalar.properties.generalCategory)
        }
    }

    private static func isMarkOrDigit(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber: true
        default: false
        }
    }

    private static let categories: [(name: String, category: Unicode.GeneralCategory)] = [
        ("Lu", .uppercaseLetter), ("Ll", .lowercaseLetter), ("Lt", .titlecaseLetter), ("Lm", .modifierLetter),
        ("Lo", .otherLetter), ("Mn", .nonspacingMark), ("Mc", .spacingMark), ("Me", .enclosingMark),
        ("Nd", .decimalNumber), ("Nl", .letterNumber), ("No", .otherNumber), ("Pc", .connectorPunctuation),
        ("Pd", .dashPunctuation), ("Ps", .openPunctuation), ("Pe", .closePunctuation), ("Pi", .initialPunctuation),
        ("Pf", .finalPunctuation), ("Po", .otherPunctuation), ("Sm", .mathSymbol), ("Sc", .currencySymbol),
        ("Sk", .modifierSymbol), ("So", .otherSymbol), ("Zs", .spaceSeparator), ("Zl", .lineSeparator),
        ("Zp", .paragraphSeparator), ("Cc", .control), ("Cf", .format), ("Cs", .surrogate), ("Co", .privateUse),
        ("Cn", .unassigned),
    ]

    /// The one script that patterns are known to ask for; the standard library knows no scripts.
    ///
    /// Source: https://www.unicode.org/Public/16.0.0/ucd/Scripts.txt
    private static let hanRanges: [ClosedRange<UInt32>] = [
        0x2E80...0x2E99, 0x2E9B...0x2EF3, 0x2F00...0x2FD5, 0x3005...0x3005, 0x3007...0x3007, 0x3021...0x3029,
        0x3038...0x303B, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFA6D, 0xFA70...0xFAD9, 0x16FE2...0x16FE3,
        0x16FF0...0x16FF1, 0x20000...0x2A6DF, 0x2A700...0x2B739, 0x2B740...0x2B81D, 0x2B820...0x2CEA1,
        0x2CEB0...0x2EBE0, 0x2EBF0...0x2EE5D, 0x2F800...0x2FA1D, 0x30000...0x3134A, 0x31350...0x323AF,
    ]
}
