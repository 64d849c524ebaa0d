import Foundation
import ProcessSupport
import Testing
import VendorSandbox

@Suite("Errors of notify")
struct ErrorTests {
    @Test(
        "are an object on standard output with --json, and words on standard error",
        arguments: [
            (["send", "--template", "x"], "Missing expected argument '--to <to>'"),
            (["send", "--to", "1", "--template", "x"], "there is no template 'x'"),
            (["send", "--to", "1", "--template", "login-code", "--locale", "not a locale!!"], "--locale takes"),
            (["send", "--to", "1", "--template", "login-code", "--live", "--dry-run"], "contradict"),
            (["explain", "--to", "1", "--template", "logincode"], "did you mean 'login-code'?"),
            (["query", "--provider", "aliyun-primry", "--to", "1"], "did you mean 'aliyun-primary'?"),
            (["query", "--provider", "aliyun-primary"], "--id"),
            (["send", "--to", "1", "--template", "x", "--config", ""], "the configuration's name is empty"),
            (["check", "--config", ""], "the configuration's name is empty"),
            (["providers", "--nope"], "Unknown option '--nope'"),
        ])
    func objects(_ arguments: [String], _ word: String) async throws {
        let tool = try await Tool.make()
        let end = try await tool.start(arguments + ["--json"]).end()
        #expect(end.status == 2)
        let error = try #require(try end.object()["error"] as? [String: Any])
        #expect((error["message"] as? String)?.contains(word) == true, "\(error)")
        #expect((error["diagnostics"] as? [Any])?.isEmpty == true)
        #expect(end.errors.contains(word))
        await tool.close()
    }

    @Test(
        "of the configuration come with their places",
        arguments: ["send", "explain", "query", "providers", "templates"])
    func diagnostics(_ command: String) async throws {
        let folder = try TemporaryFolder()
        try folder.write("providers: { a: { type: fil } }\nroutes: [{ providers: a }]\n", to: "providers.yaml")
        let arguments = [
            "send": ["--to", "1", "--template", "x"], "explain": ["--to", "1", "--template", "x"],
            "query": ["--provider", "a", "--to", "1"],
        ]
        let end = try await ChildProcess.run(
            "notify", [command, "--json"] + arguments[command, default: []], in: folder.path)
        #expect(end.status == 2)
        let error = try #require(try end.object()["error"] as? [String: Any])
        let first = try #require((error["diagnostics"] as? [[String: Any]])?.first)
        #expect(first["line"] as? Int == 1 && first["column"] as? Int == 25 && first["severity"] as? String == "error")
        #expect(error["message"] as? String == "the configuration providers.yaml has 1 error")
        #expect(end.errors.contains("providers.yaml:1:25: error: unknown provider type 'fil'"))
    }

    @Test("never bring a control character of a name or path to the terminal")
    func controlCharacters() async throws {
        let tool = try await Tool.make()
        let evil = "a\u{1B}[31m\u{7}"
        for arguments in [
            ["send", "--to", "1", "--template", "x", "--config", evil], ["check", "--config", evil], [evil],
            ["query", "--to", "1", "--provider", evil], ["send", "--\(evil)"], ["sandbox", "--script", evil],
        ] {
            let end = try await tool.start(arguments).end()
            #expect(end.status == 2)
            #expect(!(end.output + end.errors).contains { $0 == "\u{1B}" || $0 == "\u{7}" }, "\(arguments)")
        }
        await tool.close()
    }

    @Test(
        "never bring one of the configuration's own names there either",
        arguments: ["providers", "templates", "explain"])
    func namesOfTheFile(_ command: String) async throws {
        let folder = try TemporaryFolder()
        try folder.write(
            """
            mode: dry-run
            providers: { "a\\e[31m": { type: log } }
            templates: { "t\\a": { text: hi } }
            routes: [{ name: "r\\e[1m", providers: "a\\e[31m" }]
            """, to: "providers.yaml")
        let message = ["explain", "--to", "+8613800138000", "--template", "t\u{7}"]
        let end = try await ChildProcess.run("notify", command == "explain" ? message : [command], in: folder.path)
        #expect(end.status == 0)
        #expect(end.output.contains("<U+") && !end.output.contains { $0 == "\u{1B}" || $0 == "\u{7}" })
    }

    @Test("no line of help or usage is longer than 80 columns")
    func width() async throws {
        let commands = ["send", "explain", "check", "query", "sandbox", "providers", "templates", "schema"]
        for command in commands {
            for arguments in [[command, "--help"], [command, "--nope"]] {
                let end = try await ChildProcess.run("notify", arguments)
                for line in (end.output + end.errors).split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
            }
        }
    }

    @Test("of the sandbox are one clear line")
    func sandbox() async throws {
        let tool = try await Tool.make()
        let taken = try await tool.run("sandbox", "--port", "\(tool.sandbox.port)")
        #expect(taken.status == 1)
        let text =
            "the sandbox could not start on port \(tool.sandbox.port): it is taken; name another, or 0 for a free one"
        #expect(taken.errors == "notify: \(text)\n")
        let script = try await tool.run("sandbox", "--script", "none.json")
        #expect(script.status == 2 && script.errors == "notify: --script: none.json was not found\n")
        for port in ["99999", "65536", "-1"] {
            let end = try await tool.run("sandbox", "--port=\(port)")
            #expect(end.status == 2 && end.errors.contains("--port takes a number from 0 to 65535"))
        }
        await tool.close()
    }
}
