import Foundation
import Testing

/// More by hand: `SERVE_KILLS=200 swift test --filter ServeKillTests`.
@Suite("notify serve, killed", .serialized)
struct ServeKillTests {
    private static func kills(_ standard: Int) -> Int {
        ProcessInfo.processInfo.environment["SERVE_KILLS"].flatMap { Int($0) } ?? standard
    }

    private func check(servers: Int, kills: Int, seed: UInt64) async throws {
        let start = ContinuousClock.now
        let outcome = try await KillBench(seed: seed).run(servers: servers, kills: kills)
        #expect(outcome.faults.isEmpty, "\(outcome.faults.prefix(20))")
        #expect(outcome.posted.count >= kills)
        if kills >= 50 { print(outcome.summary(kills: kills, ContinuousClock.now - start)) }
    }

    @Test("ends everything that it answered, and sends nothing twice")
    func alone() async throws { try await check(servers: 1, kills: Self.kills(10), seed: 5) }

    @Test("beside another on the same outbox, which goes on: nothing is sent twice")
    func two() async throws { try await check(servers: 2, kills: Self.kills(6), seed: 6) }
}
