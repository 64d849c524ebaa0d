import Foundation
import Testing

@Suite("Sizes")
struct SizeTests {
    /// Files that are longer for a reason: tables, which are read by looking up.
    private static let tables: Set<String> = []

    @Test("no file is longer than 400 lines")
    func files() throws {
        let files = ["Sources", "Tests"].flatMap { Repository.files(below: $0, endings: ["swift", "h", "c"]) }
        for file in files where !Self.tables.contains(file) {
            let count = try Repository.text(file).split(separator: "\n", omittingEmptySubsequences: false).count - 1
            #expect(count <= 400, "\(file) has \(count) lines")
        }
    }

    @Test("no function is longer than 60 lines")
    func functions() throws {
        var lengths: [(name: String, lines: Int)] = []
        for file in Repository.files(below: "Sources", endings: ["swift"]) {
            lengths += Self.functions(in: try Repository.text(file)).map { ("\(file): \($0.name)", $0.lines) }
        }
        #expect(lengths.count > 300)
        for function in lengths.sorted(by: { $0.lines > $1.lines }).prefix(10) where function.lines > 60 {
            Issue.record("\(function.name) has \(function.lines) lines")
        }
    }

    @Test("the measure counts a function's lines by its indentation")
    func measure() {
        let source = "struct A {\n    func b() {\n        c()\n    }\n\n    init() {}\n}\n"
        #expect(Self.functions(in: source).map(\.lines) == [3, 1])
    }

    /// Functions from their first line to the closing brace at the same indentation, as the formatter sets them.
    private static func functions(in source: String) -> [(name: String, lines: Int)] {
        let lines = source.split(separator: "\n", omittingEmptySubsequences: false)
        var functions: [(String, Int)] = []
        for (start, line) in lines.enumerated() {
            let text = line.drop { $0 == " " }
            let indent = line.count - text.count
            guard !text.hasPrefix("//"), text.contains("func ") || text.hasPrefix("init(") || text.contains(" init("),
                let end = lines[start...].firstIndex(where: { $0.hasSuffix("{") || $0.hasSuffix("}") }),
                lines[start..<end].allSatisfy({ $0.hasPrefix(String(repeating: " ", count: indent)) })
            else { continue }
            guard lines[end].hasSuffix("{") else {
                functions.append((String(text.prefix(60)), end - start + 1))
                continue
            }
            let closing = String(repeating: " ", count: indent) + "}"
            if let last = lines[end...].firstIndex(where: { $0 == closing }) {
                functions.append((String(text.prefix(60)), last - start + 1))
            }
        }
        return functions
    }
}
