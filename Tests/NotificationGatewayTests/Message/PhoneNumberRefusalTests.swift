import NotificationGateway
import Testing

@Suite("Phone numbers that are refused")
struct PhoneNumberRefusalTests {
    @Test(
        "each impossible number is refused with its own reason",
        arguments: [
            ("", "CN", .empty), (" ", "CN", .empty), ("+", "CN", .empty), ("tel:", "CN", .empty), ("-()", "CN", .empty),
            ("12345", nil, .noDefaultCountry), ("13800138000", nil, .noDefaultCountry),
            ("1380013800", "CN", .tooShort(expected: 11...11, callingCode: 86)),
            ("138001380000", "CN", .tooLong(expected: 11...11, callingCode: 86)),
            ("+86", nil, .tooShort(expected: 10...11, callingCode: 86)),
            ("12800138000", "CN", .notInNumberingPlan(.mainlandMobile)),
            ("+86 110 1234 5678", nil, .notInNumberingPlan(.mainlandMobile)),
            ("00", "CN", .unknownCallingCode), ("+0086 138 0013 8000", nil, .unknownCallingCode),
            ("+999 123 4567", nil, .unknownCallingCode), ("+210 123 4567", nil, .unknownCallingCode),
            ("+8", nil, .unknownCallingCode), ("+1 155 555 2671", nil, .notInNumberingPlan(.northAmericanArea)),
            ("+1 415 155 2671", nil, .notInNumberingPlan(.northAmericanExchange)),
            ("+1 999 555 2671", nil, .notInNumberingPlan(.northAmericanReservedArea)),
            ("911 555 2671", "US", .notInNumberingPlan(.northAmericanReservedArea)),
            ("370 555 2671", "US", .notInNumberingPlan(.northAmericanReservedArea)),
            ("+1 969 555 2671", nil, .notInNumberingPlan(.northAmericanReservedArea)),
            ("555-2671", "US", .tooShort(expected: 10...10, callingCode: 1)),
            ("9123456", "HK", .tooShort(expected: 8...8, callingCode: 852)),
            ("+44 00 7700 900123", nil, .tooLong(expected: 7...10, callingCode: 44)),
            ("+44 00 2079 4600", nil, .notInNumberingPlan(.leadingZero)),
            ("+36 030 123 456", nil, .notInNumberingPlan(.noLeadingZero)),
            ("+36 0 30 123 4567", nil, .tooLong(expected: 8...9, callingCode: 36)),
            ("+48 012 345 678", nil, .notInNumberingPlan(.noLeadingZero)),
            ("+34 012345678", nil, .notInNumberingPlan(.noLeadingZero)),
            ("+852 0123 4567", nil, .notInNumberingPlan(.noLeadingZero)),
            ("+375 012345678", nil, .notInNumberingPlan(.noLeadingZero)),
            ("+52 0123456789", nil, .notInNumberingPlan(.noLeadingZero)),
            ("+7 0123456789", nil, .notInNumberingPlan(.noLeadingZero)),
            ("+370 01234567", nil, .notInNumberingPlan(.noLeadingZero)),
            ("+47 01234567", nil, .notInNumberingPlan(.noLeadingZero)),
            ("+808 01234567", nil, .notInNumberingPlan(.noLeadingZero)),
            ("+39 0012345678", nil, .notInNumberingPlan(.leadingZero)),
            ("+225 0012345678", nil, .notInNumberingPlan(.leadingZero)),
            ("+86138001380001380013800", nil, .tooLong(expected: 6...15, callingCode: nil)),
        ] as [(String, CountryCode?, PhoneNumber.Invalid)])
    func refused(text: String, country: CountryCode?, reason: PhoneNumber.Invalid) {
        #expect(throws: reason) { try PhoneNumber(parsing: text, defaultCountry: country) }
    }

