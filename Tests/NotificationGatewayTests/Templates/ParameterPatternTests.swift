import GatewayTestKit
import Testing

@testable import NotificationGateway

@Suite("A parameter's pattern")
struct ParameterPatternTests {
    @Test(
        "matches whole values",
        arguments: [
            ("[0-9]{4,8}", "1234", true), ("[0-9]{4,8}", "123", false), ("[0-9]{4,8}", "123456789", false),
            ("[0-9]{4,8}", "12a4", false), ("\\d+", "0", true), ("\\d+", "", false), ("^[A-Z]{2}[0-9]+$", "AB1", true),
            ("[A-Za-z0-9]*", "", true), ("a?b", "b", true), ("[0-9]{4,8}", "１２３４", false), ("[0-9]{3,}", "12345", true),
            ("[0-9]+[0-9]", "12", true), ("(a|b)+", "abba", true), ("[^0-9]+", "abc", true), (".{1,5}", "你好", true),
            (".{1,5}", "123456", false), ("[\\p{Han}]+", "中文", true), ("a?b?a", "a", true), ("[a-c]*[c-e]", "c", true),
            ("(\\d)+", "１", false), ("\\w+", "云_a1é", true), ("\\w+", "a b", false), ("\\S+\\s\\S+", "a b", true),
            ("\\p{Lu}\\P{L}", "É1", true), ("[\\D]", "1", false), ("[^\\W_]+", "a_", false), ("a.c", "a\nc", false),
            ("(?:a|bc)(?<rest>d)", "bcd", true), ("x{0}y", "y", true), ("(|a)b", "b", true),
            ("[a\\-c]+", "a-c", true), ("[a-]+", "b", false), ("a\\.b", "axb", false), ("a^b", "ab", false),
            ("(^a|b$)+", "ab", true), ("((a{1,2}){2}){2}", "aaaa", true), ("((a{1,2}){2}){2}", "aaa", false),
        ])
    func matches(_ pattern: String, _ value: String, _ expected: Bool) throws {
        #expect(try ParameterPattern(pattern).matches(value) == expected)
    }

    @Test(
        "takes time in proportion to the value, however it is built",
        arguments: ["(a+)+$", "([A-Za-z]+ ?)+", "(a|a)*", "(a?){30}a{30}b|(a*)*c", "(.*)(.*)(.*)(.*)(.*)x", "((a*)*)*"])
    func linear(_ source: String) throws {
        // An engine that backtracks would not come to an end within this universe's life.
        #expect(try !ParameterPattern(source).matches(String(repeating: "a", count: 2_000) + "!"))
    }

    @Test("agrees with the standard library's regular expressions wherever the short cut is taken")
    func agreesWithRegex() throws {
        var random = SystemRandomNumberGenerator()
        let classes = ["[0-9]", "[a-c]", "\\d", "x", "[A-Z0-9]"]
        let counts = ["", "+", "*", "?", "{2}", "{1,3}", "{2,}"]
        let letters = ["0", "5", "a", "c", "x", "A", "Z"]
        for _ in 0..<1_500 {
            let source = (0..<Int.random(in: 1...3, using: &random)).map { _ in
                (classes.randomElement(using: &random) ?? "") + (counts.randomElement(using: &random) ?? "")
            }.joined()
            let pattern = try ParameterPattern(source)
            let regex = try Regex(source)
            let value = (0..<Int.random(in: 0..<7, using: &random)).map { _ in
                letters.randomElement(using: &random) ?? ""
            }
            .joined()
            #expect(try pattern.matches(value) == (regex.wholeMatch(in: value) != nil), "\(source) on \(value)")
        }
    }

    @Test("agrees with them on patterns of every construct")
    func agreesOnEverything() throws {
        let random = SeededRandom(seed: 7)
        for _ in 0..<3_000 {
            let source = RandomPattern(random: random).choice(depth: 2)
            // The standard library backtracks: what is long may keep it busy for ever.
            guard source.utf8.count <= 24 else { continue }
            let pattern = try ParameterPattern(source)
            let regex = try Regex(source)
            for _ in 0..<6 {
                let letters = ["a", "b", "1", "_", " "]
                let value = (0..<(random.next() % 6)).map { _ in letters[Int(random.next() % 5)] }.joined()
                #expect(try pattern.matches(value) == (regex.wholeMatch(in: value) != nil), "\(source) on '\(value)'")
            }
        }
    }

