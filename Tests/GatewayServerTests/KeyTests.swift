import Foundation
import GatewayOutbox
import GatewayTestKit
import HTTPProviderSupport
import NotificationGateway
import ProcessSupport
import Testing

@testable import GatewayServer

@Suite("API keys")
struct KeyTests {
    private let folder: TemporaryFolder
    private let file: KeyFile
    private let clock = ManualClock()

    init() throws {
        folder = try TemporaryFolder()
        file = KeyFile(folder.file("keys.jsonl"))
    }

    private func book() throws -> KeyBook {
        try KeyBook(path: file.path, logger: ServerFixture.logger, clock: clock)
    }

    private func caller(_ book: KeyBook, _ key: String) -> Caller? { try? book.caller("Bearer \(key)") }

    @Test("the file holds no secret, and only its owner may read it")
    func written() throws {
        let created = try file.create(
            KeyRecord.Grant(
                name: "shop", scopes: [.send], tenant: "shop", templates: ["login-code"], routes: ["codes"],
                rate: Rate(5, per: .seconds(60)), expires: clock.wallTime.advanced(by: 60)), clock: clock)
        let text = created.text.reveal()
        #expect(text.hasPrefix("ngk_\(created.record.id)_") && text.count == 89)
        let written = try String(contentsOfFile: file.path, encoding: .utf8)
        #expect(!written.contains(text.dropFirst(17).prefix(64)))
        #expect(try file.list() == [created.record])
        let mode = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect("\(created)".contains(text) == false)
    }

    @Test("a key opens until it is revoked or expires, and only as it is")
    func life() throws {
        let first = try file.create(
            KeyRecord.Grant(scopes: [.read], expires: clock.wallTime.advanced(by: 60)), clock: clock)
        let second = try file.create(KeyRecord.Grant(scopes: [.read]), clock: clock)
        let (key, other) = (first.text.reveal(), second.text.reveal())
        let book = try book()
        #expect(caller(book, key)?.key == first.record.id && caller(book, other)?.key == second.record.id)
        #expect(caller(book, String(key.dropLast()) + (key.hasSuffix("0") ? "1" : "0")) == nil)
        #expect(caller(book, key + "0") == nil && caller(book, "") == nil && caller(book, "ngk_") == nil)
        try file.revoke(second.record.id, clock: clock)
        clock.advance(by: .seconds(2))
        #expect(caller(book, other) == nil && caller(book, key) != nil)
        clock.advance(by: .seconds(60))
        #expect(caller(book, key) == nil)
        #expect(throws: KeyFileError.unknownKey("nobody")) { try file.revoke("nobody") }
    }

    @Test("a book without a file is open; one with a file never is, and keeps its keys when that is lost or damaged")
    func loss() throws {
        let open = try KeyBook(path: nil, logger: ServerFixture.logger, clock: clock)
        #expect(try open.isOpen && (open.caller(nil)).key == nil)
        let book = try book()
        #expect(!book.isOpen && !book.hasActiveKey)
        #expect(throws: Problem.self) { try book.caller(nil) }
        let key = try file.create(KeyRecord.Grant(scopes: [.read])).text.reveal()
        book.reload()
        #expect(!book.isOpen && caller(book, key) != nil)
        #expect(throws: Problem.self) { try book.caller(nil) }
        try "nonsense\n".write(toFile: file.path, atomically: true, encoding: .utf8)
        book.reload()
        #expect(caller(book, key) != nil)
        try FileManager.default.removeItem(atPath: file.path)
        book.reload()
        #expect(caller(book, key) != nil && !book.isOpen)
    }

    @Test(
        "a book keeps its keys when its file is emptied, and follows it again once it has any", arguments: ["", "\n"])
    func emptied(_ rest: String) throws {
        let key = try file.create(KeyRecord.Grant(scopes: [.read])).text.reveal()
        let book = try book()
        try rest.write(toFile: file.path, atomically: false, encoding: .utf8)
        clock.advance(by: .seconds(2))
        #expect(caller(book, key) != nil)
        let other = try file.create(KeyRecord.Grant(scopes: [.read])).text.reveal()
        clock.advance(by: .seconds(2))
        #expect(caller(book, key) == nil && caller(book, other) != nil)
    }

