import GatewayTestKit
import NotificationGateway
import Testing

@Suite("The manual clock")
struct ManualClockTests {
    @Test("wakes sleepers when their instant has come, and not before")
    func wakes() async throws {
        let clock = ManualClock()
        let start = clock.now
        let sleeper = Task { try await clock.sleep(until: start + .seconds(2)) }
        await clock.waitForSleeper()
        clock.advance(by: .seconds(1))
        #expect(clock.now == start + .seconds(1))
        await clock.waitForSleeper()
        clock.advance(by: .seconds(1))
        try await sleeper.value
        #expect(clock.sleeps == [.seconds(2)])
        #expect(clock.wallTime.timestamp == "2026-01-02T03:04:07Z")
    }

    @Test("ends the sleep of a cancelled task")
    func cancellation() async {
        let clock = ManualClock()
        let sleeper = Task { try await clock.sleep(until: clock.now + .seconds(2)) }
        await clock.waitForSleeper()
        sleeper.cancel()
        await #expect(throws: CancellationError.self) { try await sleeper.value }
        let late = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await clock.sleep(until: clock.now)
        }
        await #expect(throws: CancellationError.self) { try await late.value }
    }

    @Test("does not let a sleep wait whose instant has passed")
    func past() async throws {
        let clock = ManualClock()
        try await clock.sleep(until: clock.now)
        try await clock.sleep(until: clock.now - .seconds(1))
    }

    @Test("jumps from sleep to sleep by itself when asked to")
    func automatic() async throws {
        let clock = ManualClock(mode: .automatic)
        let start = clock.now
        try await clock.sleep(until: start + .seconds(100))
        #expect(clock.now == start + .seconds(100))
    }

    @Test("moves to the next sleeper")
    func nextSleeper() async throws {
        let clock = ManualClock()
        let start = clock.now
        async let late: Void = clock.sleep(until: start + .seconds(9))
        async let early: Void = clock.sleep(until: start + .seconds(4))
        await clock.waitForSleepers(2)
        clock.advanceToNextSleeper()
        #expect(clock.now == start + .seconds(4))
        try await early
        clock.advanceToNextSleeper()
        try await late
    }
}

@Suite("The seeded random numbers")
struct SeededRandomTests {
    @Test("are those of SplitMix64")
    func sequence() {
        // The first numbers of the reference program for the seed 1234567.
        let random = SeededRandom(seed: 1_234_567)
        #expect([random.next(), random.next()] == [6_457_827_717_110_365_317, 3_203_168_211_198_807_973])
    }
}
