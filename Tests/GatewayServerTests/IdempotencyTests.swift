import GatewayOutbox
import GatewayServer
import HTTPProviderSupport
import NotificationGateway
import Testing

@Suite("Idempotency keys")
struct IdempotencyTests {
    private static let message = #"{"to":"13800138000","template":"login-code","parameters":{"code":"271828"}}"#
    private static let key = "idempotency-key: k-1"

    @Test("the same request again is answered the same, and sent once")
    func replays() async throws {
        try await ServerFixture.run { server in
            let first = try await server.submit(Self.message, headers: [Self.key])
            let spaced = #"{ "template": "login-code", "to": "13800138000", "parameters": {"code": "271828"} }"#
            let second = try await server.submit(spaced, headers: [Self.key])
            #expect(first.status == 202 && second.status == 202 && first.body == second.body)
            #expect(first.headers["idempotent-replayed"] == nil && second.headers["idempotent-replayed"] == "true")
            #expect(try await server.store.counts().values.reduce(0, +) == 1)
        }
    }

    @Test("the key with another request is refused, alone and in a batch")
    func reuse() async throws {
        try await ServerFixture.run { server in
            _ = try await server.submit(Self.message, headers: [Self.key])
            for other in [
                #"{"to":"13800138001","text":"hi"}"#,
                #"{"messages":[{"to":"13800138001","text":"hi"},{"to":"13800138002","text":"hi"}]}"#,
            ] {
                let answer = try await server.submit(other, headers: [Self.key])
                #expect(try answer.status == 422 && (answer.json()["type"]?.string?.hasSuffix("key-reused")) == true)
            }
            #expect(try await server.store.counts().values.reduce(0, +) == 1)
        }
    }

    @Test("a batch under a key is answered the same again")
    func batch() async throws {
        try await ServerFixture.run { server in
            let batch = #"{"messages":[{"to":"13800138001","text":"hi"},{"to":"13800138002","text":"hi"}]}"#
            let first = try await server.submit(batch, headers: [Self.key])
            let second = try await server.submit(batch, headers: [Self.key])
            #expect(first.body == second.body && second.headers["idempotent-replayed"] == "true")
        }
    }

    @Test("a batch of which a part was refused is answered the same again, and told to be a replay")
    func partOfABatch() async throws {
        try await ServerFixture.run { server in
            _ = try await server.submit()
            let batch = #"{"messages":[{"to":"13800138001","text":"hi"},{"id":"m1","to":"13800138002","text":"hi"}]}"#
            let first = try await server.submit(batch, headers: [Self.key])
            #expect(try first.status == 202 && first.json().at("messages/1/problem") != nil)
            #expect(first.headers["idempotent-replayed"] == nil)
            let second = try await server.submit(batch, headers: [Self.key])
            #expect(first.body == second.body && second.headers["idempotent-replayed"] == "true")
        }
    }

    @Test("what was taken once is answered so again, though it could not be sent any more")
    func outlived() async throws {
        let store = InMemoryOutboxStore()
        var setup = ServerFixture.Setup()
        setup.store = store
        try await ServerFixture.run(setup) { server in
            let message = #"{"to":"13800138000","text":"hi"}"#
            let first = try await server.submit(message, headers: [Self.key])
            #expect(first.status == 202)
            // The same request, whose number no route takes any more, stands for a changed configuration.
            let expired = #"{"to":"12","text":"hi"}"#
            #expect(try await server.submit(expired, headers: [Self.key]).status == 422)
            #expect(try await server.submit(message, headers: [Self.key]).body == first.body)
        }
    }

    @Test("of the same request at the same time one is carried out, and the other told to come again")
    func concurrent() async throws {
        let store = HeldStore()
        var setup = ServerFixture.Setup()
        setup.store = store
        setup.sends = false
        try await ServerFixture.run(setup) { server in
            async let first = server.submit(Self.message, headers: [Self.key])
            await store.waitForSubmission()
            let second = try await server.submit(Self.message, headers: [Self.key])
            #expect(second.status == 409 && second.headers["retry-after"] == "1")
            store.release()
            #expect(try await first.status == 202)
        }
    }

    @Test(
        "a key is 1 to 255 visible characters, given once",
        arguments: ["", "a b", "ä", String(repeating: "k", count: 256)])
    func malformed(_ key: String) async throws {
        try await ServerFixture.run { server in
            let answer = try await server.submit(Self.message, headers: ["idempotency-key: \(key)"])
            #expect(answer.status == 400)
        }
    }

    @Test("an id is one message's: the same again is that, another is refused")
    func ids() async throws {
        try await ServerFixture.run { server in
            _ = try await server.submit()
            let again = try await server.submit()
            #expect(again.status == 202 && again.headers["idempotent-replayed"] == "true")
            let other = try await server.submit(#"{"id":"m1","to":"13800138000","text":"other"}"#)
            #expect(try other.status == 409 && (other.json()["type"]?.string?.hasSuffix("id-in-use")) == true)
        }
    }
}