    @Test(
        "a line that is no key is refused, with its number",
        arguments: ["x", "{}", #"{"id":"a"}"#, #"{"id":"a","hash":"00","scopes":[],"created":"2026-01-01T00:00:00Z"}"#])
    func malformed(_ line: String) throws {
        _ = try file.create(KeyRecord.Grant(scopes: [.read]))
        let text = try String(contentsOfFile: file.path, encoding: .utf8)
        try (text + line + "\n").write(toFile: file.path, atomically: true, encoding: .utf8)
        #expect(throws: KeyFileError.malformed(path: file.path, line: 2)) { try file.list() }
    }

    @Test("a rate that could not be read again is not written")
    func oddRate() throws {
        #expect(throws: KeyFileError.self) {
            try file.create(KeyRecord.Grant(scopes: [.send], rate: Rate(5, per: .seconds(7))))
        }
        #expect(try file.list().isEmpty)
    }

    @Test("two that make keys at the same time lose none")
    func atOnce() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 { group.addTask { _ = try file.create(KeyRecord.Grant(scopes: [.read])) } }
            try await group.waitForAll()
        }
        #expect(try Set(file.list().map(\.id)).count == 20)
    }

    @Test("a bucket is full at first, fills again evenly, and says when there is enough")
    func bucket() {
        var bucket = TokenBucket(Rate(4, per: .seconds(2)), now: clock.now)
        for left in [3, 2, 1, 0] { #expect(bucket.take(1, now: clock.now).remaining == left) }
        #expect(bucket.take(1, now: clock.now).wait == .milliseconds(500))
        clock.advance(by: .milliseconds(500))
        #expect(bucket.take(1, now: clock.now).wait == nil)
        clock.advance(by: .seconds(100))
        #expect(bucket.take(9, now: clock.now).wait == nil)
    }
}

@Suite("Callers")
struct CallerTests {
    private static func setup(_ grants: KeyRecord.Grant...) -> ServerFixture.Setup {
        var setup = ServerFixture.Setup()
        setup.grants = grants
        return setup
    }

    @Test("without a key nothing is told but that the server lives")
    func none() async throws {
        try await ServerFixture.run(Self.setup(.init(scopes: [.read]))) { server in
            for target in ["/v1/messages", "/v1/messages/m1", "/v1/outbox", "/v1/providers", "/metrics"] {
                let answer = try await server.ask("GET", target)
                #expect(answer.status == 401 && answer.headers["www-authenticate"]?.hasPrefix("Bearer") == true)
            }
            for target in ["/healthz", "/readyz", "/openapi.json"] {
                #expect(try await server.ask("GET", target).status == 200)
            }
            #expect(try await server.submit(key: "ngk_000000000000_\(String(repeating: "0", count: 72))").status == 401)
        }
    }

    @Test("a scope allows what it says")
    func scopes() async throws {
        let grants = [KeyScope.send, .read, .admin].map { KeyRecord.Grant(scopes: [$0]) }
        try await ServerFixture.run(Self.setup(grants[0], grants[1], grants[2])) { server in
            let rows: [(method: String, target: String, statuses: [Int])] = [
                ("GET", "/v1/messages", [403, 200, 200]), ("POST", "/v1/messages/x/cancel", [404, 403, 404]),
                ("POST", "/v1/messages/x/requeue", [403, 403, 404]), ("GET", "/v1/outbox", [403, 403, 200]),
                ("GET", "/metrics", [403, 200, 200]),
            ]
            for row in rows {
                for (key, status) in zip(server.keys, row.statuses) {
                    let answer = try await server.ask(row.method, row.target, key: key)
                    #expect(answer.status == status, "\(row.target)")
                }
            }
        }
    }

