import HTTPTransport
import Testing

@testable import CurlTransport

/// The schedule alone: no thread, no socket, no clock.
@Suite("the schedule of the owner thread")
struct TransferScheduleTests {
    private typealias Schedule = TransferSchedule<Int>

    private func ticket(_ number: Int, lane: Int = 0, deadline: Int64 = 1000) -> Schedule.Ticket {
        Schedule.Ticket(number: number, lane: lane, deadline: at(deadline), item: number)
    }

    private func at(_ milliseconds: Int64) -> MonotonicTime { MonotonicTime(nanoseconds: milliseconds * 1_000_000) }

    /// Turns until there is nothing to do; returns what was said on the way.
    private func settle(_ schedule: inout Schedule, at time: Int64) -> [String] {
        var said: [String] = []
        while true {
            switch schedule.on(.turn(now: at(time))) {
            case .none: continue
            case .start(let ticket): said.append("start \(ticket.number)")
            case .reject(let ticket, let cause): said.append("reject \(ticket.number) \(cause.rawValue)")
            case .abortRunning: said.append("abort")
            case .wait(let until): return said + ["wait \(until.map { "\($0.nanoseconds / 1_000_000)" } ?? "-")"]
            case .exit: return said + ["exit"]
            }
        }
    }

    @Test("requests of a host start in order, as many as there is room for")
    func order() {
        var schedule = Schedule(perLane: 2)
        let lane = schedule.openLane()
        for number in 1...4 { _ = schedule.on(.submitted(ticket(number, lane: lane))) }
        #expect(settle(&schedule, at: 0) == ["start 1", "start 2", "wait 1000"])
        _ = schedule.on(.ended(lane: lane))
        #expect(settle(&schedule, at: 0) == ["start 3", "wait 1000"])
        for _ in 0..<2 { _ = schedule.on(.ended(lane: lane)) }
        #expect(settle(&schedule, at: 0) == ["start 4", "wait -"])
    }

    @Test("a host whose room is taken holds up no other")
    func lanes() {
        var schedule = Schedule(perLane: 1)
        let (slow, quick) = (schedule.openLane(), schedule.openLane())
        for number in 1...3 { _ = schedule.on(.submitted(ticket(number, lane: slow))) }
        _ = schedule.on(.submitted(ticket(4, lane: quick)))
        #expect(settle(&schedule, at: 0) == ["start 1", "start 4", "wait 1000"])
    }

    @Test("a request whose time passes while it waits is rejected; those behind it stay")
    func waitingTimesOut() {
        var schedule = Schedule(perLane: 1)
        let lane = schedule.openLane()
        for (number, deadline) in [(1, 1000), (2, 50), (3, 2000)] as [(Int, Int64)] {
            _ = schedule.on(.submitted(ticket(number, lane: lane, deadline: deadline)))
        }
        #expect(settle(&schedule, at: 0) == ["start 1", "wait 50"])
        #expect(settle(&schedule, at: 50) == ["reject 2 timed-out", "wait 2000"])
        _ = schedule.on(.ended(lane: lane))
        #expect(settle(&schedule, at: 60) == ["start 3", "wait -"])
    }

    @Test("a withdrawn request neither starts nor is rejected")
    func withdrawn() {
        var schedule = Schedule(perLane: 1)
        let lane = schedule.openLane()
        for number in 1...3 { _ = schedule.on(.submitted(ticket(number, lane: lane))) }
        _ = settle(&schedule, at: 0)
        _ = schedule.on(.withdrawn(ticket(2, lane: lane)))
        _ = schedule.on(.ended(lane: lane))
        #expect(settle(&schedule, at: 0) == ["start 3", "wait -"])
        #expect(schedule.waiting == 0)
    }

    @Test("stopping lets everything finish inside the grace, and refuses what comes later")
    func stopping() {
        var schedule = Schedule(perLane: 1)
        let lane = schedule.openLane()
        for number in 1...2 { _ = schedule.on(.submitted(ticket(number, lane: lane))) }
        #expect(settle(&schedule, at: 0) == ["start 1", "wait 1000"])
        _ = schedule.on(.stopping(until: at(500)))
        _ = schedule.on(.submitted(ticket(9, lane: lane)))
        #expect(settle(&schedule, at: 10) == ["reject 9 shut-down", "wait 500"])
        _ = schedule.on(.ended(lane: lane))
        #expect(settle(&schedule, at: 20) == ["start 2", "wait 500"])
        _ = schedule.on(.ended(lane: lane))
        #expect(settle(&schedule, at: 30) == ["exit"])
    }

