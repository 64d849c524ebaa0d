import Foundation
import ProcessSupport
import Testing
import VendorSandbox

@Suite("Recipients from a file")
struct RecipientFileTests {
    private static let template = "--template login-code --param code=271828 --dry-run --json"

    /// Runs a line of a shell, in which `notify` is the tool.
    private func shell(_ tool: Tool, _ line: String) async throws -> ChildProcess.End {
        let program = try ChildProcess.url(of: "notify").path
        return try await ChildProcess.run(
            "/bin/bash", ["-c", "notify() { '\(program)' \"$@\"; }; \(line)"], environment: tool.environment,
            in: tool.folder.path)
    }

    @Test(
        "come from standard input, a pipe, a device or a substituted command",
        arguments: [
            "printf '13800138000\\n+442071838750\\n' | notify send --to-file -",
            "printf '13800138000\\n+442071838750\\n' | notify send --to-file /dev/stdin",
            "notify send --to-file <(printf '13800138000\\n\\n+442071838750')",
            "printf '\\xef\\xbb\\xbf13800138000\\r\\n+442071838750\\r\\n' > list; notify send --to-file list",
            "mkfifo pipe; printf '13800138000\\n+442071838750\\n' > pipe & notify send --to-file pipe",
        ])
    func streams(_ line: String) async throws {
        let tool = try await Tool.make()
        let end = try await shell(tool, "\(line) \(Self.template)")
        #expect(try end.list("recipients").map { $0["to"] as? String } == ["+8613800138000", "+442071838750"])
        await tool.close()
    }

    @Test(
        "that cannot be read are told apart",
        arguments: [
            ("none", "none was not found"), (".", ". is a folder; name a file"),
            ("<(printf '1\\n2\\n\\xff')", "is not UTF-8 text in line 3"),
            ("/proc/self/mem", "cannot be read: Input/output error"), ("- < /dev/null", "there is no recipient"),
        ])
    func faults(_ file: String, _ word: String) async throws {
        let tool = try await Tool.make()
        let end = try await shell(tool, "notify send \(Self.template) --to-file \(file)")
        #expect(end.status == 2)
        #expect(end.errors.contains(word), "\(end.errors)")
        await tool.close()
    }

    @Test(
        "output that is lost is an error, but an uncertain message stays uncertain",
        arguments: [
            ("notify schema > /dev/full", 1, "No space left"), ("notify schema >&-", 1, "it is closed"),
            ("notify send --to 13800138000 \(Self.template) > /dev/full", 1, "No space left"),
            ("notify send --to 13800138000 \(Self.template) --json > /dev/full", 1, "No space left"),
            ("notify explain --to 13800138000 \(Self.template) > /dev/full", 1, "No space left"),
            ("notify providers --json > /dev/full", 1, "No space left"),
            ("notify query --provider aliyun-primary --to 13800138000 > /dev/full", 1, "No space left"),
            ("notify sandbox > /dev/full", 1, "No space left"), ("notify sandbox >&-", 1, "it is closed"),
            ("notify --help > /dev/full", 1, "No space left"),
            ("notify check --config none --json > /dev/full", 2, "No space left"),
        ])
    func lostOutput(_ line: String, _ status: Int32, _ word: String) async throws {
        let tool = try await Tool.make()
        let end = try await shell(tool, line)
        #expect(end.status == status)
        #expect(end.errors.contains("standard output could not be written: ") && end.errors.contains(word))
        await tool.close()
    }

    @Test("a message stays uncertain though nobody could read that")
    func uncertain() async throws {
        let tool = try await Tool.make()
        try await tool.sandbox.script(ScriptRule.parse(Data(#"[{"answer": {"silent": true}}]"#.utf8)))
        let call = "notify send --to 13800138000 --template shipped --param text=x --deadline 300ms --json"
        let end = try await shell(tool, "\(call) > /dev/full")
        #expect(end.status == 3)
        #expect(end.errors.contains("No space left"))
        await tool.close()
    }

    @Test("a stream that is closed is not mistaken for a file that is opened later")
    func closedStream() async throws {
        let folder = try TemporaryFolder()
        try folder.write(
            """
            providers: { journal: { type: file, path: journal.jsonl, reveal: true } }
            templates: { news: { text: hello } }
            routes: [{ providers: journal }]
            """, to: "providers.yaml")
        let program = try ChildProcess.url(of: "notify").path
        let end = try await ChildProcess.run(
            "/bin/bash", ["-c", "'\(program)' send --to +8613800138000 --template news --live >&- <&-"], in: folder.path
        )
        #expect(end.status == 1)
        let lines = try read(folder.file("journal.jsonl")).split(separator: "\n")
        #expect(lines.count == 1 && lines.first?.hasPrefix("{") == true)
    }
}