    @Test("a tenant's key sees its own messages, written out, and none of another's")
    func tenants() async throws {
        let all: Set<KeyScope> = [.send, .read]
        let setup = Self.setup(
            .init(scopes: all, tenant: "shop"), .init(scopes: all, tenant: "bank"), .init(scopes: [.read]))
        try await ServerFixture.run(setup) { server in
            let (shop, bank, auditor) = (server.keys[0], server.keys[1], server.keys[2])
            #expect(try await server.submit(key: shop).status == 202)
            #expect(try await server.submit(key: bank).status == 409)
            #expect(try await server.ask("GET", "/v1/messages/m1", key: bank).status == 404)
            #expect(try await server.ask("POST", "/v1/messages/m1/cancel", key: bank).status == 404)
            #expect(try await server.ask("GET", "/v1/messages", key: bank).json()["messages"]?.array?.isEmpty == true)
            #expect(try await server.ask("GET", "/v1/messages?tenant=shop", key: bank).status == 403)
            #expect(try await server.ask("GET", "/v1/messages/m1", key: shop).text.contains("13800138000"))
            let masked = try await server.ask("GET", "/v1/messages/m1", key: auditor)
            #expect(masked.status == 200 && !masked.text.contains("13800138000"))
        }
    }

    @Test("a key sends only the templates and routes that it may")
    func limits() async throws {
        let setup = Self.setup(
            .init(scopes: [.send], templates: ["login-code"]), .init(scopes: [.send], routes: ["rest"]))
        try await ServerFixture.run(setup) { server async throws -> Void in
            let other = #"{"to":"13800138000","template":"order-sent"}"#
            let text = #"{"to":"13800138000","text":"hi"}"#
            #expect(try await server.submit(key: server.keys[0]).status == 202)
            #expect(try await server.submit(other, key: server.keys[0]).status == 403)
            #expect(try await server.submit(text, key: server.keys[0]).status == 403)
            #expect(try await server.submit(other, key: server.keys[1]).status == 202)
            #expect(try await server.submit(ServerFixture.code, key: server.keys[1]).status == 403)
        }
    }

    @Test("a key that asks too often is told when to come again")
    func rate() async throws {
        let rate = Rate(3, per: .seconds(86_400))
        try await ServerFixture.run(Self.setup(.init(scopes: [.send], rate: rate))) { server in
            let first = try await server.submit(key: server.keys[0])
            #expect(first.headers["ratelimit-limit"] == "3" && first.headers["ratelimit-remaining"] == "2")
            let batch = #"{"messages":[{"to":"13800138000","text":"1"},{"to":"13800138000","text":"2"}]}"#
            #expect(try await server.submit(batch, key: server.keys[0]).status == 202)
            let refused = try await server.submit(key: server.keys[0])
            #expect(refused.status == 429 && Int(refused.headers["retry-after"] ?? "") ?? 0 > 28_000)
            #expect(refused.headers["ratelimit-remaining"] == "0")
        }
    }

    @Test("an address that others can reach is not served without a key")
    func exposed() async throws {
        var setup = ServerFixture.Setup()
        setup.options.host = "0.0.0.0"
        await #expect(throws: ServerStartError.needsKeys(host: "0.0.0.0")) {
            try await ServerFixture.run(setup) { _ in }
        }
        setup.grants = [.init(scopes: [.read])]
        try await ServerFixture.run(setup) { server async throws -> Void in
            #expect(try await server.ask("GET", "/healthz").status == 200)
        }
    }
}

@Suite("A server without keys")
struct OpenServerTests {
    @Test(
        "answers who calls it by a loopback name",
        arguments: ["localhost", "localhost:80", "LOCALHOST", "127.0.0.1:8080", "127.9.9.9", "[::1]:8080"])
    func local(_ host: String) { #expect(ServerOptions.isLoopback(hostHeader: host)) }

    @Test(
        "answers nobody who calls it by a name of the world",
        arguments: [
            "example.com", "127.0.0.1.example.com", "127.0.0.1.nip.io:80", "[::2]", "", "10.0.0.1", "localhost.evil",
        ])
    func foreign(_ host: String) { #expect(!ServerOptions.isLoopback(hostHeader: host)) }

    @Test("refuses a page that a browser was led to, and shows it nothing")
    func rebinding() async throws {
        try await ServerFixture.run { fixture in
            let client = try RawClient(port: fixture.port)
            try await client.send("GET /v1/messages HTTP/1.1\r\nhost: evil.example\r\n\r\n")
            #expect(try await client.answer().status == 403)
        }
    }
}
