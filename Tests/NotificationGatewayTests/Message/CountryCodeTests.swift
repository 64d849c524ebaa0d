import NotificationGateway
import Testing

@Suite("Country codes")
struct CountryCodeTests {
    @Test("all 249 assigned codes and XK exist, in order and once each")
    func all() {
        #expect(CountryCode.all.count == 250)
        #expect(Set(CountryCode.all).count == 250)
        #expect(CountryCode.all == CountryCode.all.sorted())
        #expect(CountryCode.all.first == "AD")
        #expect(CountryCode.all.last == "ZW")
    }

    @Test("a code is read in any case", arguments: ["CN", "cn", "Cn", "xk", "GB"])
    func anyCase(text: String) throws {
        let code = try #require(CountryCode(text))
        #expect(code.rawValue == text.uppercased())
        #expect(code.description == text.uppercased())
    }

    @Test(
        "what is no assigned code is refused",
        arguments: [
            "", "C", "CHN", "UK", "EU", "AC", "TA", "ZZ", "XX", "AN", "SU", "C1", "中国", "ＣＮ", "C\u{0}", " CN", "[\\",
        ])
    func refused(text: String) {
        #expect(CountryCode(text) == nil)
        #expect(CountryCode(text[...]) == nil)
    }

    @Test("a code survives its packed form, and no other pair of bytes is one")
    func packed() {
        for code in CountryCode.all { #expect(CountryCode(packed: code.packed) == code) }
        let accepted = (0...UInt16.max).compactMap { CountryCode(packed: $0) }
        #expect(accepted == CountryCode.all)
        #expect(MemoryLayout<CountryCode>.size == 2)
    }

    @Test("every country has a calling code under which its numbers are read")
    func callingCodes() {
        for code in CountryCode.all { #expect((1...999).contains(code.callingCode), "\(code)") }
        let known: [(CountryCode, Int)] = [
            ("CN", 86), ("HK", 852), ("US", 1), ("JM", 1), ("KZ", 7), ("VA", 39), ("GG", 44),
        ]
        for (code, callingCode) in known { #expect(code.callingCode == callingCode) }
        for code in CountryCode.all { #expect(code.callingCodes.first == code.callingCode) }
        #expect(CountryCode.all.filter { $0.callingCodes.count > 1 } == ["KZ", "SH", "VA"])
        #expect(("SH" as CountryCode).callingCodes == [290, 247])
    }
}
