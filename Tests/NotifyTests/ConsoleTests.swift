import Testing

@testable import notify

@Suite("The console")
struct ConsoleTests {
    @Test(
        "has colours unless NO_COLOR says something or the terminal is a dumb one",
        arguments: [
            ([:], true), (["NO_COLOR": ""], true), (["NO_COLOR": "1"], false), (["NO_COLOR": "0"], false),
            (["TERM": "dumb"], false), (["TERM": "xterm-256color"], true),
        ])
    func colours(_ environment: [String: String], _ expected: Bool) {
        #expect(Console.wantsColours(environment) == expected)
    }

    @Test("shows what could steer a terminal by its code")
    func safe() {
        #expect(Console.safe("a\u{1B}[31m\u{7}\n\u{9B}\u{202E}云") == "a<U+1B>[31m<U+7><U+A><U+9B><U+202E>云")
    }

    @Test("breaks lines at 80 columns, of which a Chinese character takes two")
    func wrap() {
        let lines = Console.wrap(String(repeating: "云通信 abc ", count: 30), indent: 4).split(separator: "\n")
        #expect(lines.count > 3 && lines.dropFirst().allSatisfy { $0.hasPrefix("    ") })
        #expect(lines.allSatisfy { $0.reduce(0) { $0 + ($1.isASCII ? 1 : 2) } <= 80 })
    }
}
