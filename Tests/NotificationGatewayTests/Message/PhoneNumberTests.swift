import NotificationGateway
import Testing

/// A spelling, the country in which it was written, and the number meant.
struct PhoneSpelling: Sendable, CustomTestStringConvertible {
    let text: String
    let country: CountryCode?
    let e164: String

    init(_ text: String, _ country: CountryCode?, _ e164: String) {
        self.text = text
        self.country = country
        self.e164 = e164
    }

    var testDescription: String { "\(text) in \(country?.rawValue ?? "no country")" }
}

@Suite("Phone numbers")
struct PhoneNumberTests {
    @Test(
        "a mainland number is the same in every usual spelling",
        arguments: [
            "13800138000", "138 0013 8000", "138-0013-8000", "138.0013.8000", "(138) 0013/8000", "013800138000",
            "+8613800138000", "+86 138 0013 8000", "+86-138-0013-8000", "(+86)13800138000", "[86] 138 0013 8000",
            "8613800138000", "008613800138000", "0086 138 0013 8000", "00 86 (0)138 0013 8000", "+86 (0) 138 0013 8000",
            "tel:+86-138-0013-8000", "TEL:13800138000", "１３８００１３８０００", "＋８６　１３８　００１３　８０００",
            "（＋８６）１３８－００１３－８０００", "١٣٨٠٠١٣٨٠٠٠", "۱۳۸۰۰۱۳۸۰۰۰", "१३८००१३८०००", "138\u{A0}0013\u{A0}8000",
            "138\u{2009}0013\u{202F}8000", "138‐0013‑8000", "138–0013—8000", "138−0013－8000", "138・0013·8000",
            "\u{202A}+8613800138000\u{202C}", "\u{FEFF}13800138000", "138\u{200B}0013\u{200D}8000",
            "\u{2066}13800138000\u{2069}",
            "138\u{AD}0013\u{2060}8000", "  13800138000  ",
        ])
    func mainland(text: String) throws {
        let number = try PhoneNumber(parsing: text, defaultCountry: "CN")
        #expect(number.e164 == "+8613800138000")
        #expect(number.digits == "8613800138000")
        #expect(number.nationalDigits == "13800138000")
        #expect(number.callingCode == 86)
        #expect(number.country == "CN")
        #expect(try number == PhoneNumber(parsing: "+8613800138000"))
    }

    @Test(
        "the digits that a country dials before its own numbers are taken off",
        arguments: [
            PhoneSpelling("07700 900123", "GB", "+447700900123"),
            PhoneSpelling("+44 (0)20 7946 0018", nil, "+442079460018"),
            PhoneSpelling("7700900123", "GB", "+447700900123"), PhoneSpelling("010 1234 5678", "CN", "+861012345678"),
            PhoneSpelling("+86 0755 1234 5678", nil, "+8675512345678"),
            PhoneSpelling("400-123-4567", "CN", "+864001234567"),
            PhoneSpelling("86 20 1234 5678", "CN", "+862012345678"),
            PhoneSpelling("8 (912) 345-67-89", "RU", "+79123456789"),
            PhoneSpelling("9123456789", "RU", "+79123456789"), PhoneSpelling("8 800 555 35 35", "RU", "+78005553535"),
            PhoneSpelling("79123456789", "RU", "+79123456789"), PhoneSpelling("8 701 234 56 78", "KZ", "+77012345678"),
            PhoneSpelling("06 30 123 4567", "HU", "+36301234567"),
            PhoneSpelling("+36 06 30 123 4567", nil, "+36301234567"),
            PhoneSpelling("06 1234 5678", "IT", "+390612345678"),
            PhoneSpelling("+39 (0)6 1234 5678", nil, "+390612345678"),
            PhoneSpelling("347 123 4567", "IT", "+393471234567"),
            PhoneSpelling("1 (415) 555-2671", "US", "+14155552671"),
            PhoneSpelling("415-555-2671", "CA", "+14155552671"), PhoneSpelling("8 612 34567", "LT", "+37061234567"),
            PhoneSpelling("0 612 34567", "LT", "+37061234567"), PhoneSpelling("800 12345", "LT", "+37080012345"),
            PhoneSpelling("8 029 123-45-67", "BY", "+375291234567"),
            PhoneSpelling("8011234567", "BY", "+3758011234567"),
            PhoneSpelling("044 55 1234 5678", "MX", "+525512345678"),
            PhoneSpelling("+52 1 55 1234 5678", nil, "+525512345678"),
            PhoneSpelling("066 03 12 34", "GA", "+24166031234"), PhoneSpelling("0612345678", "FR", "+33612345678"),
            PhoneSpelling("090-1234-5678", "JP", "+819012345678"), PhoneSpelling("0912 345 678", "TW", "+886912345678"),
            PhoneSpelling("010-2000-0000", "KR", "+821020000000"), PhoneSpelling("9123 4567", "HK", "+85291234567"),
            PhoneSpelling("85291234567", "HK", "+85291234567"), PhoneSpelling("0151 2345678", "DE", "+491512345678"),
            PhoneSpelling("05 06 12 34 56", "CI", "+2250506123456"),
        ])
    func trunk(spelling: PhoneSpelling) throws {
        #expect(try PhoneNumber(parsing: spelling.text, defaultCountry: spelling.country).e164 == spelling.e164)
    }