    @Test(
        "a character that no number has is named by place and code point",
        arguments: [
            ("13800138000x123", 12, "x"), ("+86-13800138000;ext=1", 16, ";"), ("138\u{0}00138000", 4, "\u{0}"),
            ("13800138000\n", 12, "\n"), ("\t13800138000", 1, "\t"), ("138\u{85}00138000", 4, "\u{85}"),
            ("86+13800138000", 3, "+"), ("++8613800138000", 2, "+"), ("１３８０x", 5, "x"), ("138😀", 4, "😀"),
            ("te13800138000", 3, "1"), ("t el:1", 2, " "), ("tel:tel:138", 5, "t"), ("138²", 4, "²"),
            ("tel\u{1A}13800138000", 4, "\u{1A}"), ("13800138000,1", 12, ","), ("１３８\u{301}", 4, "\u{301}"),
        ] as [(String, Int, Unicode.Scalar)])
    func invalidCharacter(text: String, position: Int, scalar: Unicode.Scalar) {
        #expect(throws: PhoneNumber.Invalid.invalidCharacter(at: position, scalar)) {
            try PhoneNumber(parsing: text, defaultCountry: "CN")
        }
    }

    @Test("a refusal says what is expected and never repeats the number")
    func descriptions() throws {
        let texts = ["7654321987654321", "+86765432198765", "765432198x", "+9997654321", "+17654321", "7654321987"]
        for text in texts {
            let error = try #require(throws: PhoneNumber.Invalid.self) { try PhoneNumber(parsing: text) }
            #expect(!error.description.contains("76543"), "\(error)")
            #expect(!"\(error)".isEmpty)
        }
        let short = PhoneNumber.Invalid.tooShort(expected: 11...11, callingCode: 86)
        #expect(short.description == "the phone number is too short: 11 digits follow +86")
        #expect(PhoneNumber.Invalid.invalidCharacter(at: 4, "\u{0}").description.contains("U+0000"))
        #expect(PhoneNumber.Invalid.invalidCharacter(at: 4, "😀").description.contains("U+1F600"))
        for rule in PhoneNumber.Invalid.Rule.allCases {
            #expect(PhoneNumber.Invalid.notInNumberingPlan(rule).description.hasSuffix(rule.rawValue))
        }
    }

    @Test("a text of a megabyte is read to its end")
    func long() throws {
        let spaces = String(repeating: " ", count: 1 << 20)
        #expect(try PhoneNumber(parsing: spaces + "+8613800138000" + spaces).e164 == "+8613800138000")
        #expect(throws: PhoneNumber.Invalid.self) { try PhoneNumber(parsing: String(repeating: "1", count: 1 << 20)) }
    }
}

@Suite("Phone numbers at random")
struct PhoneNumberFuzzTests {
    /// SplitMix64: the same texts in every run.
    struct Random: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var word = state
            word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
            word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
            return word ^ (word >> 31)
        }
    }

    /// Whether the number reads back from its own spellings, whatever the default country.
    private func check(_ number: PhoneNumber, _ random: inout Random) throws {
        #expect((6...15).contains(number.digits.utf8.count))
        #expect(number.e164 == "+" + number.digits)
        #expect(number.digits == "\(number.callingCode)" + number.nationalDigits)
        let again = try PhoneNumber(parsing: number.e164, defaultCountry: CountryCode.all.randomElement(using: &random))
        #expect(again == number)
        #expect(again.country == number.country)
        let dialled = try PhoneNumber(parsing: "00" + number.digits)
        #expect(dialled == number)
        let hidden = number.nationalDigits.utf8.count - number.masked.utf8.count { (48...57).contains($0) }
        #expect(hidden + String(number.callingCode).utf8.count >= 4)
    }

    @Test("no text traps, and every accepted number reads back as itself", arguments: 1...4 as ClosedRange<UInt64>)
    func anyText(seed: UInt64) throws {
        var random = Random(state: seed)
        let usual = Array("0123456789+-() ./tel:００１２＋\u{200B}\u{0}x".unicodeScalars)
        for _ in 0..<5_000 {
            var text = ""
            for _ in 0..<Int.random(in: 0...24, using: &random) {
                let scalar =
                    Int.random(in: 0..<8, using: &random) > 0
                    ? usual.randomElement(using: &random)
                    : Unicode.Scalar(UInt32.random(in: 0...0x10FFFF, using: &random))
                if let scalar { text.unicodeScalars.append(scalar) }
            }
            let country = Bool.random(using: &random) ? CountryCode.all.randomElement(using: &random) : nil
            if let number = try? PhoneNumber(parsing: text, defaultCountry: country) { try check(number, &random) }
        }
    }

    @Test("random digits with and without a plus read back as themselves", arguments: 5...8 as ClosedRange<UInt64>)
    func digits(seed: UInt64) throws {
        var random = Random(state: seed)
        var accepted = 0
        for _ in 0..<10_000 {
            var text = Bool.random(using: &random) ? "+" : ""
            for _ in 0..<Int.random(in: 4...20, using: &random) { text += "\(Int.random(in: 0...9, using: &random))" }
            let country = CountryCode.all.randomElement(using: &random)
            guard let number = try? PhoneNumber(parsing: text, defaultCountry: country) else { continue }
            accepted += 1
            try check(number, &random)
        }
        #expect(accepted > 1_000)
    }
}
