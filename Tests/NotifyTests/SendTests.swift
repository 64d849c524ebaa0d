import Foundation
import ProcessSupport
import Testing
import VendorSandbox

@Suite("notify send")
struct SendTests {
    @Test("prints one JSON object and exits with 0 when the message is accepted")
    func accepted() async throws {
        let tool = try await Tool.make()
        let end = try await tool.send(
            "--json", "--id", "order-7", "--tag", "a", "--locale", "zh-CN", "--deadline", "15s")
        #expect(end.status == 0)
        #expect(end.errors == "")
        let object = try end.object()
        #expect(object["message_id"] as? String == "order-7")
        #expect(object["mode"] as? String == "live")
        #expect(object["outcome"] as? String == "accepted")
        let recipient = try #require(try end.list("recipients").first)
        #expect(recipient["to"] as? String == "+8613800138000")
        #expect(recipient["provider"] as? String == "aliyun-primary")
        #expect(recipient["vendor_message_id"] as? String == (await tool.sandbox.inbox()).first?.biz_id)
        let attempt = try #require(try end.list("attempts").first)
        #expect(attempt["number"] as? Int == 1 && attempt["recipients"] as? Int == 1)
        #expect(attempt["acceptance"] as? String == "accepted" && attempt["next"] as? String == "done")
        #expect(attempt["duration_ms"] is Double && attempt["why"] is String && attempt["request_id"] is String)
        await tool.close()
    }

    @Test("prints a trail for people, without colours where it is no terminal")
    func text() async throws {
        let tool = try await Tool.make()
        let end = try await tool.send()
        #expect(end.status == 0)
        #expect(end.output.contains("accepted  +8613800138000 by aliyun-primary"))
        #expect(end.output.contains("1. aliyun-primary: accepted"))
        #expect(!end.output.contains("\u{1B}"))
        #expect(end.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
        await tool.close()
    }

    @Test("refuses a message that has expired, and sends one that has not", arguments: ["10m", "2199-01-01T00:00:00Z"])
    func expiry(_ future: String) async throws {
        let tool = try await Tool.make()
        let late = try await tool.send("--json", "--expires", "2026-01-01T08:00:00.5+08:00")
        #expect(late.status == 1)
        #expect(try late.list("recipients").first?["reason"] as? String == "deadline-exceeded")
        #expect(await tool.sandbox.requests().isEmpty)
        #expect(try await tool.send("--expires", future).status == 0)
        await tool.close()
    }