    @Test(
        "an international number may begin with the exit code of the country where it is dialled",
        arguments: [
            PhoneSpelling("0044 7700 900123", nil, "+447700900123"),
            PhoneSpelling("011 86 138 0013 8000", "US", "+8613800138000"),
            PhoneSpelling("0086 138 0013 8000", "US", "+8613800138000"),
            PhoneSpelling("0011 65 9123 4567", "AU", "+6591234567"),
            PhoneSpelling("010 86 138 0013 8000", "JP", "+8613800138000"),
            PhoneSpelling("8-10-86-138-0013-8000", "RU", "+8613800138000"),
            PhoneSpelling("000 44 7700 900123", "KE", "+447700900123"),
            PhoneSpelling("001 86 138 0013 8000", "HK", "+8613800138000"),
            PhoneSpelling("00 86 138 0013 8000", "HK", "+8613800138000"),
            PhoneSpelling("00 1 415 555 2671", "HK", "+14155552671"),
        ])
    func exitCodes(spelling: PhoneSpelling) throws {
        #expect(try PhoneNumber(parsing: spelling.text, defaultCountry: spelling.country).e164 == spelling.e164)
    }

    @Test("a prefix that can be read in two ways is refused rather than guessed")
    func ambiguousExitCode() {
        #expect(throws: PhoneNumber.Invalid.notInNumberingPlan(.ambiguousExitCode)) {
            try PhoneNumber(parsing: "001 202 555 0123", defaultCountry: "HK")
        }
    }

    @Test(
        "where countries share a calling code, the first digits tell which it is",
        arguments: [
            ("+14155552671", "US"), ("+16045552671", "CA"), ("+12045552671", "CA"), ("+18675552671", "CA"),
            ("+12685552671", "AG"), ("+12645552671", "AI"), ("+16845552671", "AS"), ("+12465552671", "BB"),
            ("+14415552671", "BM"), ("+12425552671", "BS"), ("+17675552671", "DM"), ("+18095552671", "DO"),
            ("+18295552671", "DO"), ("+18495552671", "DO"), ("+14735552671", "GD"), ("+16715552671", "GU"),
            ("+16585552671", "JM"), ("+18765552671", "JM"), ("+18695552671", "KN"), ("+13455552671", "KY"),
            ("+17585552671", "LC"), ("+16705552671", "MP"), ("+16645552671", "MS"), ("+17875552671", "PR"),
            ("+19395552671", "PR"), ("+17215552671", "SX"), ("+16495552671", "TC"), ("+18685552671", "TT"),
            ("+17845552671", "VC"), ("+12845552671", "VG"), ("+13405552671", "VI"), ("+12225552671", "US"),
            ("+79123456789", "RU"), ("+77012345678", "KZ"), ("+76012345678", "KZ"), ("+73012345678", "RU"),
            ("+447700900123", "GB"), ("+441481256789", "GG"), ("+447781123456", "GG"), ("+447911123456", "GG"),
            ("+447911223456", "GB"), ("+441534456789", "JE"), ("+447797712345", "JE"), ("+447700312345", "JE"),
            ("+441624756789", "IM"), ("+447624123456", "IM"), ("+447457612345", "IM"), ("+4740612345", "NO"),
            ("+4779123456", "SJ"), ("+61412345678", "AU"), ("+61891621234", "CC"), ("+61891641234", "CX"),
            ("+212650123456", "MA"), ("+212528812345", "EH"), ("+212528212345", "MA"), ("+262692123456", "RE"),
            ("+262269601234", "YT"), ("+262639012345", "YT"), ("+29051234", "SH"), ("+2908999", "SH"),
            ("+24740123", "SH"),
            ("+358412345678", "FI"), ("+358181234567", "AX"), ("+393123456789", "IT"), ("+390669812345", "VA"),
            ("+590690001234", "GP"), ("+59995181234", "CW"), ("+5993181234", "BQ"), ("+5994161234", "BQ"),
            ("+5997151234", "BQ"), ("+38344123456", "XK"),
        ] as [(String, CountryCode)])
    func sharedCodes(e164: String, country: CountryCode) throws {
        let number = try PhoneNumber(parsing: e164)
        #expect(number.country == country)
        #expect(number.e164 == e164)
    }

    @Test(
        "services of no country have no country",
        arguments: [
            ("+80012345678", 800), ("+80812345678", 808), ("+870301234567", 870), ("+878101234567890", 878),
            ("+18005552671", 1), ("+18885552671", 1), ("+19005552671", 1), ("+15005552671", 1),
            ("+881612345678", 881), ("+8823421234", 882), ("+883510012345", 883), ("+979123456789", 979),
        ])
    func services(e164: String, callingCode: Int) throws {
        let number = try PhoneNumber(parsing: e164)
        #expect(number.country == nil)
        #expect(number.callingCode == callingCode)
        #expect(number.e164 == e164)
    }

    @Test("every country's numbers can be written without their calling code", arguments: CountryCode.all)
    func everyCountry(country: CountryCode) throws {
        let accepted = (4...13).contains { length in
            let digits = String(repeating: "2", count: length)
            guard let number = try? PhoneNumber(parsing: digits, defaultCountry: country) else { return false }
            return number.callingCode == country.callingCode && number.nationalDigits == digits
        }
        #expect(accepted)
    }

    @Test(
        "a 0 that belongs to the number stays where the country has such numbers",
        arguments: [
            "+390612345678", "+3780549886377", "+390669812345", "+2250123456789", "+2290195123456", "+22601123456",
            "+22708123456", "+24101234567", "+24106031234", "+242061234567", "+4702000", "+2670800123456",
            "+26808001234", "+50108001234567", "+6760800123", "+67908001234567", "+687050123", "+50700800123456",
            "+992001234567", "+992071234567", "+80000123456", "+881012345678",
            "+88800123456789",
        ])
    func ownZeros(e164: String) throws {
        #expect(try PhoneNumber(parsing: e164).e164 == e164)
    }

    @Test(
        "a masked number shows its ends only",
        arguments: [
            ("+8613800138000", "+86138****8000"), ("+14155552671", "+141****671"), ("+33612345678", "+3361****78"),
            ("+85291234567", "+85291****67"), ("+68221234", "+682****4"), ("+2908999", "+290****"),
            ("+29051234", "+290****4"), ("+393471234567", "+3934****567"), ("+4915112345678", "+49151****5678"),
        ])
    func masked(e164: String, masked: String) throws {
        let number = try PhoneNumber(parsing: e164)
        #expect(number.masked == masked)
        #expect("\(number)" == masked)
        #expect(String(reflecting: number) == masked)
        var dumped = ""
        dump(number, to: &dumped)
        #expect(!dumped.contains(number.nationalDigits))
    }

    @Test("a number takes 16 bytes at most")
    func size() {
        #expect(MemoryLayout<PhoneNumber>.stride <= 16)
    }
}
