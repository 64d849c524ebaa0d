import GatewayOutbox
import GatewayTestKit
import HTTPTransport
import NotificationGateway
import Synchronization
import Testing

@testable import GatewayWebhooks

@Suite("A dispatcher of webhooks")
struct DispatcherTests {
    private static let taken = ScriptedTransport.Step.answer(status: 204)

    @Test("tells each event once, signed, and forgets it", arguments: StoreKind.allCases)
    func tells(_ kind: StoreKind) async throws {
        let fixture = try WebhookFixture(kind, answering: [Self.taken])
        try await fixture.accept("m")
        try await fixture.deliver("m")
        let (dispatcher, log) = fixture.dispatcher([try .sample()])
        await dispatcher.start()
        await log.waitForFinished(2)
        let requests = fixture.transport.requests
        #expect(Set(try requests.map { try $0.data()["state"] as? String }) == ["accepted", "delivered"])
        #expect(Set(requests.map { $0["webhook-id"] }).count == 2)
        for request in requests {
            #expect(request.method == .post && request.url == "https://a.example/hook?token=TOKEN")
            #expect(request["Content-Type"] == "application/json" && request.timeout == .seconds(15))
            #expect(request["webhook-timestamp"] == "\(fixture.clock.wallTime.secondsSinceEpoch)")
            #expect(try request["webhook-signature"] == request.expectedSignature())
        }
        #expect(try await fixture.store.nextEventTime() == nil)
        await dispatcher.stop(within: .seconds(1))
        #expect(fixture.transport.isShutDown)
    }

    @Test("tells an endpoint only what it wants, and forgets at once what nobody wants")
    func wanted() async throws {
        let fixture = try WebhookFixture(answering: [Self.taken])
        for (id, tenant) in [("1", "shop"), ("2", "bank"), ("3", "club")] as [(String, Tenant)] {
            try await fixture.accept(id, tenant: tenant)
        }
        try await fixture.deliver("1")
        let endpoints = [
            try WebhookEndpoint.sample("a", events: [.accepted], tenants: ["shop", "bank"]),
            try WebhookEndpoint.sample("b", tenants: ["shop"], recipients: .full),
        ]
        let (dispatcher, log) = fixture.dispatcher(endpoints)
        await dispatcher.start()
        await log.waitForFinished(4)
        let told = try fixture.transport.requests.map { request in
            let data = try request.data()
            return "\(request.endpoint) \(data["message_id"] ?? "") \(data["state"] ?? "")"
        }
        #expect(told.sorted() == ["a 1 accepted", "a 2 accepted", "b 1 accepted", "b 1 delivered"])
        for request in fixture.transport.requests {
            let recipient = (try request.data()["recipients"] as? [[String: Any]])?.first
            #expect(recipient?["to"] as? String == (request.endpoint == "b" ? "+8613800138000" : "+86138****8000"))
        }
        await dispatcher.stop(within: .seconds(1))
    }

    @Test("tells a thousand events once each, no more at a time than it may", arguments: StoreKind.allCases)
    func many(_ kind: StoreKind) async throws {
        let busy = Mutex((now: 0, most: 0))
        let fixture = try WebhookFixture(kind) { _, _ in
            busy.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
            for _ in 0..<3 { await Task.yield() }
            busy.withLock { $0.now -= 1 }
            return Self.taken
        }
        let count = kind == .memory ? 300 : 1000
        for number in 0..<count { try await fixture.accept("m\(number)") }
        let (dispatcher, log) = fixture.dispatcher([try .sample(maxInFlight: 3)])
        await dispatcher.start()
        let mover = Task {
            // Events that found no room come back after a second or more.
            while !Task.isCancelled {
                await fixture.clock.waitForSleepers(2)
                fixture.clock.advance(by: .seconds(1))
                await Task.yield()
            }
        }
        await log.waitForFinished(count)
        mover.cancel()
        #expect(fixture.transport.requests.count == count)
        #expect(Set(fixture.transport.requests.map { $0["webhook-id"] }).count == count)
        #expect(busy.withLock { $0.most } <= 3)
        await dispatcher.stop(within: .seconds(1))
    }

