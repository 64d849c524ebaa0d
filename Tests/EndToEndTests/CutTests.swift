import CurlTransport
import HTTPTransport
import LoopbackServer
import NotificationGateway
import Testing
import VendorSandbox

/// A gateway whose way to its first vendor is cut, and what its transport saw.
private struct CutWorld {
    let world: World
    let failures: Guarded<[HTTPFailure]>
    private let takeDown: @Sendable () -> Void

    init(_ cut: Cut, after passed: Int, timeout: String, providers: String, retries: Int = 0) async throws {
        let sandbox = try await VendorSandbox.start()
        let (endpoint, caFile, takeDown) = try await Self.raise(cut.stand, before: sandbox.port, after: passed)
        let failures = Guarded<[HTTPFailure]>([])
        self.failures = failures
        self.takeDown = takeDown
        world = try await World.make(
            options: ["max_connections": "1", "timeout": timeout, "ca_file": caFile], providers: providers,
            route: "retries: \(retries)", endpoint: endpoint, sandbox: sandbox
        ) { WatchedTransport(transport: CurlTransport($0), failures: failures) }
    }

    private static func raise(
        _ stand: Cut.Stand, before port: Int, after passed: Int
    ) async throws -> (endpoint: String, caFile: String?, takeDown: @Sendable () -> Void) {
        switch stand {
        case .noName: return ("https://no-such-host.invalid", nil, {})
        case .nobody(let manner):
            let unserved = UnservedPort(manner)
            return ("http://127.0.0.1:\(unserved.port)", nil, unserved.close)
        case .stranger(let isKnown):
            let server = try await OpenSSLServer.start()
            // The certificate is for `localhost`.
            return isKnown
                ? ("https://127.0.0.1:\(server.port)", server.certificate, server.stop)
                : ("https://localhost:\(server.port)", nil, server.stop)
        case .proxy(let scheme, let cut):
            let proxy = CuttingProxy(before: port, after: passed, cut)
            return ("\(scheme)://127.0.0.1:\(proxy.port)", nil, proxy.stop)
        }
    }

    func close() async {
        await world.close()
        takeDown()
    }
}

@Suite("A message whose way to the vendor or back is cut", .timeLimit(.minutes(10)))
struct CutTests {
    /// Sends a code that no other vendor can take over, after `passed` messages over the same connection, and judges what
    /// is known of it.
    private func judge(_ cut: Cut, after passed: Int = 0) async throws {
        var (delivery, failures, inbox): (Delivery?, [HTTPFailure], [InboxMessage]) = (nil, [], [])
        for timeout in cut.timeouts where delivery == nil || failures.first?.phase != cut.phase {
            let cutWorld = try await CutWorld(cut, after: passed, timeout: timeout, providers: "[primary]")
            for _ in 0..<passed { #expect(await cutWorld.world.code(to: "13900139000").outcome == .accepted) }
            delivery = await cutWorld.world.code()
            failures = cutWorld.failures.withLock { $0 }
            inbox = await cutWorld.world.sandbox.inbox().filter { $0.phone == "13800138000" }
            await cutWorld.close()
        }
        #expect(failures.map(\.phase) == (cut.phase.map { [$0] } ?? []))
        #expect(
            failures.allSatisfy { cut.causes.contains($0.cause) && $0.surelyNotSent == (cut.acceptance == .rejected) })
        let attempts = try #require(delivery).attempts
        #expect(attempts.map(\.acceptance) == [cut.acceptance])
        #expect(attempts.allSatisfy { $0.error.map { cut.reasons.contains($0.reason) } ?? false })
        #expect(delivery?.outcome == (cut.acceptance == .rejected ? .rejected : .uncertain))
        #expect(inbox.count == (cut.arrives ? 1 : 0))
    }

    @Test("is rejected, and reached nobody, before the first byte has left", arguments: Cut.before)
    func before(_ cut: Cut) async throws { try await judge(cut) }

    @Test("is uncertain, and came once at most, from the first byte on", arguments: Cut.after)
    func after(_ cut: Cut) async throws { try await judge(cut) }

    @Test("is uncertain just so on a connection that was used before", arguments: Cut.after.filter(\.canFollow))
    func afterAnother(_ cut: Cut) async throws { try await judge(cut, after: 1) }

    @Test(
        "reaches the phone exactly once when it is a code that is sent again as the very same request",
        arguments: Cut.after.filter(\.canFollow))
    func again(_ cut: Cut) async throws {
        let cutWorld = try await CutWorld(cut, after: 0, timeout: "5m", providers: "[primary]", retries: 1)
        let delivery = await cutWorld.world.code()
        #expect(delivery.outcome == .accepted)
        #expect(delivery.attempts.map(\.acceptance).first == .unknown)
        #expect(await cutWorld.world.sandbox.inbox().count == 1)
        await cutWorld.close()
    }

    @Test(
        "reaches the phone exactly once when it is news that a second vendor can carry",
        arguments: Cut.before + Cut.after)
    func once(_ cut: Cut) async throws {
        let cutWorld = try await CutWorld(
            cut, after: 0, timeout: cut.timeouts.first ?? "", providers: "[primary, backup]")
        let delivery = await cutWorld.world.news()
        let expected = cut.arrives ? "sandbox-key-id" : "sandbox-backup-id"
        #expect(delivery.outcome == .accepted)
        #expect(await cutWorld.world.sandbox.inbox().map(\.access_key_id) == [expected])
        await cutWorld.close()
    }
}