    @Test("exits with 1 when the vendor refuses the message")
    func rejected() async throws {
        let tool = try await Tool.make()
        try await tool.sandbox.script(
            ScriptRule.parse(
                Data(#"[{"answer": {"code": "isv.MOBILE_NUMBER_ILLEGAL", "message": "号码\u001b[31m"}}]"#.utf8)))
        let end = try await tool.send("--json")
        #expect(end.status == 1)
        let attempt = try #require(try end.list("attempts").first)
        #expect(attempt["reason"] as? String == "invalid-recipient")
        #expect(attempt["vendor_code"] as? String == "isv.MOBILE_NUMBER_ILLEGAL")
        #expect(attempt["next"] as? String == "stop")
        let people = try await tool.send()
        #expect(people.status == 1 && !people.output.contains("\u{1B}"))
        await tool.close()
    }

    @Test("exits with 3 when nobody knows, which is worse than a refusal")
    func uncertain() async throws {
        let tool = try await Tool.make()
        try await tool.sandbox.script(ScriptRule.parse(Data(#"[{"answer": {"silent": true}}]"#.utf8)))
        // A busy machine may not come so far as to send the request within a short limit, so longer ones follow.
        var end = ChildProcess.End(status: -1, output: "", errors: "")
        for deadline in ["300ms", "3s", "30s"] where end.status != 3 {
            end = try await tool.run(
                "send", "--to", "13800138000", "--to", "12", "--template", "shipped", "--param", "text=x",
                "--deadline", deadline, "--json")
        }
        #expect(end.status == 3)
        #expect(try end.object()["outcome"] as? String == "uncertain")
        #expect(try end.list("recipients").map { $0["outcome"] as? String } == ["uncertain", "rejected"])
        await tool.close()
    }

    @Test("touches no network in a dry run, and shows the masked request")
    func dryRun() async throws {
        var tool = try await Tool.make()
        let end = try await tool.send("--dry-run", "--json")
        #expect(end.status == 0)
        #expect(try end.object()["outcome"] as? String == "dry-run")
        #expect(try end.list("attempts").isEmpty)
        #expect(try end.list("requests").count == 1)
        #expect(!end.output.contains("271828") && !end.output.contains("sandbox-key-secret"))
        #expect(end.output.contains(#""value":"138****8000""#) && end.output.contains(#"{\"code\":\"***\""#))
        tool.environment["NOTIFY_MODE"] = "dry-run"
        #expect(try await tool.send("--json").object()["mode"] as? String == "dry-run")
        #expect(try await tool.send("--json", "--live").object()["mode"] as? String == "live")
        #expect(await tool.sandbox.requests().count == 1)
        await tool.close()
    }

    @Test("shows every request of a dry run, each with its own number and reference")
    func dryRunOfMany() async throws {
        let tool = try await Tool.make()
        let numbers = (0..<30).map { "138\(10_000_000 + $0)" }
        let codes =
            ["send", "--id", "m", "--template", "login-code", "--param", "code=271828", "--dry-run"]
            + numbers.flatMap { ["--to", $0] }
        let requests = try await tool.start(codes + ["--json"]).end().list("requests")
        #expect(requests.map { $0["reference"] as? String } == (1...30).map { "m-\($0)" })
        #expect(requests.map { $0["number"] as? Int } == Array(1...30))
        #expect(requests.allSatisfy { $0["recipients"] as? Int == 1 && $0["destination"] is String })
        let people = try await tool.start(codes).end()
        #expect(people.output.contains("20. would send to aliyun-primary: POST"))
        #expect(people.output.contains("and 10 more requests"))
        await tool.close()
    }

    @Test("shows why the vendor could not be asked what it knows")
    func failedLookup() async throws {
        let tool = try await Tool.make()
        try await tool.sandbox.script(
            ScriptRule.parse(
                Data(
                    #"""
                    [{"match": {"action": "SendSms"}, "answer": {"close": "after-taking"}},
                     {"match": {"action": "QuerySendDetails"}, "answer": {"code": "Forbidden.RAM", "message": "no right"}}]
                    """#.utf8)))
        let call = ["send", "--to", "13800138000", "--template", "shipped", "--param", "text=x"]
        let end = try await tool.start(call + ["--json"]).end()
        #expect(end.status == 3)
        let found = try #require(try end.list("attempts").first?["reconciliation"] as? [String: Any])
        #expect(found["asked"] as? Int == 1 && found["next"] as? String == "stop")
        #expect(found["reason"] as? String == "permission-denied")
        #expect(found["vendor_code"] as? String == "Forbidden.RAM" && found["vendor_message"] is String)
        #expect(try await tool.start(call).end().output.contains("could not ask: permission-denied"))
        await tool.close()
    }

    @Test("reports what is known when it is interrupted", arguments: [SIGINT, SIGTERM])
    func interrupted(_ signal: Int32) async throws {
        let tool = try await Tool.make()
        try await tool.sandbox.script(ScriptRule.parse(Data(#"[{"answer": {"silent": true}}]"#.utf8)))
        let process = try tool.start([
            "send", "--to", "13800138000", "--template", "shipped", "--param", "text=x", "--json",
        ])
        _ = await tool.sandbox.requests(atLeast: 1)
        process.signal(signal)
        let end = try await process.end()
        #expect(end.status == 3)
        #expect(try end.list("attempts").first?["reason"] as? String == "cancelled")
        #expect(try end.list("attempts").first?["acceptance"] as? String == "unknown")
        await tool.close()
    }

    @Test(
        "exits with 2 and says what to do when the call is wrong",
        arguments: [
            (["--template", "x"], "--to"), (["--to", "13800138000"], "--template"),
            (["--to", "1", "--template", "x"], "there is no template 'x'"),
            (["--to", "1", "--template", "logincode"], "did you mean 'login-code'?"),
            (["--to", "1", "--template", "login-code", "--param", "code"], "name=value"),
            (["--to", "1", "--template", "login-code", "--param", "a=1", "--param", "a=2"], "twice"),
            (["--to", "1", "--template", "login-code", "--deadline", "5"], "15s"),
            (["--to", "1", "--template", "login-code", "--deadline", "36526d"], "at most 36525d"),
            (
                ["--to", "1", "--template", "login-code", "--expires", "0s"],
                "--expires takes a time from now such as 10m"
            ),
            (["--to", "1", "--template", "login-code", "--expires", "2026-02-30T12:00:00Z"], "--expires takes"),
            (["--to", "1", "--template", "login-code", "--expires=1h", "--expires", "2h"], "--expires is given twice"),
            (["--to", "1", "--template", "x", "--template", "login-code"], "--template is given twice; give it once"),
            (["--to", "1", "--template", "login-code", "--channel", "pigeon"], "sms"),
            (["--to", "1", "--template", "login-code", "--live", "--dry-run"], "contradict"),
            (["--to", "1", "--template", "login-code", "--config", "nowhere.yaml"], "nowhere.yaml:1:1: error"),
        ])
    func wrongCalls(_ arguments: [String], _ hint: String) async throws {
        let tool = try await Tool.make()
        let end = try await tool.start(["send"] + arguments).end()
        #expect(end.status == 2)
        #expect(end.output == "")
        #expect(end.errors.contains(hint), "\(end.errors)")
        #expect(await tool.sandbox.requests().isEmpty)
        await tool.close()
    }

    @Test(
        "rejects what no vendor could take, without asking one",
        arguments: [
            ("", "271828"), ("12", "271828"), ("٠١٢", "271828"), ("+86138001380001234567890", "271828"),
            ("13800138000", "12"), ("13800138000", ""), ("13800138000", "２７１８２８"),
        ])
    func impossible(_ number: String, _ code: String) async throws {
        let tool = try await Tool.make()
        let end = try await tool.run(
            "send", "--to", number, "--template", "login-code", "--param", "code=\(code)", "--json")
        #expect(end.status == 1)
        #expect(try end.list("recipients").first?["message"] is String)
        #expect(await tool.sandbox.requests().isEmpty)
        await tool.close()
    }

    @Test("takes very many recipients as arguments, and from a file")
    func many() async throws {
        let folder = try TemporaryFolder()
        try folder.write(
            """
            mode: live
            providers: { journal: { type: file, path: journal.jsonl, fsync: never } }
            templates: { news: { text: hi } }
            routes: [{ providers: journal }]
            """, to: "providers.yaml")
        let numbers = (0..<10_000).map { "+86138\(10_000_000 + $0)" }
        let call = ["send", "--template", "news", "--json"]
        let arguments = try await ChildProcess.run(
            "notify", call + numbers.flatMap { ["--to", $0] }, in: folder.path)
        #expect(arguments.status == 0)
        #expect(try arguments.list("recipients").count == 10_000)
        try folder.write(numbers.joined(separator: "\n") + "\n", to: "numbers")
        let file = try await ChildProcess.run("notify", call + ["--to-file", "numbers"], in: folder.path)
        #expect(file.status == 0)
        #expect(try file.list("recipients").count == 10_000)
        #expect(try await ChildProcess.run("notify", call + ["--to-file", "none"], in: folder.path).status == 2)
    }

    @Test("refuses arguments that are not UTF-8")
    func invalidUTF8() async throws {
        let notify = try ChildProcess.url(of: "notify").path
        let end = try await ChildProcess.run(
            "/bin/sh", ["-c", "'\(notify)' send --to \"$(printf '\\377')\" --template x"])
        #expect(end.status == 2)
        #expect(end.errors.contains("not valid UTF-8"))
    }

    @Test("says that a disk is full, or a folder is not there, and goes on to what can take the message")
    func storage() async throws {
        let folder = try TemporaryFolder()
        let yaml = { (providers: String) in
            """
            mode: live
            default_country: CN
            providers:
              full: { type: file, path: /dev/full }
              gone: { type: file, path: no/such/folder/x.jsonl }
              good: { type: file, path: journal.jsonl }
            templates: { login-code: { category: verification, parameters: { code: }, text: "${code}" } }
            routes: [{ providers: [\(providers)], retries: 0 }]
            """
        }
        let call = ["send", "--to", "13800138000", "--template", "login-code", "--param", "code=271828", "--json"]
        try folder.write(yaml("full, gone"), to: "providers.yaml")
        let failed = try await ChildProcess.run("notify", call, in: folder.path)
        #expect(failed.status == 1)
        #expect(try failed.list("attempts").map { $0["reason"] as? String } == ["storage-failed", "storage-failed"])
        try folder.write(yaml("full, good"), to: "providers.yaml")
        let saved = try await ChildProcess.run("notify", call, in: folder.path)
        #expect(saved.status == 0)
        #expect(try read(folder.file("journal.jsonl")).hasSuffix("}\n"))
    }
}