    @Test("is not held up by a slow endpoint, and takes no more for it than it may")
    func slow() async throws {
        let (told, telling) = AsyncStream<String>.makeStream()
        let fixture = try WebhookFixture { request, _ in
            guard request.endpoint == "fast" else { return .hang }
            telling.yield(request["webhook-id"])
            return Self.taken
        }
        for number in 0..<300 { try await fixture.accept("m\(number)") }
        let (dispatcher, _) = fixture.dispatcher([try .sample("slow", maxInFlight: 2), try .sample("fast")])
        await dispatcher.start()
        let mover = Task {
            while !Task.isCancelled {
                await fixture.clock.waitForSleepers(2)
                fixture.clock.advance(by: .seconds(1))
                await Task.yield()
            }
        }
        var ids: Set<String> = []
        for await id in told {
            #expect(ids.insert(id).inserted, "told twice")
            if ids.count == 300 { break }
        }
        mover.cancel()
        #expect(fixture.transport.requests.count { $0.endpoint == "slow" } == 2)
        await dispatcher.stop(within: .zero)
        // All of them wait still for the slow one, untried.
        let lease = Lease(owner: "next", end: fixture.clock.wallTime.advanced(by: 999_999))
        let left = try await fixture.store.takeEvents(
            for: lease, limit: 999, now: fixture.clock.wallTime.advanced(by: 9999))
        #expect(left.count == 300 && left.allSatisfy { $0.tries == 1 })
    }

    // MARK: Ends

    @Test("waits at its stop for answers that are under way, and leaves the rest to the next")
    func stops() async throws {
        let (gate, opening) = AsyncStream<Void>.makeStream()
        let fixture = try WebhookFixture { _, _ in
            for await _ in gate { break }
            return Self.taken
        }
        for number in 0..<3 { try await fixture.accept("m\(number)") }
        let (dispatcher, log) = fixture.dispatcher([try .sample(maxInFlight: 1)])
        await dispatcher.start()
        await fixture.transport.waitForRequests()
        let stop = Task { await dispatcher.stop(within: .seconds(3600)) }
        var returned = 0
        for await note in log.notes {
            if case .returned(_, let time) = note, time == fixture.clock.wallTime { returned += 1 }
            if returned == 2 { break }
        }
        opening.finish()
        await stop.value
        await log.waitForFinished(1)
        #expect(fixture.transport.requests.count == 1)
        let lease = Lease(owner: "next", end: fixture.clock.wallTime.advanced(by: 60))
        let left = try await fixture.store.takeEvents(for: lease, limit: 9, now: fixture.clock.wallTime)
        #expect(left.map(\.tries) == [1, 1])
    }

    @Test("gives up at its stop's limit what is under way, untried")
    func stopsAtLimit() async throws {
        let fixture = try WebhookFixture(answering: [.hang])
        try await fixture.accept("m")
        let (dispatcher, log) = fixture.dispatcher([try .sample()])
        await dispatcher.start()
        await fixture.transport.waitForRequests()
        await dispatcher.stop(within: .zero)
        #expect(await log.next() == .returned(1, fixture.clock.wallTime))
        await dispatcher.stop(within: .zero)
        await dispatcher.start()
        #expect(fixture.transport.requests.count == 1)
    }

    @Test("ends well however it is started and stopped")
    func startStop() async throws {
        for number in 0..<50 {
            let fixture = try WebhookFixture(answering: [Self.taken])
            try await fixture.accept("m")
            let (dispatcher, _) = fixture.dispatcher([try .sample()])
            if number % 3 > 0 { await dispatcher.start() }
            if number % 3 > 1 { await dispatcher.start() }
            for _ in 0..<number { await Task.yield() }
            async let first: Void = dispatcher.stop(within: .zero)
            async let second: Void = dispatcher.stop(within: .zero)
            _ = await (first, second)
            #expect(fixture.transport.isShutDown)
        }
    }

    @Test("keeps the leases of what is under way")
    func renews() async throws {
        let fixture = try WebhookFixture(answering: [.hang])
        try await fixture.accept("m")
        let (dispatcher, _) = fixture.dispatcher([try .sample()])
        await dispatcher.start()
        await fixture.transport.waitForRequests()
        for _ in 0..<9 {
            // The heartbeat and the next look.
            await fixture.clock.waitForSleepers(2)
            fixture.clock.advance(by: .seconds(20))
        }
        await fixture.clock.waitForSleepers(2)
        let other = Lease(owner: "other", end: fixture.clock.wallTime.advanced(by: 60))
        #expect(try await fixture.store.takeEvents(for: other, limit: 1, now: fixture.clock.wallTime).isEmpty)
        #expect(fixture.transport.requests.count == 1)
        await dispatcher.stop(within: .zero)
    }
}
