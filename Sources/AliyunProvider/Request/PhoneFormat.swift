import NotificationGateway

/// How Dysms spells phone numbers: mainland numbers bare, others with a prefix, the country code and the number.
struct PhoneFormat: Sendable {
    /// Before the country code: `00` in the documented form, nothing in the newer one.
    var internationalPrefix: String

    /// The vendor's spelling of a number.
    ///
    /// Without a prefix +1 310 555 1234 would be 13105551234, somebody's mobile in the mainland: a number of that shape
    /// keeps the `00`. No other one can be mistaken, since only the mainland's begin with 86.
    func text(of number: PhoneNumber) -> String {
        if number.callingCode == 86 { return number.nationalDigits }
        let digits = number.digits
        return (Self.isMainland(digits) ? "00" : internationalPrefix) + digits
    }

    /// The vendor's spelling with the middle hidden: `138****8000`, `0085251****67`.
    func masked(_ number: PhoneNumber) -> String {
        // The number's own mask has a plus sign and the calling code before it.
        if number.callingCode == 86 { return String(number.masked.dropFirst(3)) }
        return String(text(of: number).dropLast(number.digits.count)) + number.masked.dropFirst()
    }

    /// Whether the vendor takes digits without a prefix for a mainland number.
    private static func isMainland(_ digits: String) -> Bool { digits.utf8.count == 11 && digits.hasPrefix("1") }

    /// Reads a number of the vendor's, with `00`, with the calling code alone, or bare for the mainland.
    ///
    /// A number without a prefix can be read in two ways (`8613800138000`), so it is compared with the wanted one
    /// first.
    func number(from text: String, expecting wanted: PhoneNumber?) -> PhoneNumber? {
        let digits = text.hasPrefix("+") ? String(text.dropFirst()) : text
        if let wanted, [wanted.nationalDigits, wanted.digits, "00" + wanted.digits].contains(digits) { return wanted }
        let isPrefixed = digits.hasPrefix("00") || Self.isMainland(digits)
        return try? PhoneNumber(parsing: isPrefixed ? digits : "+" + digits, defaultCountry: "CN")
    }
}
