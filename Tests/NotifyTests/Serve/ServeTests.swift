import Foundation
import LoopbackServer
import ProcessSupport
import Testing
import VendorSandbox

@Suite("notify serve")
struct ServeTests {
    private static func code(_ id: String, _ number: String = "13800138000") -> String {
        #"{"id":"\#(id)","to":"\#(number)","template":"login-code","parameters":{"code":"271828"}}"#
    }

    private static func receipt(_ id: String) -> String {
        """
        [{"phone_number":"13800138000","success":true,"err_code":"DELIVERED","out_id":"\(id)-1",
          "report_time":"2026-11-28 10:00:00"}]
        """
    }

    @Test("sends what it took, and follows it to its receiver")
    func delivered() async throws {
        let fixture = try await ServeFixture()
        let server = try await fixture.serve()
        let taken = try await server.call("POST", "/v1/messages?wait=20s", body: Self.code("m1"))
        #expect(taken.status == 200 && taken.body["state"] as? String == "accepted")
        #expect(await fixture.sandbox.inbox().map(\.out_id) == ["m1-1"])

        let path = "/receipts/aliyun/\(ServeFixture.token)"
        #expect(try await server.call("POST", path + "x", body: Self.receipt("m1")).status == 404)
        #expect(try await server.call("POST", "/receipts/other/\(ServeFixture.token)", body: "[]").status == 404)
        #expect(try await server.call("POST", path, body: "no receipt").status == 400)
        let heard = try await server.call("POST", path, body: Self.receipt("m1"))
        #expect(heard.status == 200 && heard.body["code"] as? Int == 0)
        #expect(try await server.call("POST", path, body: Self.receipt("nobody's")).status == 200)
        #expect(try await server.call("GET", "/v1/messages/m1").body["state"] as? String == "delivered")
        let end = try await server.stop()
        #expect(end.status == 0)
        #expect(!end.errors.contains(ServeFixture.token) && !end.errors.contains("13800138000"))
        await fixture.sandbox.stop()
    }

    @Test("keeps what it took when it is killed, and sends it after its next start")
    func killed() async throws {
        let fixture = try await ServeFixture()
        let first = try await fixture.serve()
        let later =
            #"{"id":"m2","to":"13800138000","template":"login-code","parameters":{"code":"271828"},"send_at":"2099-01-01T00:00:00Z"}"#
        #expect(try await first.call("POST", "/v1/messages", body: later).status == 202)
        try await first.kill()
        let second = try await fixture.serve()
        #expect(try await second.call("GET", "/v1/messages/m2").body["state"] as? String == "scheduled")
        #expect(try await second.call("POST", "/v1/messages/m2/cancel").status == 200)
        #expect(try await second.stop(SIGINT).status == 0)
        await fixture.sandbox.stop()
    }

