import GatewayOutbox
import GatewayServer
import HTTPProviderSupport
import NotificationGateway
import Synchronization
import Testing

@Suite("A server under attack")
struct HardeningTests {
    private static func setup(_ change: (inout ServerOptions) -> Void) -> ServerFixture.Setup {
        var setup = ServerFixture.Setup()
        change(&setup.options)
        return setup
    }

    @Test("a head that does not come to its end is answered 408, one that never begins is dropped")
    func slowHead() async throws {
        try await ServerFixture.run(Self.setup { $0.headerTimeout = .milliseconds(300) }) { server in
            let (slow, silent) = (try RawClient(port: server.port), try RawClient(port: server.port))
            try await slow.send("GET /healthz HTTP/1.1\r\nhost: a\r\nx-slow: ")
            #expect(try await slow.answer().status == 408)
            #expect(try await slow.isEnded())
            #expect(try await silent.isEnded())
            #expect(try await server.ask("GET", "/healthz").status == 200)
        }
    }

    @Test("a body that does not come to its end is answered 408")
    func slowBody() async throws {
        try await ServerFixture.run(Self.setup { $0.bodyTimeout = .milliseconds(300) }) { server in
            let client = try RawClient(port: server.port)
            try await client.send("POST /v1/messages HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\n{")
            let answer = try await client.answer()
            #expect(answer.status == 408 && answer.headers["connection"] == "close")
            #expect(try await client.isEnded())
        }
    }

    @Test("a connection between two requests is closed after a time")
    func idle() async throws {
        try await ServerFixture.run(Self.setup { $0.idleTimeout = .milliseconds(300) }) { server in
            let client = try RawClient(port: server.port)
            try await client.send(ServerFixture.request("GET", "/healthz"))
            #expect(try await client.answer().status == 200)
            #expect(try await client.isEnded())
        }
    }

    @Test("header fields beyond the limit are answered 431, a target beyond it 414")
    func headers() async throws {
        try await ServerFixture.run { server in
            let large = try await server.ask(
                "GET", "/healthz", headers: ["x-large: " + String(repeating: "a", count: 20_000)])
            #expect(large.status == 431)
            let many = try await server.ask("GET", "/healthz", headers: (1...200).map { "x-\($0): 1" })
            #expect(many.status == 431)
            let long = try await server.ask("GET", "/healthz?" + String(repeating: "a", count: 9_000))
            #expect(long.status == 414)
            let endless = try RawClient(port: server.port)
            try await endless.send("GET /" + String(repeating: "a", count: 200_000))
            #expect(try [414, 431].contains(await endless.answer().status))
            let field = try RawClient(port: server.port)
            try await field.send("GET / HTTP/1.1\r\nx: " + String(repeating: "a", count: 200_000))
            #expect(try await field.answer().status == 431)
        }
    }

    @Test("a body of 100 MB is refused unread, whether it says so or not")
    func largeBody() async throws {
        try await ServerFixture.run { server in
            let said = try RawClient(port: server.port)
            try await said.send(
                "POST /v1/messages HTTP/1.1\r\nhost: localhost\r\nexpect: 100-continue\r\ncontent-length: 100000000\r\n\r\n"
            )
            #expect(try await said.answer().status == 413)
            let chunked = try RawClient(port: server.port)
            try await chunked.send(
                "POST /v1/messages HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n")
            let chunk = Array("10000\r\n".utf8) + [UInt8](repeating: 0x20, count: 65_536) + Array("\r\n".utf8)
            var sent = 0
            for _ in 0..<1_600 {
                guard try await chunked.send(chunk) else { break }
                sent += 1
            }
            #expect(try await chunked.answer().status == 413)
            #expect(try await server.ask("GET", "/healthz").status == 200)
        }
    }

    @Test("a body is asked for where its sender waits for that")
    func expectation() async throws {
        try await ServerFixture.run { server in
            let client = try RawClient(port: server.port)
            let body = ServerFixture.code
            try await client.send(
                "POST /v1/messages HTTP/1.1\r\nhost: localhost\r\nexpect: 100-continue\r\ncontent-length: \(body.utf8.count)\r\n\r\n"
            )
            #expect(try await client.answer().status == 100)
            try await client.send(body)
            #expect(try await client.answer().status == 202)
            let other = try await server.ask("GET", "/healthz", headers: ["expect: tea"])
            #expect(other.status == 417)
        }
    }

