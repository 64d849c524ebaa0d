import NotificationGateway

/// How Dysms spells phone numbers: mainland numbers bare, others with a prefix, the country code and the number.
struct PhoneFormat: Sendable {
    /// Before the country code: `00` in the documented form, nothing in the newer one.
    var internationalPrefix: String

    /// The vendor's spelling of a number.
    func text(of number: PhoneNumber) -> String {
        number.callingCode == 86 ? number.nationalDigits : internationalPrefix + number.digits
    }

    /// The vendor's spelling with the middle hidden: `138****8000`, `00852512****567`.
    func masked(_ number: PhoneNumber) -> String {
        // The number's own mask has a plus sign and the calling code before it.
        number.callingCode == 86
            ? String(number.masked.dropFirst(3)) : internationalPrefix + number.masked.dropFirst()
    }

    /// Reads a number of the vendor's, with `00`, with the calling code alone, or bare for the mainland.
    ///
    /// A number without a prefix can be read in two ways (`8613800138000`), so it is compared with the wanted one
    /// first.
    func number(from text: String, expecting wanted: PhoneNumber?) -> PhoneNumber? {
        let digits = text.hasPrefix("+") ? String(text.dropFirst()) : text
        if let wanted, [wanted.nationalDigits, wanted.digits, "00" + wanted.digits].contains(digits) { return wanted }
        let isMainland = digits.utf8.count == 11 && digits.hasPrefix("1")
        let isPrefixed = digits.hasPrefix("00") || isMainland
        return try? PhoneNumber(parsing: isPrefixed ? digits : "+" + digits, defaultCountry: "CN")
    }
}
