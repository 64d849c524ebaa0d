import Foundation
import GatewayConfiguration
import GatewayTestKit
import NotificationGateway
import ProcessSupport
import Testing

@Suite("A file with one mistake")
struct CorpusTests {
    @Test("is told of it at its place, and of nothing else", arguments: CorpusCase.all)
    func diagnostics(_ one: CorpusCase) throws {
        let folder = one.yaml.contains("CORPUS") ? try CorpusCase.folder() : nil
        let loaded = Support.load(one.yaml.replacing("CORPUS", with: folder?.path ?? ""))
        let found = loaded.diagnostics.map { $0.description.replacing(folder?.path ?? "CORPUS", with: "CORPUS") }
        #expect(found == one.expected)
        #expect((loaded.settings == nil) == loaded.diagnostics.contains { $0.severity == .error })
    }

    @Test("stands in the corpus in more than three hundred ways")
    func count() {
        #expect(CorpusCase.all.count > 300)
        #expect(Set(CorpusCase.all.map(\.testDescription)).count == CorpusCase.all.count)
    }

    @Test("whose template has no text for a provider that takes nothing else is told so")
    func textOnly() {
        #expect(
            Self.textOnlyDiagnostics.map(\.text) == [
                "template 'hello' has no text, and route 'route 1' can send it to 'pager', which takes nothing else; add 'text'"
            ])
    }

    private static let textOnlyDiagnostics: [Diagnostic] = {
        let pager = ProviderKind(
            type: "pager", summary: "", capabilities: Capabilities(channels: [.sms], content: [.text]),
            options: OptionSchema()
        ) { _, _ in RecordingProvider() }
        return ConfigurationLoader(kinds: [pager], environment: [:]).load(
            yaml: "{ providers: { pager: { type: pager } }, templates: { hello: {} }, routes: [{ providers: pager }] }"
        ).diagnostics
    }()

    // MARK: Nothing is left out by forgetting

    /// Sentences that no file in this repository can provoke, each with its reason.
    private static let unprovoked: Set<String> = [
        // Foundation's names for what the system calls by others; which of them comes depends on its version.
        "no such file", "it cannot be opened",
        // Tested by files that are made too long or too deep for a fixture.
        "nested too deep to be read", " more are not shown; mend these first", " providers; split the file",
        "the configuration cannot be read: ",
    ]

    @Test("provokes every sentence that the check can say", arguments: Sentences.all)
    func coverage(_ sentence: String) throws {
        guard !Self.unprovoked.contains(sentence) else { return }
        #expect(
            Self.said.contains { $0.contains(sentence) }, "no case of the corpus and no fixture is told: \(sentence)")
    }

    @Test("is told of by more than a hundred sentences")
    func sentences() {
        #expect(Sentences.all.count > 100)
        #expect(Self.unprovoked.isSubset(of: Sentences.all))
    }

    private static let said: [String] = {
        let fixtures = FixtureTests.names.compactMap { name in
            let file = Support.fixtures.appendingPathComponent(name).deletingPathExtension()
            return try? String(contentsOf: file.appendingPathExtension("expected"), encoding: .utf8)
        }
        return CorpusCase.all.flatMap(\.expected) + fixtures + textOnlyDiagnostics.map(\.text)
    }()
}

/// The sentences of the sources: of each text that reads like one, the longest piece between its places.
private enum Sentences {
    static let all: [String] = {
        let sources = Support.project.appendingPathComponent("Sources/GatewayConfiguration")
        let folders = ["Check", "Values", "YAML"].map { sources.appendingPathComponent($0) }
        let files = folders.flatMap { folder in
            ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).map(
                folder.appendingPathComponent)
        }
        let all =
            (files + [
                sources.appendingPathComponent("ConfigurationLoader.swift"),
                sources.appendingPathComponent("Diagnostics/DiagnosticReport.swift"),
            ]).flatMap {
                ((try? String(contentsOf: $0, encoding: .utf8)) ?? "").split(separator: "\n").flatMap(sentences)
            }
        return Set(all).sorted()
    }()

    private static func sentences(in line: Substring) -> [String] {
        guard !line.trimmingPrefix(while: \.isWhitespace).hasPrefix("//") else { return [] }
        var scanner = TextScanner(line)
        return scanner.texts().compactMap { pieces in
            guard let longest = pieces.max(by: { $0.count < $1.count }), longest.count(where: { $0 == " " }) > 1 else {
                return nil
            }
            return longest
        }
    }
}

/// Finds the texts in a line of Swift, each in the pieces between its `\(…)`.
private struct TextScanner {
    private var rest: Substring

    init(_ line: Substring) { rest = line }

    mutating func texts() -> [[String]] {
        var found: [[String]] = []
        while let character = rest.popFirst() {
            if character == "\"" { text(&found) }
        }
        return found
    }

    /// The text behind a quotation mark; those within its places are found too.
    private mutating func text(_ found: inout [[String]]) {
        var pieces = [""]
        while let character = rest.popFirst(), character != "\"" {
            guard character == "\\", let escaped = rest.popFirst() else {
                pieces[pieces.count - 1].append(character)
                continue
            }
            if escaped == "(" {
                place(&found)
                pieces.append("")
            } else {
                pieces[pieces.count - 1].append(escaped)
            }
        }
        found.append(pieces)
    }

    private mutating func place(_ found: inout [[String]]) {
        var depth = 1
        while depth > 0, let character = rest.popFirst() {
            switch character {
            case "(": depth += 1
            case ")": depth -= 1
            case "\"": text(&found)
            default: break
            }
        }
    }
}