    @Test("what a caller without a key sends is not kept, and its connection lives on")
    func unknownCallers() async throws {
        var setup = Self.setup { ($0.maxBody, $0.maxBodies) = (1_000, 1_000) }
        setup.grants = [KeyRecord.Grant(scopes: [.send])]
        try await ServerFixture.run(setup) { server in
            let head = "POST /v1/messages HTTP/1.1\r\nhost: localhost\r\ncontent-length: 900\r\n"
            var strangers: [RawClient] = []
            for _ in 0..<5 {
                let stranger = try RawClient(port: server.port)
                try await stranger.send(head + "\r\n" + String(repeating: " ", count: 800))
                strangers.append(stranger)
            }
            #expect(try await server.submit(key: server.keys[0]).status == 202)
            for stranger in strangers {
                try await stranger.send(String(repeating: " ", count: 100) + ServerFixture.request("GET", "/healthz"))
                #expect(try await stranger.answer().status == 401)
                #expect(try await stranger.answer().status == 200)
            }
            let patient = try RawClient(port: server.port)
            try await patient.send(head + "expect: 100-continue\r\n\r\n")
            #expect(try await patient.answer().status == 401)
        }
    }

    @Test("bodies beyond what all may have together are answered 503, and their room is free again after that")
    func crowd() async throws {
        let store = HeldStore()
        var setup = Self.setup { ($0.maxBody, $0.maxBodies) = (1_000, 1_000) }
        setup.store = store
        setup.sends = false
        try await ServerFixture.run(setup) { server in
            let body = ServerFixture.code + String(repeating: " ", count: 900 - ServerFixture.code.utf8.count)
            async let first = server.submit(body)
            await store.waitForSubmission()
            let refused = try await server.submit(body)
            #expect(refused.status == 503 && refused.headers["retry-after"] == "1")
            store.release()
            #expect(try await first.status == 202)
            #expect(try await server.submit(body).status == 202)
        }
    }

    @Test("a field that decides stands once")
    func twice() async throws {
        try await ServerFixture.run { server in
            for field in ["authorization: Bearer a", "content-type: application/json"] {
                let answer = try await server.ask("POST", "/v1/messages", "{}", headers: [field, field])
                #expect(answer.status == 400)
            }
        }
    }

    @Test("requests that come at once are answered in their order, also to who sends nothing more")
    func pipelining() async throws {
        try await ServerFixture.run { server in
            let client = try RawClient(port: server.port)
            let targets = (0..<50).map { $0 % 2 == 0 ? "/healthz" : "/nowhere" }
            let rest = ServerFixture.request("POST", "/v1/messages", ServerFixture.code)
            try await client.send(targets.map { ServerFixture.request("GET", $0) }.joined() + rest)
            client.closeOutput()
            for target in targets {
                #expect(try await client.answer().status == (target == "/healthz" ? 200 : 404))
            }
            #expect(try await client.answer().status == 202)
            #expect(try await client.isEnded())
        }
    }

    @Test(
        "what is not HTTP/1.1 is answered 4xx or 5xx, and the connection closed",
        arguments: [
            ("hello\r\n\r\n", 501), ("GET / HTTP/1.1\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n", 400),
            ("GET /\u{1}x HTTP/1.1\r\nhost: a\r\n\r\n", 400), ("GET / HTTP/1.1\r\nhost : a\r\n\r\n", 400),
            ("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n", 400),
            ("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: -1\r\n\r\n", 400),
            ("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: gzip, chunked\r\n\r\n", 501),
            ("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n", 400),
            ("GET / HTTP/1.1\r\nhost: a b\r\n\r\n", 400), ("GET / HTTP/1.1\r\nhost: a/b\r\n\r\n", 400),
            ("BREW / HTTP/1.1\r\nhost: a\r\n\r\n", 501),
            ("POST /v1/messages HTTP/1.0\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", 403),
        ])
    func malformed(_ bytes: String, _ status: Int) async throws {
        try await ServerFixture.run { server in
            let client = try RawClient(port: server.port)
            try await client.send(bytes)
            let answer = try await client.answer()
            #expect(answer.status == status && answer.headers["connection"] == "close")
            #expect(try await client.isEnded())
        }
    }

