import Foundation
import ProcessSupport
import Testing
import VendorSandbox

@Suite("The other commands")
struct CommandTests {
    @Test("explain says which rule, why, and the candidates in order, and asks nobody")
    func explain() async throws {
        let tool = try await Tool.make()
        let arguments = ["--to", "13800138000", "--template", "login-code", "--param", "code=271828"]
        let end = try await tool.start(["explain", "--json"] + arguments).end()
        #expect(end.status == 0)
        #expect(try end.object()["rule"] as? String == "codes to mainland China")
        #expect(try end.list("plan").map { $0["provider"] as? String } == ["aliyun-primary", "aliyun-backup"])
        #expect(try end.list("recipients").first?["country"] as? String == "CN")
        #expect(!end.output.contains("271828") && !end.output.contains("sandbox-key-secret"))
        let people = try await tool.start(["explain", "--policy"] + arguments).end()
        #expect(people.output.contains("rule") && people.output.contains("recipient-limit"))
        #expect(people.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
        #expect(await tool.sandbox.requests().isEmpty)
        await tool.close()
    }

    @Test("explain says why not another rule, which binding, and what follows a failure, short and whole")
    func explainWhy() async throws {
        let tool = try await Tool.make()
        let arguments = ["explain", "--to", "13800138000", "--template", "login-code", "--param", "code=271828"]
        let batch = try #require(try await tool.start(arguments + ["--json"]).end().list("batches").first)
        let nearest = try #require(batch["nearest"] as? [[String: Any]])
        #expect(nearest.first?["rule"] as? String == "news")
        #expect(nearest.first?["failed"] as? String == "category is notification, and this is verification")
        #expect((batch["policy"] as? [[String: Any]])?.count ?? 0 > 20)
        let plan = try #require(batch["plan"] as? [[String: Any]])
        #expect((plan.first?["binding_why"] as? String)?.hasPrefix("choice 1 of") == true)
        let short = try await tool.start(arguments).end().output
        #expect(short.contains("not rule 1 'news': category is notification") && short.contains("binding: choice 1"))
        #expect(short.contains("if it is not taken: retry after throttled") && !short.contains("a blacklist is not"))
        let whole = try await tool.start(arguments + ["--policy"]).end().output
        #expect(whole.contains("a blacklist is not walked around"))
        #expect((short + whole).split(separator: "\n").allSatisfy { $0.count <= 80 })
        await tool.close()
    }

    @Test(
        "explain reports the mode in force, and asks for no secret",
        arguments: [
            ("live", "", [], "live"), ("live", "", ["--dry-run"], "dry-run"), ("live", "dry-run", [], "dry-run"),
            ("dry-run", "", [], "dry-run"), ("dry-run", "", ["--live"], "live"), ("dry-run", "live", [], "live"),
        ] as [(String, String, [String], String)])
    func explainMode(_ file: String, _ environment: String, _ flags: [String], _ mode: String) async throws {
        var tool = try await Tool.make(mode: file)
        let path = tool.folder.file("providers.yaml")
        let text = try read(path).replacing("${env:SANDBOX_SECRET:-sandbox-key-secret}", with: "${env:NOWHERE}")
        try tool.folder.write(text, to: "providers.yaml")
        tool.environment["NOTIFY_MODE"] = environment
        let arguments = ["explain", "--to", "13800138000", "--template", "login-code", "--param", "code=271828"]
        let end = try await tool.start(arguments + flags + ["--json"]).end()
        #expect(end.status == 0)
        #expect(try end.object()["mode"] as? String == mode)
        #expect(try await tool.start(arguments + flags).end().output.contains(", \(mode), message"))
        #expect(await tool.sandbox.requests().isEmpty)
        await tool.close()
    }

    @Test("explain shows the limits of the recipient and of each provider")
    func explainLimits() async throws {
        let tool = try await Tool.make()
        try tool.folder.write(
            """
            mode: dry-run
            providers: { j: { type: log, rate_limit: 300/s, rate_limit_key: k, max_in_flight: 64 } }
            templates: { t: { text: hi, recipient_limit: [1/min, 5/h] } }
            routes: [{ providers: j, recipient_limit: 10/day }]
            """, to: "limits.yaml")
        let arguments = ["explain", "--config", "limits.yaml", "--to", "+8613800138000", "--template", "t"]
        let people = try await tool.start(arguments).end().output
        #expect(people.contains("a recipient gets at most 1/min, 5/h, 10/day"))
        #expect(people.contains("     at most 300/s with all of 'k': 300 left now\n"))
        #expect(people.contains("     at most 64 in flight: 0 under way\n"))
        let end = try await tool.start(arguments + ["--json"]).end()
        #expect(try end.list("plan").map { $0["max_in_flight"] as? Int } == [64])
        #expect(try end.list("plan").map { $0["in_flight"] as? Int } == [0])
        #expect(try end.list("plan").map { $0["rate_limit"] as? String } == ["300/s"])
        #expect(try end.list("plan").map { $0["rate_limit_left"] as? Int } == [300])
        #expect(try end.list("batches").map { $0["recipient_limit"] as? [String] } == [["1/min", "5/h", "10/day"]])
        await tool.close()
    }

