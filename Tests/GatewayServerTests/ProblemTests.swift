import GatewayOutbox
import GatewayTestKit
import HTTPProviderSupport
import NotificationGateway
import Testing

@testable import GatewayServer

@Suite("Problems")
struct ProblemTests {
    private func isProblem(_ answer: RawClient.Answer, _ status: Int) throws -> Bool {
        let document = try answer.json()
        return answer.status == status && answer.headers["content-type"] == "application/problem+json"
            && document["status"] == .integer(status) && document["title"]?.string?.isEmpty == false
    }

    @Test("paths and methods that there are not")
    func paths() async throws {
        try await ServerFixture.run { server in
            for target in [
                "/", "/v1", "/v1/messages/", "/v1/messages//cancel", "/v1/messages/a/b", "/v1/messages/%zz",
                "/v1/messages/%00", "*",
            ] {
                #expect(try isProblem(await server.ask("GET", target), 404), "\(target)")
            }
            let wrong = try await server.ask("DELETE", "/v1/messages")
            #expect(try isProblem(wrong, 405) && wrong.headers["allow"] == "GET, HEAD, POST")
            #expect(try isProblem(await server.ask("POST", "/healthz"), 405))
            let head = try await server.ask("HEAD", "/healthz")
            #expect(head.status == 200 && head.headers["content-length"] == "15")
        }
    }

    @Test("bodies that are not JSON, with the place")
    func notJSON() async throws {
        try await ServerFixture.run { server in
            let answer = try await server.submit("{\n  \"to\": x}")
            #expect(try isProblem(answer, 400))
            #expect(try answer.json()["detail"]?.string?.hasPrefix("line 2, column 9") == true)
            for body in [
                "", "{", #"{"to":"1","to":"2"}"#, #"{"to":"\ud800"}"#, String(repeating: "[", count: 100_000),
                #"{"to":01}"#, "{}x", "\u{FEFF}", #"{"a":1e99999999999999999999}x"#,
            ] {
                #expect(try isProblem(await server.submit(body), 400), "\(body.prefix(40))")
            }
            let client = try RawClient(port: server.port)
            try await client.send(
                "POST /v1/messages HTTP/1.1\r\nhost: localhost\r\ncontent-length: 10\r\n\r\n".utf8
                    + Array("{\"to\":\"".utf8) + [0xFF, 0x22, 0x7D])
            #expect(try isProblem(await client.answer(), 400))
        }
    }

    @Test("media types that are not taken or not given, and bodies without a length")
    func media() async throws {
        try await ServerFixture.run { server async throws -> Void in
            let body = ServerFixture.code
            #expect(
                try isProblem(
                    await server.ask("POST", "/v1/messages", body, headers: ["content-type: text/plain"]), 415))
            #expect(try isProblem(await server.submit(body, headers: ["content-encoding: gzip"]), 415))
            #expect(try isProblem(await server.ask("POST", "/v1/messages"), 411))
            #expect(try isProblem(await server.submit(body, headers: ["accept: text/html"]), 406))
            #expect(try isProblem(await server.submit(body, headers: ["accept: application/json;q=0, */*"]), 406))
            #expect(try await server.submit(body, headers: ["accept: text/html, application/*;q=0.1"]).status == 202)
        }
    }

    @Test(
        "a store in trouble is told as 503 with a time, and works again",
        arguments: [
            (OutboxStoreError.locked, "1"), (.diskFull, "30"), (.corrupted("secret path"), "60"), (.failed("x"), "30"),
        ])
    func store(_ error: OutboxStoreError, _ pause: String) async throws {
        let store = HeldStore(isHeld: false, failing: error)
        var setup = ServerFixture.Setup()
        setup.store = store
        try await ServerFixture.run(setup) { server in
            let answer = try await server.submit()
            #expect(try isProblem(answer, 503) && answer.headers["retry-after"] == pause)
            #expect(!answer.text.contains("secret path"))
            #expect(try isProblem(await server.ask("GET", "/readyz"), 503))
            #expect(try isProblem(await server.ask("GET", "/v1/messages/m1"), 503))
            #expect(try await server.ask("GET", "/healthz").status == 200)
            store.fail(with: nil)
            // Reading goes well again; whether writing does is not known yet.
            let unready = try await server.ask("GET", "/readyz")
            #expect(try isProblem(unready, 503) && unready.headers["retry-after"] == pause)
            #expect(try await server.submit().status == 202)
            #expect(try await server.ask("GET", "/readyz").status == 200)
        }
    }

    @Test("a write that failed is remembered until another goes well, and for half a minute")
    func lastWrite() async throws {
        let (base, clock) = (HeldStore(isHeld: false), ManualClock())
        let store = WatchedOutboxStore(base, clock: clock)
        func write() async {
            _ = try? await store.change("nobody", by: EntryChange(.cancelled, now: clock.wallTime))
        }
        base.fail(with: .diskFull)
        await write()
        #expect(store.lastWrite.trouble(within: .seconds(30)) == .diskFull)
        clock.advance(by: .seconds(29))
        #expect(store.lastWrite.trouble(within: .seconds(30)) == .diskFull)
        clock.advance(by: .seconds(1))
        #expect(store.lastWrite.trouble(within: .seconds(30)) == nil)
        await write()
        #expect(store.lastWrite.trouble(within: .seconds(30)) == .diskFull)
        base.fail(with: nil)
        // There is no such entry: that was read.
        await write()
        #expect(store.lastWrite.trouble(within: .seconds(30)) == .diskFull)
        let message = Message(id: "m1", to: ["13800138000"], content: .text("hi"))
        _ = try await store.submit(Submission(message, tenant: "default"), now: clock.wallTime)
        #expect(store.lastWrite.trouble(within: .seconds(30)) == nil)
    }

    @Test("a place in a document is written as RFC 6901 says")
    func pointer() {
        #expect((JSONPointer.root / "a/b" / 3 / "c~d").description == "/a~1b/3/c~0d")
    }

    @Test("what is taken as an answer is read from Accept")
    func accept() {
        #expect(Negotiation.takes("application/json", []))
        #expect(Negotiation.takes("application/json", ["text/html", "*/*;q=0.1"]))
        #expect(!Negotiation.takes("application/json", ["*/*", "application/json; q=0"]))
        #expect(!Negotiation.takes("application/json", ["text/*"]))
        #expect(
            Negotiation.isJSON("application/JSON; charset=UTF-8")
                && !Negotiation.isJSON("application/json; charset=latin1"))
    }
}
