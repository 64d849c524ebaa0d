extension PhoneNumber {
    /// Why a text is no phone number. Its description says what is expected and never repeats the number.
    public enum Invalid: Error, Sendable, Hashable {
        /// There is no digit.
        case empty
        /// A character that no phone number has, or a plus in the wrong place; the position counts from 1.
        case invalidCharacter(at: Int, Unicode.Scalar)
        /// Fewer digits than a number under this calling code has after it.
        case tooShort(expected: ClosedRange<Int>, callingCode: Int)
        /// More digits than a number has; without a calling code, more than any number has.
        case tooLong(expected: ClosedRange<Int>, callingCode: Int?)
        /// The number begins with digits that are no calling code.
        case unknownCallingCode
        /// The length is right, but the country gives out no such numbers.
        case notInNumberingPlan(Rule)
        /// The number has no calling code and there is no country to take it from.
        case noDefaultCountry

        /// The rule of a country's numbering plan that a number breaks.
        public enum Rule: String, Sendable, Hashable, CaseIterable {
            /// Mainland mobiles begin with 13 to 19.
            case mainlandMobile = "a number of mainland China that begins with 1 is a mobile (13 to 19) or Beijing (10)"
            /// Area codes of North America begin with 2 to 9.
            case northAmericanArea = "a North American area code begins with 2 to 9"
            /// Some area codes of North America are given to nobody.
            case northAmericanReservedArea =
                "no North American area code ends in 11, has a 9 in the middle, or begins with 37 or 96"
            /// Exchanges of North America begin with 2 to 9.
            case northAmericanExchange = "a North American number has a digit from 2 to 9 after its area code"
            /// After the trunk prefix no further 0 follows.
            case leadingZero = "a number of this country has at most one leading 0"
            /// Numbers begin with another digit, and the 0 is no access digit there.
            case noLeadingZero = "no number of this country begins with 0"
            /// 00 and the country's own exit code both give a possible number.
            case ambiguousExitCode =
                "the international prefix can be read in two ways; write + and the calling code instead"
        }
    }
}

extension PhoneNumber.Invalid: CustomStringConvertible {
    /// One sentence for people, without the number.
    public var description: String {
        switch self {
        case .empty:
            "a phone number has digits, as in +8613800138000; there is none"
        case .invalidCharacter(let position, let scalar):
            "character \(position) of the phone number is \(Self.name(scalar)), which cannot stand there; expected are "
                + "digits, one + before them, spaces, hyphens, dots, slashes and parentheses (no extensions)"
        case .tooShort(let expected, let callingCode):
            "the phone number is too short: \(Self.count(expected)) follow +\(callingCode)"
        case .tooLong(let expected, let callingCode?):
            "the phone number is too long: \(Self.count(expected)) follow +\(callingCode)"
        case .tooLong(let expected, nil):
            "the phone number is too long: at most \(expected.upperBound) digits, calling code included"
        case .unknownCallingCode:
            "the phone number begins with no calling code that is in use; after + or 00 comes one such as 86 or 1"
        case .notInNumberingPlan(let rule):
            "the phone number cannot exist: \(rule.rawValue)"
        case .noDefaultCountry:
            "the phone number has no calling code; write it as +8613800138000 or set a default country"
        }
    }

    private static func count(_ expected: ClosedRange<Int>) -> String {
        expected.count == 1
            ? "\(expected.lowerBound) digits" : "\(expected.lowerBound) to \(expected.upperBound) digits"
    }

    private static func name(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
