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
            ("abcd", "abc abcd abcde", "abc *** ***e"), ("abc", "abc", "abc"), ("aaaa", "aaaaaa", "***aa"),
            ("é\u{301}ab", "xé\u{301}aby", "x***y"), ("\u{1F}abc", "\u{1F}abc", "***"),
        ])
    func texts(hidden: String, text: String, expected: String) throws {
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
            ("13800138000", "+86138****8000"), ("+8613800138000", "++86138****8000"),
            ("8613800138000", "+86138****8000"),
            ("008613800138000", "+86138****8000"), ("no 13800138000invalid", "no +86138****8000invalid"),
            ("%2213800138000%22", "%22+86138****8000%22"), ("13800138001", "13800138001"),
            ("1380013800", "1380013800"), ("13800138000,13800138000", "+86138****8000,+86138****8000"),
        ])
    func numbers(text: String, expected: String) throws {
        #expect(try Self.redaction(numbers: ["+8613800138000"]).redact(text) == expected)
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
