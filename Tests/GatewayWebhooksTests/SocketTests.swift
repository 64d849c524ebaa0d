import CurlTransport
import Foundation
import GatewayOutbox
import GatewayTestKit
import HTTPTransport
import Logging
import LoopbackServer
import NotificationGateway
import Testing

@testable import GatewayWebhooks
@testable import documentation_snippets

/// Over real sockets, with the transport that programs use.
@Suite("Webhooks over sockets", .timeLimit(.minutes(10)))
struct SocketTests {
    /// Tells of one event and gives what was done with it.
    private static func told(
        _ url: String, _ addresses: AddressPolicy = .publicOnly(allowing: ["127.0.0.0/8"])
    ) async throws -> WatchedLog.Note? {
        let fixture = try WebhookFixture(answering: [])
        try await fixture.accept("m")
        let log = WatchedLog(fixture.store)
        let endpoint = try WebhookEndpoint(
            name: "a", url: url, secrets: [Secret(WebhookEndpoint.secret)], addresses: addresses, allowPlainHTTP: true,
            timeout: .seconds(600))
        let dispatcher = WebhookDispatcher(
            log: log, entry: { [store = fixture.store] id async throws(OutboxStoreError) in try await store.entry(id) },
            endpoints: [endpoint], options: .init(), clock: fixture.clock, random: SeededRandom(),
            logger: .init(label: "test")
        ) { settings, addresses in
            CurlTransport(CurlTransportOptions(settings, addresses: addresses))
        }
        await dispatcher.start()
        let note = await log.next()
        await dispatcher.stop(within: .seconds(1))
        return note
    }

    private static func isToldAgain(_ note: WatchedLog.Note?) -> Bool {
        if case .retried = note { true } else { false }
    }

    @Test("arrive whole, and verify as the documents show")
    func arrives() async throws {
        let server = LoopbackServer { _ in Answer.text("thanks") }
        defer { server.stop() }
        #expect(try await Self.told(server.url("/hook")) == .finished(1))
        let request = try #require(server.requests.first)
        #expect(request.head.hasPrefix("POST /hook HTTP/1.1\r\n") && request["content-type"] == "application/json")
        let (id, timestamp) = (try #require(request["webhook-id"]), try #require(request["webhook-timestamp"]))
        #expect(
            isGenuine(
                Data(request.body), id: id, timestamp: timestamp,
                signatures: try #require(request["webhook-signature"]), secret: WebhookEndpoint.secret,
                now: Date(timeIntervalSince1970: try #require(Double(timestamp)))))
        #expect(String(decoding: request.body, as: UTF8.self).hasPrefix(#"{"type":"message.accepted","timestamp":""#))
    }

    @Test("never reach an address that is not public unless it is allowed, however it is written")
    func privateAddresses() async throws {
        let server = LoopbackServer { _ in Answer.text("") }
        defer { server.stop() }
        for host in ["127.0.0.1", "localhost", "0x7f.1", "2130706433", "[::ffff:127.0.0.1]", "[::1]"] {
            let note = try await Self.told("http://\(host):\(server.port)/", .publicOnly())
            #expect(Self.isToldAgain(note), "\(host)")
        }
        #expect(server.connections == 0)
    }

    @Test("do not follow a redirect, which is no answer")
    func redirect() async throws {
        let inner = LoopbackServer { _ in Answer.text("") }
        let outer = LoopbackServer { _ in Answer.text("", status: "308 P", headers: ["Location: \(inner.url())"]) }
        defer {
            inner.stop()
            outer.stop()
        }
        #expect(Self.isToldAgain(try await Self.told(outer.url())))
        #expect(inner.connections == 0 && outer.requests.count == 1)
    }

    @Test("take no more of an answer than there is use for")
    func longAnswer() async throws {
        let server = LoopbackServer { Answer.bytes([UInt8](repeating: 1, count: $0.path == "/fits" ? 65_536 : 65_537)) }
        defer { server.stop() }
        #expect(try await Self.told(server.url("/fits")) == .finished(1))
        #expect(Self.isToldAgain(try await Self.told(server.url("/over"))))
    }
}