    @Test("check prints mistakes with their places and exits with 2, and with 0 when there are only warnings")
    func check() async throws {
        let tool = try await Tool.make()
        #expect(try await tool.run("check").status == 0)
        try tool.folder.write("providers: { a: { type: fil } }\nroutes: [{ providers: b }]\n", to: "wrong.yaml")
        let end = try await tool.run("check", "--config", "wrong.yaml")
        #expect(end.status == 2)
        let lines = end.output.split(separator: "\n")
        #expect(lines.count == 2)
        #expect(lines[0].hasPrefix("wrong.yaml:1:25: error: unknown provider type 'fil'"))
        #expect(lines[1].hasPrefix("wrong.yaml:2:23: error: there is no provider 'b'"))
        let json = try await tool.run("check", "--config", "wrong.yaml", "--json")
        #expect(try json.object()["errors"] as? Int == 2)
        try tool.folder.write("providers: { a: { type: fil } }\nroutes: [{ providers: a }]\n", to: "one.yaml")
        #expect(try await tool.run("check", "--config", "one.yaml").errors == "one.yaml: 1 error, 0 warnings\n")
        await tool.close()
    }

    @Test("query finds a message by its number and its id")
    func query() async throws {
        let tool = try await Tool.make()
        #expect(try await tool.send("--id", "order-8").status == 0)
        let call = ["query", "--provider", "aliyun-primary", "--to", "13800138000", "--json"]
        let found = try await tool.start(call).end()
        #expect(found.status == 0)
        #expect(try found.list("records").first?["reference"] as? String == "order-8-1")
        #expect(try await tool.start(call + ["--id", "order-8-1"]).end().status == 0)
        let missing = try await tool.start(call + ["--id", "order-9"]).end()
        #expect(missing.status == 1)
        #expect(try missing.list("records").isEmpty)
        #expect(try await tool.run("query", "--provider", "nobody", "--to", "13800138000").status == 2)
        #expect(try await tool.run("query", "--provider", "aliyun-primary").status == 2)
        let twice = try await tool.start(call + ["--to", "13800138001"]).end()
        #expect(twice.status == 2 && twice.errors == "notify: --to is given twice; give it once\n")
        await tool.close()
    }

    @Test(
        "query refuses a day on which nothing can have been sent",
        arguments: ["29990101", "2999-01-01", "99991231", "18991231", "00010101", "2026-02-30", "tomorrow", ""])
    func absurdDay(_ day: String) async throws {
        let tool = try await Tool.make()
        let end = try await tool.run(
            "query", "--provider", "aliyun-primary", "--to", "13800138000", "--date", day)
        #expect(end.status == 2)
        #expect(end.errors.contains("--date takes a day"), "\(end.errors)")
        #expect(await tool.sandbox.requests().isEmpty)
        await tool.close()
    }

    @Test("providers and templates list what is configured", arguments: ["providers", "templates"])
    func listings(_ command: String) async throws {
        let tool = try await Tool.make()
        let end = try await tool.run(command)
        #expect(end.status == 0)
        #expect(end.output.contains(command == "providers" ? "aliyun-backup" : "login-code"))
        #expect(try await tool.run(command, "--json").object().count == 1)
        await tool.close()
    }

    @Test("sandbox answers until it is interrupted")
    func sandbox() async throws {
        let tool = try await Tool.make()
        let process = try tool.start(["sandbox", "--port", "\(tool.sandbox.port)"])
        let taken = try await process.end()
        #expect(taken.status == 1)
        #expect(taken.errors.contains("\(tool.sandbox.port)"))
        let script = try tool.folder.write(#"[{"answr": {}}]"#, to: "script.json")
        let wrong = try await tool.run("sandbox", "--script", script)
        #expect(wrong.status == 2)
        #expect(wrong.errors.contains("rule 1"))
        await tool.close()
    }

    @Test(
        "help, version and completions go to standard output",
        arguments: [
            ["--help"], ["--version"], ["send", "--help"], ["help", "check"], ["--generate-completion-script", "bash"],
        ])
    func help(_ arguments: [String]) async throws {
        let end = try await ChildProcess.run("notify", arguments)
        #expect(end.status == 0)
        #expect(!end.output.isEmpty && end.errors.isEmpty)
    }

    @Test("an unknown command or option is a wrong call", arguments: [["snd"], ["--nope"], ["send", "--tto", "1"]])
    func unknown(_ arguments: [String]) async throws {
        let end = try await ChildProcess.run("notify", arguments)
        #expect(end.status == 2)
        #expect(end.output.isEmpty && !end.errors.isEmpty)
    }
}