    @Test("HTTP/1.0 is answered and the connection closed; nothing tells what the server is made of")
    func old() async throws {
        try await ServerFixture.run { server in
            let client = try RawClient(port: server.port)
            try await client.send("GET /healthz HTTP/1.0\r\n\r\n")
            let answer = try await client.answer()
            #expect(answer.status == 200 && answer.headers["server"] == nil && answer.headers["date"] != nil)
            #expect(try await client.isEnded())
        }
    }

    @Test("a connection beyond the limit is told so; idle ones keep nobody else from being served")
    func connections() async throws {
        try await ServerFixture.run(Self.setup { $0.maxConnections = 20 }) { server in
            var clients: [RawClient] = []
            for _ in 0..<20 {
                let client = try RawClient(port: server.port)
                try await client.send(ServerFixture.request("GET", "/healthz"))
                #expect(try await client.answer().status == 200)
                clients.append(client)
            }
            let refused = try await RawClient(port: server.port).answer()
            #expect(refused.status == 503 && refused.text.contains("urn:notification-gateway:problem:overloaded"))
            try await clients[0].send(ServerFixture.request("GET", "/healthz"))
            #expect(try await clients[0].answer().status == 200)
        }
    }

    @Test("a mounted handler gets its requests raw, without a key, below its own limit")
    func mounts() async throws {
        var setup = ServerFixture.Setup()
        setup.grants = [KeyRecord.Grant(scopes: [.read])]
        setup.mounts = [
            MountedHandler(prefix: "/receipts/", maxBody: 10, maxTarget: 40_000) { request in
                RawAnswer(
                    status: 201, headers: [("x-path", request.path), ("x-bad", "a\r\nset-cookie: b")],
                    body: Array("\(request.method) \(request.query ?? "-") ".utf8) + request.body)
            }
        ]
        try await ServerFixture.run(setup) { server in
            let answer = try await server.ask("POST", "/receipts/aliyun/%2Ftoken?a=b", "hello")
            #expect(answer.status == 201 && answer.text == "POST a=b hello")
            #expect(answer.headers["x-path"] == "aliyun/%2Ftoken" && answer.headers["set-cookie"] == nil)
            #expect(try await server.ask("POST", "/receipts/x", "hello world").status == 413)
            let long = String(repeating: "a", count: 39_000)
            #expect(try await server.ask("GET", "/receipts/x?\(long)").text == "GET \(long) ")
            #expect(try await server.ask("GET", "/receipts/x?\(long)\(long.prefix(2_000))").status == 414)
            #expect(try await server.ask("GET", "/healthz?\(long)").status == 414)
        }
    }

    @Test("at the end who waits is answered at once, a running request finished, and idle connections closed")
    func shutdown() async throws {
        let store = HeldStore()
        var setup = Self.setup { $0.shutdownGrace = .seconds(20) }
        setup.store = store
        setup.sends = false
        try await ServerFixture.run(setup) { server in
            let idle = try RawClient(port: server.port)
            try await idle.send(ServerFixture.request("GET", "/healthz"))
            _ = try await idle.answer()
            async let running = server.submit(ServerFixture.code, "?wait=60s")
            await store.waitForSubmission()
            await server.end()
            #expect(try await idle.isEnded())
            store.release()
            let answer = try await running
            #expect(answer.status == 202 && answer.headers["connection"] == "close")
        }
    }

    @Test("what does not end within the time of grace is cut off")
    func grace() async throws {
        let store = HeldStore()
        var setup = Self.setup { $0.shutdownGrace = .milliseconds(100) }
        setup.store = store
        setup.sends = false
        try await ServerFixture.run(setup) { server in
            let client = try RawClient(port: server.port)
            try await client.send(ServerFixture.request("POST", "/v1/messages", ServerFixture.code))
            await store.waitForSubmission()
            await server.end()
            #expect(try await client.isEnded())
            store.release()
        }
    }
}
