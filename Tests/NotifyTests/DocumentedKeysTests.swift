import Foundation
import GatewayOutbox
import NotificationGateway
import ProcessSupport
import Testing
import VendorSandbox

@Suite("The keys of --json in docs/cli.md")
struct DocumentedKeysTests {
    /// The keys of each object by its path; a list's key ends in `[]`, and the whole has an empty path.
    private typealias Keys = [String: Set<String>]

    private static func documented(_ title: String) throws -> Keys {
        let document = try read(Tool.project.appendingPathComponent("docs/cli.md").path)
        let section = try #require(document.split(separator: "\n### \(title)\n").dropFirst().first, "\(title)")
        var keys: Keys = [:]
        for line in section.split(separator: "\n").prefix(while: { !$0.hasPrefix("#") }) where line.hasPrefix("| ") {
            let cells = line.split(separator: "|").map { $0.matches(of: /`([^`]+)`/).map { String($0.1) } }
            guard cells.count > 1, !cells[1].isEmpty else { continue }
            for path in cells[0].isEmpty ? [""] : cells[0] { keys[path, default: []].formUnion(cells[1]) }
        }
        return keys
    }

    /// Adds the keys of a value. The members of a binding have the vendor's names, which are no keys of ours.
    private static func add(_ value: Any, at path: String = "", to keys: inout Keys) {
        if let list = value as? [Any] {
            for element in list { add(element, at: path, to: &keys) }
        }
        guard let object = value as? [String: Any], !path.hasSuffix(".binding") else { return }
        for (key, value) in object {
            let name = value is [Any] ? "\(key)[]" : key
            keys[path, default: []].insert(name)
            add(value, at: path.isEmpty ? name : "\(path).\(name)", to: &keys)
        }
    }

    /// Compares all keys that some outputs have with those that the document promises of them.
    private static func compare(_ ends: ChildProcess.End..., with title: String) throws {
        var found: Keys = [:]
        for end in ends { add(try end.object(), to: &found) }
        let documented = try documented(title)
        for path in Set(found.keys).union(documented.keys).sorted() {
            let (found, documented) = (found[path, default: []], documented[path, default: []])
            #expect(found.subtracting(documented) == [], "\(title), \(path): not documented")
            #expect(documented.subtracting(found) == [], "\(title), \(path): documented and never printed")
        }
    }

    private static let configuration = """
        mode: live
        default_country: CN
        providers:
          a:
            type: aliyun-dysms
            access_key_id: sandbox-key-id
            access_key_secret: sandbox-key-secret
            endpoint: ${env:SANDBOX_ENDPOINT}
            rate_limit: 100/s
            rate_limit_key: account
            max_in_flight: 5
            prices: { "*": 0.01 }
          log: { type: log, prices: { "*": 0.02 } }
        templates:
          news:
            parameters: { text: { pattern: ".*", max_length: 99 }, from: { default: us } }
            text: { default: "${text}" }
            bindings: { a: { country: CN, template_code: SMS_2000, sign_name: Sign } }
          offers: { category: marketing, text: hi, bindings: { a: { country: CN, template_code: SMS_1, sign_name: S } } }
        routes:
          - { name: alone, match: { tag: alone }, providers: a }
          - name: main
            match: { prefix: ["86", "44"] }
            strategy: cheapest
            providers: [a, log]
            recipient_limit: 50/h
            quiet_hours: { from: "21:00", to: "08:00" }
        """

    private static func tool() async throws -> Tool {
        let tool = try await Tool.make()
        try tool.folder.write(configuration, to: "providers.yaml")
        return tool
    }

    private static let message = ["--to", "13800138000", "--template", "news", "--param", "text=hi", "--json"]

    @Test("are those of send")
    func send() async throws {
        let tool = try await Self.tool()
        func send(_ more: [String], script: String) async throws -> ChildProcess.End {
            await tool.sandbox.script(try ScriptRule.parse(Data(script.utf8)))
            return try await tool.start(["send"] + Self.message + more).end()
        }
        let lost = """
            [{ "match": { "action": "SendSms" }, "answer": { "close": "after-taking" } },
             { "match": { "action": "QuerySendDetails" }, "answer": { "code": "Forbidden.RAM", "message": "no right" } }]
            """
        let throttled = #"[{ "answer": { "throttle": { "retry_after_s": 3600 } } }]"#
        try Self.compare(
            await send([], script: "[]"), await send(["--dry-run"], script: "[]"), await send([], script: lost),
            await send(["--tag", "alone"], script: throttled), with: "`notify send --json`")
        await tool.close()
    }

    @Test("are those of explain")
    func explain() async throws {
        let tool = try await Self.tool()
        let numbers = ["+442079460018", "13800138000", "+12025550123", "12"].flatMap { ["--to", $0] }
        let end = try await tool.start(
            ["explain", "--template", "offers", "--locale", "zh-CN", "--json"] + numbers
        ).end()
        try Self.compare(end, with: "`notify explain --json`")
        await tool.close()
    }

    @Test("are those of check, providers, templates and errors")
    func others() async throws {
        let tool = try await Self.tool()
        try tool.folder.write("providers: { a: { type: fil } }\nroutes: [{ providers: a }]\n", to: "wrong.yaml")
        for (arguments, title) in [
            (["check", "--config", "wrong.yaml"], "`notify check --json`"),
            (["providers"], "`notify providers --json`"),
            (["templates"], "`notify templates --json`"), (["providers", "--config", "wrong.yaml"], "Errors"),
        ] {
            let end = try await tool.start(arguments + ["--json"]).end()
            try Self.compare(end, with: title)
        }
        await tool.close()
    }

    @Test("are those of query")
    func query() async throws {
        let tool = try await Self.tool()
        _ = try await tool.start(["send"] + Self.message).end()
        let call = ["query", "--provider", "a", "--to", "13800138000", "--json"]
        let found = try await tool.start(call).end()
        let script = #"[{ "answer": { "code": "Forbidden.RAM", "message": "no right" } }]"#
        await tool.sandbox.script(try ScriptRule.parse(Data(script.utf8)))
        let refused = try await tool.start(call).end()
        #expect(refused.status == 1)
        try Self.compare(found, refused, with: "`notify query --json`")
        await tool.close()
    }

    @Test("are those of keys")
    func keys() async throws {
        let tool = try await Self.tool()
        let made = try await tool.run(
            "keys", "create", "--keys", "keys.jsonl", "--name", "shop", "--tenant", "shop", "--template", "news",
            "--route", "main", "--rate", "100/s", "--expires", "1h", "--json")
        let id = try #require(try made.object()["id"] as? String)
        #expect(try await tool.run("keys", "revoke", id, "--keys", "keys.jsonl").status == 0)
        let list = try await tool.run("keys", "list", "--keys", "keys.jsonl", "--json")
        #expect(try list.list("keys").first?["rate"] as? String == "100/s")
        try Self.compare(made, with: "`notify keys create --json`")
        try Self.compare(list, with: "`notify keys list --json`")
        await tool.close()
    }

    /// The keys of an object in the API's description, which other tests hold against the server's answers.
    private static func described(_ name: String) throws -> Set<String> {
        let text = try read(Tool.project.appendingPathComponent("docs/openapi.json").path)
        let document = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        let schemas = (document?["components"] as? [String: Any])?["schemas"] as? [String: Any]
        let schema = try #require(schemas?[name] as? [String: Any], "\(name)")
        let properties = try #require(schema["properties"] as? [String: Any], "\(name)")
        return Set(
            properties.map { ($0.value as? [String: Any])?["type"] as? String == "array" ? "\($0.key)[]" : $0.key })
    }

    @Test("are those of outbox, and a message's those that the API describes")
    func outbox() async throws {
        let tool = try await Self.tool()
        let store = try SQLiteOutboxStore(path: tool.folder.file("o.sqlite"))
        let message = Message(id: "m", to: ["+8613800138000"], content: .text("hello"))
        _ = try await store.submit(Submission(message), now: SystemClock().wallTime)
        try store.close()
        let shown = try await tool.run("outbox", "show", "m", "--outbox", "o.sqlite", "--json")
        var found: Keys = [:]
        Self.add(try shown.object(), to: &found)
        let documented = try Self.documented("`notify outbox show --json`")
        for (path, keys) in found { #expect(keys.subtracting(documented[path, default: []]) == [], "\(path)") }
        for (path, name) in [
            ("", "Entry"), ("attempts[]", "Attempt"), ("attempts[].reconciliation", "Reconciliation"),
        ] {
            #expect(try documented[path] == Self.described(name), "\(name)")
        }
        // The description's recipients are also those of explanations.
        #expect(try documented["recipients[]", default: []].isSubset(of: Self.described("Recipient")))
        #expect(
            try Self.documented("`notify outbox counts --json`")
                == ["": ["counts"], "counts": Set(EntryState.allCases.map(\.rawValue))])
        await tool.close()
    }
}
