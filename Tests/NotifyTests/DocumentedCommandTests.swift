import Foundation
import ProcessSupport
import Testing

@Suite("Commands in the documents")
struct DocumentedCommandTests {
    /// Every line of every `sh` block.
    static let commands: [String] = {
        let files = FileManager.default.enumerator(atPath: Tool.project.appendingPathComponent("docs").path)
        let documents = (files?.compactMap { $0 as? String } ?? []).filter { $0.hasSuffix(".md") }.map { "docs/\($0)" }
        return (["README.md"] + documents).flatMap { document in
            let text = (try? read(Tool.project.appendingPathComponent(document).path)) ?? ""
            return text.matches(of: /```sh\n([^`]*)```/).flatMap { $0.1.split(separator: "\n").map(String.init) }
        }
    }()

    @Test("run as written, on the project's own configuration", arguments: commands)
    func command(_ line: String) async throws {
        let folder = try ChildProcess.url(of: "notify").deletingLastPathComponent().path
        let end = try await ChildProcess.run(
            "/bin/sh", ["-c", line], environment: ["PATH": "\(folder):/usr/bin:/bin"], in: Tool.project.path)
        #expect(end.status == 0, "\(end.output)\(end.errors)")
        #expect(!(end.output + end.errors).isEmpty)
    }

    @Test("are found")
    func found() {
        #expect(Self.commands.count >= 3)
    }
}
