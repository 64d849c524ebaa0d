import GatewayOutbox
import GatewayTestKit
import HTTPTransport
import InMemoryLogging
import Logging
import Metrics
import MetricsTestKit
import NotificationGateway
import Testing

@testable import GatewayWebhooks

@Suite("An endpoint that has not taken an event")
struct RetryTests {
    private static let taken = ScriptedTransport.Step.answer(status: 200)
    private static let broken = ScriptedTransport.Step.answer(status: 500)

    @Test("is told again as scheduled, under the same id, until the event is given up", arguments: StoreKind.allCases)
    func schedule(_ kind: StoreKind) async throws {
        let fixture = try WebhookFixture(kind) { _, number in
            switch number % 4 {
            case 0: .timeOutUnanswered
            case 1: .refuseConnection
            case 2: .answer(status: 302, headers: [.init("Location", "https://b.example/")])
            default: Self.broken
            }
        }
        try await fixture.accept("m")
        let (dispatcher, log) = fixture.dispatcher([try .sample()])
        await dispatcher.start()
        for pause in WebhookSchedule.standard {
            guard case .retried(1, let time) = await log.next() else {
                return #expect(Bool(false), "not told again after \(pause)")
            }
            let wait = time.duration(since: fixture.clock.wallTime)
            #expect(wait >= pause && wait <= pause + pause / 10)
            fixture.clock.advance(by: wait)
            dispatcher.wake()
        }
        #expect(await log.next() == .finished(1))
        let requests = fixture.transport.requests
        #expect(requests.count == 10 && Set(requests.map { $0["webhook-id"] }).count == 1)
        #expect(Set(requests.map { $0["webhook-timestamp"] }).count == 10)
        for request in requests { #expect(try request["webhook-signature"] == request.expectedSignature()) }
        await dispatcher.stop(within: .zero)
    }

    @Test("is told again alone: who has taken it is not told twice", arguments: StoreKind.allCases)
    func others(_ kind: StoreKind) async throws {
        let fixture = try WebhookFixture(kind) { request, number in
            request.endpoint == "a" && number < 4 ? Self.broken : Self.taken
        }
        try await fixture.accept("m")
        let (dispatcher, log) = fixture.dispatcher([try .sample("a"), try .sample("b")])
        await dispatcher.start()
        for _ in 0..<2 {
            guard case .retried(_, let time) = await log.next() else { return #expect(Bool(false), "not told again") }
            fixture.clock.advance(by: time.duration(since: fixture.clock.wallTime))
            dispatcher.wake()
        }
        #expect(await log.next() == .finished(1))
        #expect(fixture.transport.requests.map(\.endpoint).sorted() == ["a", "a", "a", "b"])
        await dispatcher.stop(within: .zero)
    }

    @Test("is told by the next process what one that died has not finished", arguments: StoreKind.allCases)
    func crash(_ kind: StoreKind) async throws {
        let fixture = try WebhookFixture(kind) { request, number in
            request.endpoint == "b" && number <= 2 ? .hang : Self.taken
        }
        try await fixture.accept("m")
        let endpoints = [try WebhookEndpoint.sample("a"), try .sample("b")]
        let (dead, deadLog) = fixture.dispatcher(endpoints)
        await dead.start()
        await fixture.transport.waitForRequests(2)
        deadLog.die()
        let (next, log) = fixture.dispatcher(endpoints, seed: 2)
        await next.start()
        await fixture.clock.waitForSleepers(4)
        #expect(fixture.transport.requests.count == 2)
        fixture.clock.advance(by: .seconds(61))
        next.wake()
        #expect(await log.next() == .finished(1))
        let requests = fixture.transport.requests
        #expect(requests.map(\.endpoint).sorted() == ["a", "a", "b", "b"])
        #expect(Set(requests.map { "\($0.endpoint) \($0["webhook-id"])" }).count == 2)
        for dispatcher in [dead, next] { await dispatcher.stop(within: .zero) }
    }

    @Test("goes on after a restart with the try that it had come to")
    func counted() async throws {
        let fixture = try WebhookFixture(answering: [Self.broken])
        try await fixture.accept("m")
        let options = WebhookDispatcher.Options(schedule: WebhookSchedule(pauses: [.seconds(5), .seconds(50)]))
        for number in 1...3 {
            let transport = ScriptedTransport([Self.broken])
            let (dispatcher, log) = fixture.dispatcher(
                [try .sample()], options: options, seed: UInt64(number), over: transport)
            await dispatcher.start()
            let note = await log.next()
            if case .retried(_, let time)? = note {
                fixture.clock.advance(by: time.duration(since: fixture.clock.wallTime))
            }
            #expect((note == .finished(1)) == (number == 3))
            await dispatcher.stop(within: .zero)
            #expect(transport.requests.count == 1)
        }
    }

    @Test("and says that it is gone is told nothing any more")
    func gone() async throws {
        let logs = InMemoryLogHandler()
        let fixture = try WebhookFixture { request, _ in request.endpoint == "a" ? .answer(status: 410) : Self.taken }
        try await fixture.accept("m1")
        let (dispatcher, log) = fixture.dispatcher(
            [try .sample("a"), try .sample("b")], logger: Logger(label: "test") { _ in logs })
        await dispatcher.start()
        await log.waitForFinished(1)
        for id in ["m2", "m3"] { try await fixture.accept(id) }
        dispatcher.wake()
        await log.waitForFinished(2)
        #expect(fixture.transport.requests.map(\.endpoint).sorted() == ["a", "b", "b", "b"])
        #expect(logs.entries.filter { $0.level == .warning }.count == 1)
        await dispatcher.stop(within: .zero)
    }

    @Test("and names a time is left alone until then, with every event", arguments: [429, 503])
    func retryAfter(_ status: Int) async throws {
        let fixture = try WebhookFixture { _, number in
            number == 1 ? .answer(status: status, headers: [.init("Retry-After", "120")]) : Self.taken
        }
        let start = fixture.clock.wallTime
        try await fixture.accept("m1")
        let (dispatcher, log) = fixture.dispatcher([try .sample()])
        await dispatcher.start()
        guard case .retried(1, let again) = await log.next() else { return #expect(Bool(false), "not told again") }
        #expect(again >= start.advanced(by: 120) && again <= start.advanced(by: 132))
        try await fixture.accept("m2")
        dispatcher.wake()
        guard case .returned(2, let time) = await log.next() else { return #expect(Bool(false), "not given back") }
        #expect(time >= start.advanced(by: 120) && fixture.transport.requests.count == 1)
        fixture.clock.advance(by: .seconds(140))
        dispatcher.wake()
        await log.waitForFinished(2)
        #expect(fixture.transport.requests.count == 3)
        await dispatcher.stop(within: .zero)
    }

    @Test("is not told twice because the disk was full")
    func storeTrouble() async throws {
        let fixture = try WebhookFixture(answering: [Self.taken])
        try await fixture.accept("m")
        let (dispatcher, log) = fixture.dispatcher([try .sample()])
        log.fail(1)
        await dispatcher.start()
        #expect(await log.next() == .failed)
        await fixture.clock.waitForSleepers(2)
        fixture.clock.advance(by: .seconds(61))
        dispatcher.wake()
        #expect(await log.next() == .finished(1))
        #expect(fixture.transport.requests.count == 1)
        await dispatcher.stop(within: .zero)
    }

    @Test("is counted and logged, without its secret, its path or an address")
    func observed() async throws {
        let (logs, metrics) = (InMemoryLogHandler(), TestMetrics())
        var logger = Logger(label: "test") { _ in logs }
        logger.logLevel = .trace
        let fixture = try WebhookFixture(answering: [Self.broken, .refuseConnection, .answer(status: 410)])
        try await withMetricsFactory(metrics) {
            let options = WebhookDispatcher.Options(schedule: WebhookSchedule(pauses: [.seconds(5)]))
            let (dispatcher, log) = fixture.dispatcher([try .sample()], options: options, logger: logger)
            try await fixture.accept("m1")
            await dispatcher.start()
            if case .retried(_, let time)? = await log.next() {
                fixture.clock.advance(by: time.duration(since: fixture.clock.wallTime))
            }
            dispatcher.wake()
            #expect(await log.next() == .finished(1))
            try await fixture.accept("m2")
            dispatcher.wake()
            #expect(await log.next() == .finished(2))
            await dispatcher.stop(within: .zero)
        }
        let counts = metrics.counters.filter { $0.label == "notify.webhooks" }
            .map { "\($0.dimensions.map(\.1).joined(separator: " ")) \($0.totalValue)" }
        #expect(counts.sorted() == ["a failed 1", "a given-up 1", "a gone 1", "a refused 1"])
        #expect(metrics.timers.filter { $0.label == "notify.webhook.duration" }.flatMap(\.values).count == 3)
        let given = logs.entries.first { $0.level == .error }
        #expect(given?.metadata["notify.message.id"] == "m1" && given?.metadata["notify.webhook.tries"] == "2")
        for entry in logs.entries {
            let text = "\(entry.message) \(entry.metadata)"
            for secret in ["TOKEN", "MfKQ", "13800138000", "SECRET", "v1,"] { #expect(!text.contains(secret)) }
        }
    }
}
