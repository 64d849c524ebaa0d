import Foundation
import ProcessSupport
import Testing

/// One mistake in a small file, and all that is said about it.
///
/// A `.cases` file of the corpus has a base, and cases that edit it:
///
///     === a time without a unit
///     - timeout: 10s
///     + timeout: »10
///     error: 'timeout': expected a time …
///
/// The text of the `-` lines, which stands once in the base, gives way to that of the `+` lines; `+` lines alone are put at the
/// end. Each `»` is the place of one diagnostic, in their order. `CORPUS` is a folder with files for `${file:…}`.
struct CorpusCase: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var yaml: String
    /// The diagnostics of the file `F`, a line each.
    var expected: [String]

    static let all: [CorpusCase] = {
        let folder = Support.fixtures.appendingPathComponent("Corpus").path
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { $0.hasSuffix(".cases") }.sorted().flatMap { name in
            CorpusFile(name: name, text: (try? String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)) ?? "")
                .cases
        }
    }()

    /// A folder with the files that cases name.
    static func folder() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        let files = ["empty": Data("\n".utf8), "not-utf8": Data([0xFF, 0xFE]), "large": Data(count: 70_000)]
        for (name, content) in files { try content.write(to: URL(fileURLWithPath: folder.file(name))) }
        return folder
    }
}

/// One `.cases` file.
private struct CorpusFile {
    var name: String
    var base = ""
    private var sections: [(title: String, lines: [Substring])] = []

    init(name: String, text: String) {
        self.name = name
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("=== ") {
                sections.append((String(line.dropFirst(4)), []))
            } else if !sections.isEmpty {
                sections[sections.count - 1].lines.append(line)
            }
        }
        guard !sections.isEmpty else { return }
        let lines = sections.removeFirst().lines
        base = lines.allSatisfy(\.isEmpty) ? "" : lines.dropLast().joined(separator: "\n") + "\n"
    }

    var cases: [CorpusCase] { sections.map { makeCase($0.title, $0.lines) } }

    private func makeCase(_ title: String, _ lines: [Substring]) -> CorpusCase {
        let (yaml, places) = Self.places(in: Edit.all(in: lines).reduce(base) { $1.applied(to: $0) })
        let said = lines.filter { $0.hasPrefix("error: ") || $0.hasPrefix("warning: ") }
        return CorpusCase(
            testDescription: "\(name): \(title)", yaml: yaml,
            expected: (0..<max(said.count, places.count)).map { index in
                (index < places.count ? "F:\(places[index])" : "no » for") + ": "
                    + (index < said.count ? said[index] : "nothing is said")
            })
    }

    /// The text without its marks, and where they stood.
    private static func places(in marked: String) -> (text: String, places: [String]) {
        var (text, places, line, column) = (String.UnicodeScalarView(), [String](), 1, 1)
        for scalar in marked.unicodeScalars {
            guard scalar != "»" else {
                places.append("\(line):\(column)")
                continue
            }
            text.append(scalar)
            (line, column) = scalar == "\n" ? (line + 1, 1) : (line, column + 1)
        }
        return (String(text), places)
    }
}

/// Some lines for others.
private struct Edit {
    var old: [Substring] = []
    var new: [Substring] = []

    static func all(in lines: [Substring]) -> [Edit] {
        var edits: [Edit] = []
        for line in lines where line.hasPrefix("-") || line.hasPrefix("+") {
            if edits.isEmpty || line.hasPrefix("-") && !edits[edits.count - 1].new.isEmpty { edits.append(Edit()) }
            if line.hasPrefix("-") {
                edits[edits.count - 1].old.append(line.dropFirst(2))
            } else {
                edits[edits.count - 1].new.append(line.dropFirst(2))
            }
        }
        return edits
    }

    func applied(to text: String) -> String {
        let new = new.joined(separator: "\n")
        guard !old.isEmpty else { return text + new }
        let parts = text.split(separator: old.joined(separator: "\n"), omittingEmptySubsequences: false)
        return parts.count == 2 ? parts.joined(separator: new) : "\(old) stands \(parts.count - 1) times in the base"
    }
}