    @Test(
        "refuses what is no regular expression",
        arguments: [
            "[", "(", "*", "[z-a]", ")", "a)", "[^]", "{2}", "a{2", "a{x}", "a{3,2}", "a{+3}", "a**", "a\\", "(?<a",
            "\\p{L",
            "[a-\\d]",
        ])
    func refuses(_ source: String) {
        #expect { try ParameterPattern(source) } throws: { "\($0)".hasPrefix("not a regular expression: ") }
    }

    @Test(
        "names what it does not support",
        arguments: [
            ("a(?=b)", "look-ahead"), ("a(?!b)", "look-ahead"), ("(?<=a)b", "look-behind"), ("(?<!a)b", "look-behind"),
            ("(a)\\1", "a back-reference, \\1,"), ("(?<n>a)\\k<n>", "a back-reference"), ("(?>a)", "an atomic group"),
            ("(?i)a", "a flag"), ("\\ba", "the escape \\b"), ("[[a]]", "a class within a class"),
            ("[a&&b]", "the set operation &&"), ("\\p{Klingon}", "\\p{Klingon}"),
        ])
    func unsupported(_ source: String, _ what: String) {
        #expect { try ParameterPattern(source) } throws: {
            "\($0)".hasPrefix(what) && "\($0)".contains(" is not supported; a pattern has ")
        }
    }

    @Test(
        "refuses repeats that multiply without end",
        arguments: ["(.{1,1000}){1,1000}", "((((){1000}){1000}){1000}){1000}", "((a|b){0,999999999}){999999999}c|d"])
    func tooLarge(_ source: String) {
        #expect { try ParameterPattern(source) } throws: { "\($0)".hasPrefix("the pattern is too large") }
    }

    @Test("may be long and repeat a thousand times")
    func large() throws {
        let pattern = try ParameterPattern("(.{1,1000})")
        #expect(pattern.matches(String(repeating: "云", count: 1_000)))
        #expect(!pattern.matches(String(repeating: "云", count: 1_001)))
    }

    @Test("never traps, whatever it is made of")
    func fuzz() {
        let random = SeededRandom(seed: 20_261_125)
        let pieces = [
            "(", ")", "[", "]", "{", "}", "?", "*", "+", "|", "^", "$", "\\", ".", "-", "a", "z", "0", "9", ",", "p{",
            "L",
            "é", "👩‍👩‍👧", ":", "<", "\\d", "\u{0}", " ", "&&",
        ]
        for _ in 0..<5_000 {
            let source = (0..<(random.next() % 12)).map { _ in pieces[Int(random.next() % UInt64(pieces.count))] }
            guard let pattern = try? ParameterPattern(source.joined()) else { continue }
            for value in ["", "a", "a0é-👩‍👩‍👧"] { _ = pattern.matches(value) }
        }
    }
}

/// Random patterns that this engine and the standard library read alike.
private struct RandomPattern {
    let random: SeededRandom

    private func pick(_ words: [String]) -> String { words[Int(random.next() % UInt64(words.count))] }

    func choice(depth: Int) -> String {
        (0...(random.next() % 2)).map { _ in sequence(depth: depth) }.joined(separator: "|")
    }

    private func sequence(depth: Int) -> String {
        (0...(random.next() % 3)).map { _ in
            atom(depth: depth) + pick(["", "", "", "?", "*", "+", "{2}", "{1,2}", "{0,2}", "{1,}", "*?", "+?", "??"])
        }.joined()
    }

    private func atom(depth: Int) -> String {
        if depth > 0, random.next() % 3 == 0 {
            return pick(["(", "(?:", "(?<n\(random.next() % 1_000_000_000)>"]) + choice(depth: depth - 1) + ")"
        }
        return pick(["a", "b", "1", "_", " ", ".", "[ab]", "[^a]", "[a-c1]", "\\d", "\\D", "\\w", "\\W", "\\s", "\\S"])
    }
}
