import Foundation
import FoundationNetworking
import ProcessSupport
import Testing
import VendorSandbox

@Suite("The sandbox, as docs/sandbox.md describes it")
struct SandboxTests {
    private static func document() throws -> String {
        try read(Tool.project.appendingPathComponent("docs/sandbox.md").path)
    }

    /// Speaks to the sandbox's own addresses, as a test in another language would.
    private static func call(
        _ method: String, _ path: String, body: String = "", at sandbox: VendorSandbox
    ) async throws -> (status: Int, body: Data) {
        var request = URLRequest(url: try #require(URL(string: sandbox.endpoint + path)))
        request.httpMethod = method
        if !body.isEmpty { request.httpBody = Data(body.utf8) }
        let (data, response) = try await URLSession.shared.data(for: request)
        return ((response as? HTTPURLResponse)?.statusCode ?? 0, data)
    }

    private static func list(_ path: String, at sandbox: VendorSandbox) async throws -> [[String: Any]] {
        let (status, data) = try await call("GET", path, at: sandbox)
        #expect(status == 200)
        return try #require(try JSONSerialization.jsonObject(with: data) as? [[String: Any]])
    }

    @Test("the script of the document does what the document says")
    func script() async throws {
        let block = try #require(try Self.document().firstMatch(of: /```json\n([^`]*)```/)).1
        let tool = try await Tool.make()
        #expect(try await Self.call("POST", "/script", body: String(block), at: tool.sandbox).status == 200)

        let throttled = try await tool.send("--json", to: "13800138002")
        #expect(try throttled.list("recipients").first?["provider"] as? String == "aliyun-backup")
        #expect(try throttled.list("attempts").first?["retry_after_ms"] as? Double == 300)
        let refused = try await tool.send("--json", to: "13800138003")
        #expect(refused.status == 1)
        #expect(try refused.list("attempts").map { $0["vendor_code"] as? String } == ["isv.MOBILE_NUMBER_ILLEGAL"])
        #expect(try await tool.send(to: "13800138004").status == 0)
        let lost = try await tool.send("--json", to: "13800138004")
        #expect(try lost.list("attempts").first?["acceptance"] as? String == "unknown")
        await tool.close()
    }

    @Test("its own addresses show, forget and refuse what the document says")
    func addresses() async throws {
        let tool = try await Tool.make()
        #expect(try await tool.send("--id", "order-7").status == 0)
        let message = try #require(try await Self.list("/inbox", at: tool.sandbox).first)
        let request = try #require(try await Self.list("/requests", at: tool.sandbox).first)
        #expect(message["out_id"] as? String == "order-7-1" && request["answer"] as? String == "OK")
        let document = try Self.document()
        for key in Array(message.keys) + request.keys {
            #expect(document.contains("`\(key)`"), "docs/sandbox.md does not explain \(key)")
        }
        #expect(try await Self.call("DELETE", "/inbox", at: tool.sandbox).status == 200)
        #expect(try await Self.list("/inbox", at: tool.sandbox).isEmpty)
        let wrong = try await Self.call("POST", "/script", body: #"[{"answr":{}}]"#, at: tool.sandbox)
        #expect(wrong.status == 400 && String(decoding: wrong.body, as: UTF8.self).contains("rule 1"))
        #expect(try await Self.call("GET", "/", at: tool.sandbox).status == 400)
        await tool.close()
    }

    @Test(
        "every key that a script knows is explained",
        arguments: [
            #"[{"answer":{},"x":1}]"#, #"[{"answer":{},"match":{"x":1}}]"#, #"[{"answer":{"x":1}}]"#,
            #"[{"answer":{"throttle":{"x":1}}}]"#,
        ])
    func keys(_ script: String) throws {
        let error = try #require(throws: ScriptRule.Invalid.self) { try ScriptRule.parse(Data(script.utf8)) }
        let known = try #require(error.description.split(separator: "known are ").last)
        let document = try Self.document()
        for key in known.split(separator: ", ") {
            #expect(document.contains("`\(key)`") || document.contains("`match.\(key)`") || key == "match", "\(key)")
        }
        for close in ScriptRule.Close.allCases { #expect(document.contains("| `\(close.rawValue)` |")) }
    }

    @Test("every account that it has is named, and its help points to the document")
    func accounts() async throws {
        let document = try Self.document()
        for account in SandboxConfiguration.defaultAccounts {
            for text in [account.accessKeyID, account.secret, account.securityToken].compactMap(\.self) {
                #expect(document.contains("`\(text)`"))
            }
        }
        let help = try await ChildProcess.run("notify", ["sandbox", "--help"])
        #expect(help.output.contains("docs/sandbox.md") && help.output.contains("--account"))
    }

    @Test(
        "an account that is none is a wrong call",
        arguments: ["", "id", "id:", ":secret", "id:secret:", "id:secret:token:more"])
    func wrongAccount(_ account: String) async throws {
        let end = try await ChildProcess.run("notify", ["sandbox", "--account", account])
        #expect(end.status == 2)
        #expect(end.errors.contains("ID:SECRET"))
    }
}
