import GatewayTestKit
import HTTPTransport
import NotificationGateway
import Testing

@testable import GatewayWebhooks

@Suite("Endpoints that do not take an event while dispatchers come and go")
struct RestartTests {
    private static let pauses: [Duration] = [.seconds(5), .seconds(50), .seconds(500)]
    private static let names: [WebhookName] = ["a", "b", "c", "d", "e", "f", "g", "h"]

    /// Runs a dispatcher for so many rounds, each at the time that the one before has named; gives what it has sent, and whether
    /// the event was ended.
    private static func run(
        _ fixture: WebhookFixture, rounds: Int, seed: UInt64
    ) async throws -> (requests: [HTTPRequest], isEnded: Bool) {
        // Each has its own, as it shuts that down.
        let transport = ScriptedTransport([.answer(status: 500)])
        let (dispatcher, log) = fixture.dispatcher(
            try names.map { try .sample($0) },
            options: WebhookDispatcher.Options(schedule: WebhookSchedule(pauses: pauses)), seed: seed, over: transport)
        await dispatcher.start()
        var isEnded = false
        for _ in 0..<rounds where !isEnded {
            switch await log.next() {
            case .retried(_, let time), .returned(_, let time):
                fixture.clock.advance(by: max(.zero, time.duration(since: fixture.clock.wallTime)))
                dispatcher.wake()
            case .finished: isEnded = true
            case .failed, nil: Issue.record("the log failed")
            }
        }
        await dispatcher.stop(within: .zero)
        return (transport.requests, isEnded)
    }

    /// Each has pauses of its own, a little longer than planned, so that the event is taken many times more often than any of
    /// them is told of it: none may be given up for that.
    @Test("have each its whole schedule", arguments: StoreKind.allCases, [1, 4, 9, 14])
    func schedule(_ kind: StoreKind, _ rounds: Int) async throws {
        let fixture = try WebhookFixture(kind, answering: [.answer(status: 500)])
        try await fixture.accept("m")
        let start = fixture.clock.wallTime.secondsSinceEpoch
        let before = try await Self.run(fixture, rounds: rounds, seed: 1)
        let after = try await Self.run(fixture, rounds: 100, seed: 2)
        #expect(!before.isEnded && after.isEnded)
        for name in Self.names {
            let times = (before.requests + after.requests).filter { $0.endpoint == name.rawValue }.compactMap {
                Int64($0["webhook-timestamp"])
            }
            // A dispatcher that begins does not know whom the one before has told just now.
            #expect((4...5).contains(times.count), "\(name): \(times.map { $0 - start })")
            #expect(times.last.map { $0 - start } ?? 0 >= 555, "\(name): \(times.map { $0 - start })")
        }
    }
}
