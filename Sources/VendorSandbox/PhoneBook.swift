/// How the fake vendor reads numbers.
enum PhoneBook {
    /// A number of the mainland as eleven digits, any other as its country code and number; `nil` when it is none.
    /// North American ones keep their 00: without it they would look like mainland ones.
    static func normalized(_ text: String) -> String? {
        var digits = text[...]
        if digits.hasPrefix("+") { digits = digits.dropFirst() }
        if digits.hasPrefix("00") { digits = digits.dropFirst(2) }
        guard (7...15).contains(digits.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        if digits.count == 13, digits.hasPrefix("861") { digits = digits.dropFirst(2) }
        if isNorthAmerican(text) { return "00\(digits)" }
        if digits.count == 11, digits.hasPrefix("1") {
            guard let second = digits.dropFirst().first, ("3"..."9").contains(second) else { return nil }
            return String(digits)
        }
        return digits.hasPrefix("0") ? nil : String(digits)
    }

    /// A number as people write it: with spaces, hyphens, brackets and full-width digits; `nil` when it is none.
    static func reading(_ text: String) -> String? {
        var plain = ""
        // The bracketed zero of "+44 (0) 7700" is dialled at home only.
        for scalar in text.replacing("(0)", with: "").unicodeScalars {
            switch scalar.properties.generalCategory {
            case .decimalNumber:
                guard let digit = scalar.properties.numericValue else { return nil }
                plain += String(Int(digit))
            case .spaceSeparator, .dashPunctuation, .openPunctuation, .closePunctuation, .format: continue
            default:
                switch scalar {
                case "+", "\u{FF0B}": plain += "+"
                case ".", "/", "\u{2212}", "\t": continue
                default: return nil
                }
            }
        }
        return normalized(plain)
    }

    static func isMainland(_ normalized: String) -> Bool {
        normalized.count == 11 && normalized.hasPrefix("1") && ("3"..."9").contains(normalized.dropFirst().first ?? "0")
    }

    /// `+1…` or `001…` with ten more digits: eleven digits that are no mainland number.
    private static func isNorthAmerican(_ text: String) -> Bool {
        (text.hasPrefix("+1") && text.count == 12) || (text.hasPrefix("001") && text.count == 13)
    }
}
