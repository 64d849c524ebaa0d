import GatewayTestKit
import HTTPProviderSupport
import NotificationGateway
import Testing

struct TextRedactionTests {
    private static func redaction(_ texts: [String] = [], numbers: [String] = []) throws -> TextRedaction {
        var redaction = TextRedaction()
        for text in texts { redaction.hide(text) }
        for number in numbers { redaction.hide(try PhoneNumber(parsing: number)) }
        return redaction
    }

    @Test(
        "a hidden text is found wherever it stands, and in the spellings of JSON and URLs",
        arguments: [
            ("271828", "code 271828.", "code ***."), ("271828", "x271828271828", "x******"),
            ("a\nb\"c", "got a\nb\"c!", "got ***!"), ("a\nb\"c", #"{"v":"a\nb\"c"}"#, #"{"v":"***"}"#),
            ("某某商城", "v=%E6%9F%90%E6%9F%90%E5%95%86%E5%9F%8E&x", "v=***&x"), ("a b&c", "v%3Da%2520b%2526c", "v%3D***"),
            ("a \"b\"", "v=a%20%5C%22b%5C%22&x, v%253Da%2520%255C%2522b%255C%2522", "v=***&x, v%253D***"),
            ("a \"b\"", "v=a+%22b%22&w=a+%5C%22b%5C%22", "v=***&w=***"),
            ("abcd", "abc abcd abcde", "abc *** ***e"), ("aaaa", "aaaaaa", "***aa"),
            ("é\u{301}ab", "xé\u{301}aby", "x***y"), ("\u{1F}abc", "\u{1F}abc", "***"),
        ])
    func texts(hidden: String, text: String, expected: String) throws {
        #expect(try Self.redaction([hidden]).redact(text) == expected)
    }

    @Test(
        "a short text is hidden where it stands alone, and not within words and numbers",
        arguments: [
            ("abc", "abc", "***"), ("abc", "abcd xabc (abc).", "abcd xabc (***)."),
            ("7", "code 7, not 17 or 7a", "code ***, not 17 or 7a"),
            ("7", "参数7不合法", "参数***不合法"), ("云", "【云】云通信", "【***】云通信"), ("云", "v=%E4%BA%91", "v=***"),
            ("é", "é és", "*** és"), ("é", "cafe\u{301} café", "cafe\u{301} café"), ("-", "a-b - c", "a-b - c"),
            (" ", "a b", "a b"), ("", "abc", "abc"),
            ("a\"", #"{"v":"a\""}"#, #"{"v":"***"}"#),
        ])
    func shortTexts(hidden: String, text: String, expected: String) throws {
        #expect(try Self.redaction([hidden]).redact(text) == expected)
    }

    @Test("of two hidden texts the longer is hidden whole")
    func longerFirst() throws {
        #expect(try Self.redaction(["secret", "secret-token"]).redact("my secret-token, secret") == "my ***, ***")
        #expect(try Self.redaction(["secret-token", "secret"]).redact("my secret-token, secret") == "my ***, ***")
    }

    @Test("a text can be shown in a form of its own")
    func shown() {
        var redaction = TextRedaction()
        redaction.hide("LTAI-access-key", as: "LTAI***-key")
        #expect(redaction.redact("key LTAI-access-key unknown") == "key LTAI***-key unknown")
    }

    @Test(
        "a number is masked in each spelling, and within longer runs of digits",
        arguments: [
            ("13800138000", "+86138****8000"), ("+8613800138000", "+86138****8000"),
            ("8613800138000", "+86138****8000"),
            ("008613800138000", "+86138****8000"), ("no 13800138000invalid", "no +86138****8000invalid"),
            ("%2213800138000%22", "%22+86138****8000%22"), ("13800138001", "13800138001"),
            ("1380013800", "1380013800"), ("13800138000,13800138000", "+86138****8000,+86138****8000"),
            ("+86 138 0013 8000", "+86138****8000"), ("138-0013-8000", "+86138****8000"),
            ("(+86) 138.0013.8000!", "(+86138****8000!"), ("+ 86 138 0013 8000", "+ 86138****8000"),
            ("＋８６　１３８‐００１３‐８０００", "＋86138****8000"), ("+13800138000", "+86138****8000"),
            ("0086 138 0013 8000", "+86138****8000"),
            ("on 2026-11-24 138 0013 8000 12:00", "on 2026-11-24 +86138****8000 12:00"),
            ("١٣٨٠٠١٣٨٠٠٠", "+86138****8000"), ("138,0013,8000", "138,0013,8000"), ("138 0013 8001", "138 0013 8001"),
            ("13800138000 13800138000", "+86138****8000 +86138****8000"), ("138    00138000", "138    00138000"),
        ])
    func numbers(text: String, expected: String) throws {
        #expect(try Self.redaction(numbers: ["+8613800138000"]).redact(text) == expected)
    }

    @Test("a short number is masked only where all of its digits stand and no more")
    func shortNumbers() throws {
        let redaction = try Self.redaction(numbers: ["+35212345"])
        #expect(redaction.redact("12345 123456 1 12345") == "+352****5 123456 1 +352****5")
        #expect(redaction.redact("no 123-45") == "no +352****5" && redaction.redact("12-345-6") == "12-345-6")
        #expect(redaction.redact("+352 12 345") == "+352****5")
    }

    /// Numbers of many countries and lengths.
    private static let spellable = [
        "+8613800138000", "+442079460018", "+12025550123", "+3545812345", "+35212345", "+4930123456", "+247412345",
        "+2902512", "+390612345678", "+85251234567", "+6581234567", "+5215512345678",
    ]

    @Test(
        "no spelling brings a number past the mask, nor does the mask touch what stands around it", arguments: spellable
    )
    func spellings(_ text: String) throws {
        let random = SeededRandom(seed: 4_711)
        func one<Value>(_ values: [Value]) -> Value { values[Int(random.next() % UInt64(values.count))] }
        let number = try PhoneNumber(parsing: text)
        let redaction = try Self.redaction(numbers: [text])
        for _ in 0..<500 {
            let hasCode = random.next() % 2 == 0
            let zero: UInt32 = one([0x30, 0x30, 0xFF10, 0x0660, 0x1D7CE])
            let separators = one([
                [""], ["", " "], ["-"], [" ", "", ") ", "／"], ["\u{3000}", "‑"], [".", "", "\u{200B}"],
            ])
            var spelling = hasCode ? one(["+", "00", "", "＋"]) : ""
            for digit in (hasCode ? number.digits : number.nationalDigits).unicodeScalars {
                if !spelling.isEmpty, spelling.last?.isNumber == true { spelling += one(separators) }
                spelling.unicodeScalars.append(try #require(Unicode.Scalar(zero + digit.value - 0x30)))
            }
            let before = one(["", "to ", "号码", "(", "x: "])
            let after = one(["", " is wrong", "不合法", ", 2 of 3", ")"])
            let result = redaction.redact(before + spelling + after)
            #expect(
                result.hasPrefix(before) && result.hasSuffix(number.masked.dropFirst() + after),
                "\(spelling): \(result)")
            let kept = result.dropFirst(before.count).dropLast(after.count)
            #expect(["", "+", "＋"].contains(String(kept.dropLast(number.masked.count - 1))), "\(spelling): \(result)")
        }
    }

    @Test("all that a message says in confidence is hidden, addresses of every kind among it")
    func personalData() throws {
        var redaction = TextRedaction()
        redaction.hide(
            PersonalData(
                recipients: [
                    .phone(try PhoneNumber(parsing: "+8613800138000")), .email(try EmailAddress("ann@example.com")),
                    .webhook(try WebhookURL("https://example.com/hook?key=1")), .chat(try ChatAddress("room-of-ann")),
                    .device(try DeviceToken("token-of-ann")),
                ], texts: ["271828", "in the post"]))
        #expect(
            redaction.redact(
                "138 0013 8000 ann@example.com https://example.com/hook?key=1 room-of-ann token-of-ann 271828 in%20the%20post"
            )
                == "+86138****8000 a***@example.com https://example.com/*** ro***nn to***nn *** ***")
    }

    @Test("a thousand numbers are masked in one text")
    func manyNumbers() throws {
        let numbers = (0..<1_000).map { "+86138\(10_000_000 + $0)" }
        let text = numbers.map { String($0.dropFirst(3)) }.joined(separator: ",")
        let result = try Self.redaction(numbers: numbers).redact(text, limit: 100_000)
        #expect(result.split(separator: ",").count == 1_000)
        #expect(result.split(separator: ",").allSatisfy { $0.hasPrefix("+86138****") })
    }

    @Test("the result is one line without control characters or turned writing")
    func oneLine() {
        let text = "a\r\nb\tc\u{0}d\u{1B}[31me\u{7F}f\u{85}g\u{2028}h\u{202E}i\u{2066}j مرحبا 😀"
        #expect(TextRedaction().redact(text) == "a  b c d [31me f g h i j مرحبا 😀")
    }

    @Test("a long text is cut at a character's border, and nothing hidden is cut in two before it is found")
    func limits() throws {
        #expect(TextRedaction().redact("云云云", limit: 9) == "云云云")
        #expect(TextRedaction().redact("云云云", limit: 8) == "云云…")
        #expect(TextRedaction().redact("云", limit: 2) == "…")
        #expect(TextRedaction().redact("", limit: 0) == "")
        #expect(TextRedaction().redact("abc", limit: 0) == "…")
        let secret = String(repeating: "S", count: 90) + "0123456789"
        for padding in 0..<120 {
            let text = String(repeating: "x", count: padding) + String(repeating: secret, count: 400)
            let result = try Self.redaction([secret]).redact(text, limit: 100)
            #expect(!result.contains("SSSS") && result.utf8.count <= 103, "\(padding): \(result)")
        }
    }

    @Test("masks for previews keep names and ends, and no values")
    func masks() {
        #expect(Mask.identifier("LTAI-access-key-id-4711") == "LTAI***4711")
        #expect(Mask.identifier("LTAI1234567") == "***" && Mask.identifier("") == "***")
        let parameters = [ProviderContent.Parameter("code", "271828"), .init("product", "某某")]
        #expect(Mask.parameters(parameters) == #"{"code":"***","product":"***"}"#)
        #expect(Mask.parameters([]) == "{}")
    }
}
