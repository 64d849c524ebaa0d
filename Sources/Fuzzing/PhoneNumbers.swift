import NotificationGateway

/// What people write where a phone number is wanted.
enum PhoneNumbers {
    private static let countries: [CountryCode?] = [
        nil, "CN", "US", "GB", "DE", "IT", "JP", "RU", "HK", "AU", "KZ", "SM",
    ]

    static func check(_ bytes: [UInt8]) throws(BrokenPromise) {
        let text = String(decoding: bytes, as: UTF8.self)
        for country in countries {
            switch Result(catching: { () throws(PhoneNumber.Invalid) in
                try PhoneNumber(parsing: text, defaultCountry: country)
            }) {
            case .success(let number): try check(number)
            case .failure(let error): try check(error, text)
            }
        }
    }

    private static func check(_ number: PhoneNumber) throws(BrokenPromise) {
        let e164 = number.e164
        try promise("E.164 is a plus and at most fifteen digits", isE164(e164), e164)
        try promise("the digits are those of E.164", e164 == "+\(number.digits)", e164)
        try promise(
            "calling code and national digits make the number",
            number.digits == "\(number.callingCode)\(number.nationalDigits)", e164)
        for country in countries {
            let again = try? PhoneNumber(parsing: e164, defaultCountry: country)
            try promise("E.164 reads as itself anywhere", again == number && again?.country == number.country, e164)
        }
        let abroad = try? PhoneNumber(parsing: "00\(number.digits)")
        try promise("00 stands for the plus", abroad == number, e164)
        try promise(
            "a masked number is not the number", !"\(number) \(number.masked)".contains(number.nationalDigits), e164)
        try promise(
            "at least four digits are hidden", number.masked.filter(\.isNumber).count <= number.digits.count - 4, e164)
        // The Vatican and Saint Helena have two calling codes each, and dial by the other; 810 is Russia's way out.
        if !["+379", "+247", "+7810"].contains(where: e164.hasPrefix), let country = number.country,
            let home = try? PhoneNumber(parsing: number.nationalDigits, defaultCountry: country)
        {
            try promise("a number dialled at home is itself", home == number, "\(e164) read as \(home.e164)")
        }
    }

    private static func isE164(_ text: String) -> Bool {
        let digits = text.utf8.dropFirst()
        return text.utf8.first == UInt8(ascii: "+") && (6...15).contains(digits.count)
            && digits.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            && digits.first != UInt8(ascii: "0")
    }

    /// A refusal never repeats what may be somebody's number.
    private static func check(_ error: PhoneNumber.Invalid, _ text: String) throws(BrokenPromise) {
        let digits = text.filter(\.isNumber)
        // The example of a refusal may be what was written.
        guard digits.count >= 6, !"8613800138000".contains(digits) else { return }
        try promise("a refusal does not repeat the number", !"\(error)".contains(digits), error)
    }
}