    @Test("takes nothing on a full disk, keeps what is there, and goes on without a new start")
    func full() async throws {
        let fixture = try await ServeFixture()
        let server = try await fixture.serve()
        let later = Self.code("m8").replacing("}}", with: #"},"send_at":"2099-01-01T00:00:00Z"}"#)
        #expect(try await server.call("POST", "/v1/messages", body: later).status == 202)
        try #require(server.limitFiles(to: 4_096))
        let refused = try await server.call("POST", "/v1/messages", body: Self.code("m9"))
        #expect(refused.status == 503 && refused.body["type"] is String, "\(refused)")
        #expect(try await server.call("GET", "/v1/messages/m8").status == 200)
        #expect(try await server.call("GET", "/v1/messages/m9").status == 404)
        try #require(server.limitFiles(to: nil))
        #expect(try await server.call("POST", "/v1/messages?wait=20s", body: Self.code("m9")).status == 200)
        #expect(try await server.stop().status == 0)
        #expect(await fixture.sandbox.inbox().map(\.out_id) == ["m9-1"])
        await fixture.sandbox.stop()
    }

    @Test(
        "serves a caller that speaks the vendor's protocol, on a path and on a port of its own",
        arguments: ["v1", "v3"])
    func vendorProtocol(_ signature: String) async throws {
        let fixture = try await ServeFixture(
            """
              dysms:
                listen: 127.0.0.1:0
                access_keys: { caller-id: { secret: "${env:ENDPOINT_SECRET}" } }
                templates: { SMS_OLD: { template: login-code, parameters: { verify: code } } }
            """)
        let server = try await fixture.serve()
        let port = try #require(server.endpoint)
        // The caller is this gateway's own provider, as any SDK would be.
        let caller = """
            version: 1
            default_country: CN
            providers:
              gateway:
                type: aliyun-dysms
                endpoint: "\(port)"
                access_key_id: caller-id
                access_key_secret: secret-of-the-endpoint
                sign_name: 云通信
                signature: \(signature)
            templates:
              code:
                category: verification
                parameters: { code: }
                bindings: { gateway: { template_code: SMS_OLD, parameters: { code: verify } } }
            routes:
              - providers: gateway
            """
        try fixture.folder.write(caller, to: "caller.yaml")
        let sent = try await fixture.run(
            "send", "--to", "13800138000", "--template", "code", "--param", "code=314159", "--config", "caller.yaml",
            "--id", "c1")
        #expect(sent.status == 0, "\(sent.errors)\(sent.output)")
        let found = try await fixture.run(
            "query", "--provider", "gateway", "--id", "c1", "--to", "13800138000", "--config", "caller.yaml", "--json")
        #expect(try found.list("records").first?["reference"] as? String == "c1-1")
        let wrong = try await server.call("GET", "/compat/dysms/?Action=SendSms")
        #expect(wrong.status == 400)
        let end = try await server.stop()
        #expect(end.status == 0 && !end.errors.contains("secret-of-the-endpoint"))
        #expect(await fixture.sandbox.inbox().map(\.template_param) == [#"{"code":"314159"}"#])
        await fixture.sandbox.stop()
    }

    @Test("tells a webhook what became of a message")
    func webhook() async throws {
        let (requests, arrived) = AsyncStream<ReceivedRequest>.makeStream()
        let hooks = LoopbackServer { request in
            arrived.yield(request)
            return Array("HTTP/1.1 204 No Content\r\n\r\n".utf8)
        }
        let fixture = try await ServeFixture(
            """
              webhooks:
                shop: { url: "\(hooks.url("/hook"))", secret: "${env:HOOK_SECRET}", allow: 127.0.0.1/32 }
            """)
        let server = try await fixture.serve()
        #expect(try await server.call("POST", "/v1/messages", body: Self.code("m3")).status == 202)
        let request = try #require(await requests.first { _ in true })
        let text = String(decoding: request.body, as: UTF8.self)
        #expect(text.contains("message.accepted") && text.contains("m3") && !text.contains("271828"))
        #expect(!text.contains("13800138000"))
        #expect(request["webhook-signature"]?.hasPrefix("v1,") == true)
        #expect(try await server.stop().status == 0)
        hooks.stop()
        await fixture.sandbox.stop()
    }

    @Test("puts a changed configuration in force when it is told to, and keeps the old one where the new is wrong")
    func reload() async throws {
        let fixture = try await ServeFixture()
        let server = try await fixture.serve()
        try fixture.folder.write("providers: {}", to: "providers.yaml")
        await server.reload()
        #expect(try await server.call("POST", "/v1/messages?wait=20s", body: Self.code("m4")).status == 200)
        let renamed = ServeFixture.configuration("").replacing("login-code", with: "sign-in-code")
            .replacing("127.0.0.1:0", with: "127.0.0.1:1")
        try fixture.folder.write(renamed, to: "providers.yaml")
        await server.reload()
        #expect(try await server.call("POST", "/v1/messages", body: Self.code("m5")).status == 422)
        let end = try await server.stop()
        #expect(end.status == 0 && end.errors.contains("refused") && end.errors.contains("reloaded"))
        #expect(end.errors.contains("'server' says now counts from the next start"))
        await fixture.sandbox.stop()
    }

    @Test("shows a renewed certificate when it is told to")
    func certificate() async throws {
        let fixture = try await ServeFixture("  tls: { certificate: cert.pem, key: key.pem }")
        let made = try await SelfSignedCertificate(in: fixture.folder)
        let server = try await fixture.serve()
        let port = try #require(URL(string: server.url)?.port)
        #expect(try await SelfSignedCertificate.ask(port, trusting: made.path).status == 0)
        _ = try await SelfSignedCertificate(in: fixture.folder)
        await server.reload()
        #expect(try await SelfSignedCertificate.ask(port, trusting: made.path).status == 0)
        #expect(try await server.stop().status == 0)
        await fixture.sandbox.stop()
    }

    @Test("asks for a key where there is one, and forgets one that was revoked")
    func keys() async throws {
        let fixture = try await ServeFixture("  keys: keys.jsonl")
        let made = try await fixture.run(
            "keys", "create", "--name", "shop", "--scope", "send", "--tenant", "shop", "--json")
        let (id, key) = (try made.object()["id"] as? String, try made.object()["key"] as? String)
        let server = try await fixture.serve()
        #expect(try await server.call("POST", "/v1/messages", body: Self.code("m6")).status == 401)
        #expect(try await server.call("POST", "/v1/messages", body: Self.code("m6"), key: key).status == 202)
        #expect(try await server.call("POST", "/v1/messages/m6/requeue", key: key).status == 403)
        #expect(try await fixture.run("keys", "revoke", try #require(id)).status == 0)
        await server.reload()
        #expect(try await server.call("POST", "/v1/messages", body: Self.code("m7"), key: key).status == 401)
        #expect(try await server.stop().status == 0)
        let list = try await fixture.run("keys", "list", "--json")
        #expect(try list.list("keys").map { $0["state"] as? String } == ["revoked"])
        #expect(!(try read(fixture.folder.file("keys.jsonl"))).contains(try #require(key?.dropFirst(17))))
        await fixture.sandbox.stop()
    }

    @Test("does not start for everyone without a key, on a port that is taken, or with a damaged outbox")
    func refusals() async throws {
        let fixture = try await ServeFixture("  keys: keys.jsonl")
        let open = ServeFixture.configuration("  keys: keys.jsonl").replacing("127.0.0.1:0", with: "0.0.0.0:0")
        try fixture.folder.write(open, to: "open.yaml")
        let keyless = try await fixture.run("serve", "--config", "open.yaml")
        #expect(keyless.status == 1 && keyless.errors.contains("notify keys create"))

        let server = try await fixture.serve()
        let port = try #require(server.url.split(separator: ":").last)
        let second = try await fixture.run("serve", "--port", String(port), "--outbox", "second.sqlite")
        #expect(second.status == 1 && second.errors.contains(port))
        #expect(try await server.stop().status == 0)

        try fixture.folder.write("no database, but long enough to be looked at as one", to: "damaged.sqlite")
        let damaged = try await fixture.run("serve", "--outbox", "damaged.sqlite")
        #expect(damaged.status == 1 && !damaged.errors.isEmpty)
        await fixture.sandbox.stop()
    }
}
