import NotificationGateway

/// Phone numbers in the vendor's spelling.
enum VendorNumber {
    /// Reads a number: a mainland mobile bare or with `+86`, `0086` or `86`; any other with its country code, before which `+`
    /// or `00` may stand. Digits alone, without spaces or hyphens.
    ///
    /// - Throws: `isv.MOBILE_NUMBER_ILLEGAL`.
    static func read(_ text: String) throws(EndpointError) -> PhoneNumber {
        let hasPlus = text.utf8.first == UInt8(ascii: "+")
        let digits = hasPlus ? text.dropFirst() : text[...]
        guard (5...20).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            throw .illegalNumber
        }
        let international: String
        if hasPlus {
            international = text
        } else if digits.hasPrefix("00") {
            international = "+" + digits.dropFirst(2)
        } else if isMainland(digits) {
            international = "+86" + digits
        } else {
            international = "+" + digits
        }
        guard let number = try? PhoneNumber(parsing: international) else { throw .illegalNumber }
        // A landline of the mainland gets no messages.
        guard number.callingCode != 86 || isMainland(number.nationalDigits[...]) else { throw .illegalNumber }
        return number
    }

    /// The number as answers have it: mainland ones bare, others with their country code, and with `00` before it where that
    /// could be read as a mainland one.
    static func text(of number: PhoneNumber) -> String {
        if number.callingCode == 86 { return number.nationalDigits }
        let digits = number.digits
        return (isMainland(digits[...]) ? "00" : "") + digits
    }

    private static func isMainland(_ digits: Substring) -> Bool {
        digits.utf8.count == 11 && digits.utf8.first == UInt8(ascii: "1")
            && digits.utf8.dropFirst().first.map { (0x33...0x39).contains($0) } ?? false
    }
}