    @Test("after the grace the running are aborted and the waiting rejected")
    func graceOver() {
        var schedule = Schedule(perLane: 1)
        let lane = schedule.openLane()
        for number in 1...2 { _ = schedule.on(.submitted(ticket(number, lane: lane))) }
        _ = schedule.on(.stopping(until: at(500)))
        #expect(settle(&schedule, at: 0) == ["start 1", "wait 500"])
        #expect(settle(&schedule, at: 500) == ["abort", "reject 2 shut-down", "wait -"])
        _ = schedule.on(.ended(lane: lane))
        #expect(settle(&schedule, at: 500) == ["exit"])
    }

    @Test("whatever happens, every request gets one end and no host more than its room", arguments: 0..<50)
    func random(seed: UInt64) {
        var random = SplitMix(state: seed)
        var schedule = Schedule(perLane: 3)
        let lanes = (0..<4).map { _ in schedule.openLane() }
        var waiting: [Int: Schedule.Ticket] = [:]
        var running: [Int: Schedule.Ticket] = [:]
        var time: Int64 = 0
        func settle() -> Bool {
            while true {
                switch schedule.on(.turn(now: at(time))) {
                case .none: continue
                case .start(let ticket):
                    #expect(waiting.removeValue(forKey: ticket.number) != nil)
                    running[ticket.number] = ticket
                    #expect(running.values.count { $0.lane == ticket.lane } <= 3)
                case .reject(let ticket, _): #expect(waiting.removeValue(forKey: ticket.number) != nil)
                case .abortRunning:
                    for ticket in running.values { _ = schedule.on(.ended(lane: ticket.lane)) }
                    running = [:]
                case .wait: return false
                case .exit: return true
                }
            }
        }
        for number in 0..<400 {
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<5:
                let deadline = time + Int64.random(in: 1...40, using: &random)
                let new = ticket(number, lane: lanes.randomElement(using: &random) ?? 0, deadline: deadline)
                waiting[number] = new
                _ = schedule.on(.submitted(new))
            case 5..<8:
                guard let done = running.values.min(by: { $0.number < $1.number }) else { continue }
                running[done.number] = nil
                _ = schedule.on(.ended(lane: done.lane))
            case 8:
                guard let taken = waiting.values.max(by: { $0.number < $1.number }) else { continue }
                waiting[taken.number] = nil
                _ = schedule.on(.withdrawn(taken))
            default: time += Int64.random(in: 0...20, using: &random)
            }
            #expect(!settle())
            #expect(schedule.waiting == waiting.count && schedule.running == running.count)
        }
        _ = schedule.on(.stopping(until: at(time)))
        #expect(settle() && waiting.isEmpty && running.isEmpty)
    }
}

/// Seeded randomness.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

@Suite("the limit of concurrent exchanges")
struct ConcurrencyGovernorTests {
    @Test("it doubles while the thread sleeps and requests wait")
    func grows() {
        var governor = ConcurrencyGovernor()
        for _ in 0..<4 { governor.turned(idle: 1_000_000, total: 1_100_000) }
        #expect(governor.limit == ConcurrencyGovernor.floor * 16)
        for _ in 0..<40 { governor.turned(idle: 1_000_000, total: 1_100_000) }
        #expect(governor.limit == ConcurrencyGovernor.ceiling)
    }

    @Test("it shrinks to its floor while the thread is saturated, and rests in between")
    func shrinks() {
        var governor = ConcurrencyGovernor()
        for _ in 0..<6 { governor.turned(idle: 1_000_000, total: 1_100_000) }
        let high = governor.limit
        for _ in 0..<20 { governor.turned(idle: 300_000, total: 1_000_000) }
        #expect(governor.limit == high)
        for _ in 0..<200 { governor.turned(idle: 0, total: 1_000_000) }
        #expect(governor.limit == ConcurrencyGovernor.floor)
    }
}

@Suite("the queue of waiting requests")
struct FIFOTests {
    @Test("elements leave in the order in which they came, at any length")
    func order() {
        var queue = FIFO<Int>()
        var expected: [Int] = []
        var random = SplitMix(state: 7)
        for number in 0..<5000 {
            if Bool.random(using: &random) || number < 100 {
                queue.append(number)
                expected.append(number)
            } else {
                #expect(queue.popFirst() == (expected.isEmpty ? nil : expected.removeFirst()))
            }
            #expect(queue.count == expected.count)
        }
        #expect(queue.drain() == expected && queue.isEmpty)
    }
}
