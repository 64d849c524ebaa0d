import Foundation
import ProcessSupport
import Testing

@Suite("Commands in the documents")
struct DocumentedCommandTests {
    /// Every line of every `sh` block; those of docs/http-api.md need a server, beside which its own test runs them.
    static let commands: [String] = {
        let files = FileManager.default.enumerator(atPath: Tool.project.appendingPathComponent("docs").path)
        let documents = (files?.compactMap { $0 as? String } ?? []).filter {
            $0.hasSuffix(".md") && $0 != "http-api.md"
        }
        .map { "docs/\($0)" }
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

    @Test(
        "of the server have all their options in docs/cli.md",
        arguments: [
            ["serve"], ["keys", "create"], ["keys", "list"], ["keys", "revoke"], ["outbox", "counts"],
            ["outbox", "list"], ["outbox", "show"], ["outbox", "requeue"], ["outbox", "cancel"],
        ])
    func options(_ command: [String]) async throws {
        let help = try await ChildProcess.run("notify", ["help"] + command).output
        let page = try read(Tool.project.appendingPathComponent("docs/cli.md").path)
        #expect(page.contains("notify \(command.joined(separator: " "))"))
        for option in Set(help.matches(of: /--[a-z-]+/).map { String($0.output) }).subtracting(["--help", "--version"])
        {
            #expect(page.contains(option), "\(command.joined(separator: " ")) has \(option)")
        }
    }

    @Test("are found")
    func found() {
        #expect(Self.commands.count >= 3)
    }
}
