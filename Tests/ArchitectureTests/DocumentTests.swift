import Foundation
import GatewayConfiguration
import NotificationGateway
import Testing

/// One fenced block of a document.
struct Snippet: CustomTestStringConvertible, Sendable {
    var file: String
    var line: Int
    var language: String
    var text: String

    var testDescription: String { "\(file):\(line)" }

    static let documents = ["README.md"] + Repository.files(below: "docs", endings: ["md"])

    /// Every block of a language in README and docs, freed of its indentation.
    static func all(_ language: String) -> [Snippet] {
        documents.flatMap { file in
            (try? blocks(in: Repository.text(file), file: file).filter { $0.language == language }) ?? []
        }
    }

    static func blocks(in text: String, file: String) -> [Snippet] {
        var snippets: [Snippet] = []
        var open: (indent: Int, snippet: Snippet)?
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let content = line.drop { $0 == " " }
            if content.hasPrefix("```") {
                if let (_, snippet) = open {
                    snippets.append(snippet)
                    open = nil
                } else {
                    open = (
                        line.count - content.count,
                        Snippet(file: file, line: number + 1, language: String(content.dropFirst(3)), text: "")
                    )
                }
            } else if case (let indent, var snippet)? = open {
                snippet.text += line.dropFirst(min(indent, line.count - content.count)) + "\n"
                open = (indent, snippet)
            }
        }
        return snippets
    }
}

@Suite("The documents")
struct DocumentTests {
    /// Swift blocks stand word for word in sources that the build compiles.
    @Test("every Swift block is compiled", arguments: Snippet.all("swift"))
    func swift(_ snippet: Snippet) throws {
        let folders = ["Sources/Examples/Snippets", Self.provider]
        let sources = folders.flatMap { Repository.files(below: $0, endings: ["swift"]) }
        let compiled = try sources.map { try Self.meaningful(Repository.text($0)) }
        let wanted = Self.meaningful(snippet.text)
        #expect(!wanted.isEmpty)
        #expect(
            compiled.contains { source in
                source.indices.contains { source[$0...].starts(with: wanted) }
            }, "put this block into a file of Sources/Examples/Snippets, where the build compiles it")
    }

    /// The package that docs/writing-a-provider.md builds, and a test builds too.
    private static let provider = "Tests/Fixtures/ThirdPartyProvider"

    @Test("the page on writing a provider shows every file of the provider whole, under its name, and nothing else")
    func provider() throws {
        let page = try Repository.text("docs/writing-a-provider.md")
        let shown = Snippet.blocks(in: page, file: "docs/writing-a-provider.md").map(\.text)
        let files = Repository.files(below: Self.provider, endings: ["swift"])
        #expect(try shown.sorted() == files.map { try Repository.text($0) }.sorted())
        for file in files {
            #expect(
                page.contains("\n`\(file.dropFirst(Self.provider.count + 1))`."), "\(file) is shown without its name")
        }
    }

    @Test("every YAML block loads without an error", arguments: Snippet.all("yaml"))
    func yaml(_ snippet: Snippet) {
        let loaded = Catalogue.loader.load(yaml: snippet.text, named: snippet.testDescription, mode: .live)
        #expect(loaded.diagnostics.filter { $0.severity == .error }.isEmpty)
        #expect(loaded.settings != nil)
    }

    @Test("every JSON block is JSON", arguments: Snippet.all("json"))
    func json(_ snippet: Snippet) throws {
        _ = try JSONSerialization.jsonObject(with: Data(snippet.text.utf8))
    }

    @Test("every language of a block is one that is checked")
    func languages() throws {
        let known: Set<String> = ["swift", "yaml", "json", "sh"]
        for document in Snippet.documents {
            for snippet in Snippet.blocks(in: try Repository.text(document), file: document) {
                #expect(known.contains(snippet.language), "\(snippet.testDescription) has '\(snippet.language)'")
            }
        }
    }

    @Test("every link to a file of the project leads somewhere", arguments: Snippet.documents)
    func links(_ document: String) throws {
        let folder = Repository.root.appendingPathComponent(document).deletingLastPathComponent()
        for match in try Repository.text(document).matches(of: /\]\(([^)#:]+)(#[^)]*)?\)/) {
            let target = folder.appendingPathComponent(String(match.1)).path
            #expect(FileManager.default.fileExists(atPath: target), "\(document) links to \(match.1)")
        }
    }

    @Test("the fallback table in the documents is that of the code")
    func fallbackTable() throws {
        let document = try Repository.text("docs/fallback.md")
        #expect(
            document.contains(FallbackTable.markdown),
            "put this table into docs/fallback.md:\n\(FallbackTable.markdown)")
    }

    private static func meaningful(_ text: String) -> [Substring] {
        text.split(separator: "\n").map { $0.trimmingPrefix(while: \.isWhitespace) }.filter { !$0.isEmpty }
    }
}

/// The standard policy as the documents show it.
enum FallbackTable {
    static var markdown: String {
        let head = """
            | reason | surely not taken | may have been taken | why |
            | --- | --- | --- | --- |

            """
        return head
            + FallbackPolicy.standardRows.map { row in
                "| `\(row.reason.rawValue)` | \(words(row.rejected)) | \(words(row.unknown)) | \(row.why) |\n"
            }.joined()
    }

    private static func words(_ steps: FallbackPolicy.Steps) -> String {
        steps.verification == steps.notification
            ? steps.verification.rawValue
            : "codes: \(steps.verification.rawValue); others: \(steps.notification.rawValue)"
    }
}
