import GatewayOutbox
import GatewayTestKit
import HTTPTransport
import NotificationGateway
import Testing

@testable import GatewayWebhooks

@Suite("Endpoints that do not take an event, while the gateway restarts")
struct RestartTests {
    /// What happens before the event is taken again.
    private enum Restart {
        case stays
        /// In good order.
        case orderly
        /// Of a process that had taken the event and had told nobody yet.
        case crash
    }

    /// One event that all endpoints refuse, from its beginning to its end.
    private struct Run {
        /// When each endpoint was told, in seconds since the event.
        var told: [String: [Int64]] = [:]
        /// When it restarted, in seconds since the event.
        var restarts: [Int64] = []
    }

    private static let endpoints = (0..<14).map { "e\($0)" }

    private func tell(_ kind: StoreKind, plan: (_ takes: Int) -> Restart) async throws -> Run {
        let fixture = try WebhookFixture(kind, answering: [])
        let (clock, start) = (fixture.clock, fixture.clock.wallTime.secondsSinceEpoch)
        try await fixture.accept("m")
        let endpoints = try Self.endpoints.map { try WebhookEndpoint.sample(WebhookName(rawValue: $0)) }
        var (run, takes, transports) = (Run(), 0, [ScriptedTransport]())
        func next() -> (dispatcher: WebhookDispatcher, log: WatchedLog) {
            transports.append(ScriptedTransport { _, _ in .answer(status: 500) })
            return fixture.dispatcher(endpoints, seed: UInt64(transports.count), over: transports.last)
        }
        var (dispatcher, log) = next()
        await dispatcher.start()
        while case .retried(_, let time)? = await log.next() {
            takes += 1
            let (wait, restart) = (time.duration(since: clock.wallTime), plan(takes))
            guard restart != .stays else {
                clock.advance(by: wait)
                dispatcher.wake()
                continue
            }
            log.die()
            await dispatcher.stop(within: .zero)
            clock.advance(by: wait)
            if restart == .crash {
                let lease = Lease(owner: "dead", end: clock.wallTime.advanced(by: 60))
                _ = try await fixture.store.takeEvents(for: lease, limit: 9, now: clock.wallTime)
                clock.advance(by: .seconds(60))
            }
            run.restarts.append(clock.wallTime.secondsSinceEpoch - start)
            (dispatcher, log) = next()
            await dispatcher.start()
        }
        #expect(try await fixture.store.nextEventTime() == nil)
        await dispatcher.stop(within: .zero)
        for request in transports.flatMap(\.requests) {
            run.told[request.endpoint, default: []].append((Int64(request["webhook-timestamp"]) ?? 0) - start)
        }
        return run
    }

    private func expectKept(_ run: Run) {
        let length = WebhookSchedule().length
        #expect(run.told.count == Self.endpoints.count)
        for (endpoint, ages) in run.told {
            // Who is dead for a minute misses the second try alone, however often that happens.
            #expect(ages.count >= WebhookSchedule().tries - min(1, run.restarts.count), "\(endpoint): \(ages)")
            #expect(Duration.seconds(ages.last ?? 0) >= length, "\(endpoint) is given up early: \(ages)")
        }
    }

    @Test("are told ten times each without one, however many there are", arguments: StoreKind.allCases)
    func none(_ kind: StoreKind) async throws {
        let run = try await tell(kind) { _ in .stays }
        #expect(run.restarts.isEmpty && run.told.values.allSatisfy { $0.count == 10 })
        expectKept(run)
    }

    @Test("go on where the event's age is, not where the count of its leases is", arguments: StoreKind.allCases)
    func early(_ kind: StoreKind) async throws {
        // Each of the fourteen has failed twice by then, at a time of its own: the event was taken more than ten times.
        let run = try await tell(kind) { takes in takes == 15 ? .crash : .stays }
        #expect(run.restarts.count == 1)
        for ages in run.told.values {
            #expect(ages.count == 11 || ages.count == 10)
        }
        expectKept(run)
    }

    @Test("are told at least as often as planned, whenever and however it restarts", arguments: StoreKind.allCases)
    func random(_ kind: StoreKind) async throws {
        let random = SeededRandom(seed: 5)
        for _ in 0..<(kind == .memory ? 20 : 5) {
            let rarity = 2 + random.next() % 60
            let run = try await tell(kind) { _ in
                guard random.next() % rarity == 0 else { return .stays }
                return random.next() % 2 == 0 ? .orderly : .crash
            }
            expectKept(run)
        }
    }

    @Test("are told at once after long rest, and given up only if that was the last try", arguments: StoreKind.allCases)
    func rest(_ kind: StoreKind) async throws {
        for (hours, tells) in [(40, 3), (74, 2), (76, 1), (999, 1)] as [(Int64, Int)] {
            let fixture = try WebhookFixture(kind, answering: [.answer(status: 500)])
            try await fixture.accept("m")
            fixture.clock.advance(by: .seconds(hours * 3600))
            let (dispatcher, log) = fixture.dispatcher([try .sample()])
            await dispatcher.start()
            while case .retried(_, let time)? = await log.next() {
                fixture.clock.advance(by: time.duration(since: fixture.clock.wallTime))
                dispatcher.wake()
            }
            #expect(fixture.transport.requests.count == tells, "after \(hours) h")
            await dispatcher.stop(within: .zero)
        }
    }
}
