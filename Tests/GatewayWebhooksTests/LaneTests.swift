import GatewayTestKit
import NotificationGateway
import Testing

@testable import GatewayWebhooks

@Suite("The way to an endpoint")
struct LaneTests {
    private static let now = WallTime(secondsSinceEpoch: 1000)

    private static func lane(_ maxInFlight: Int = 2) throws -> WebhookLane {
        WebhookLane(try .sample(maxInFlight: maxInFlight), ScriptedTransport([.hang]))
    }

    /// The seconds after which somebody may come back who was sent away.
    private static func absence(_ admission: WebhookLane.Admission?) -> Double? {
        guard case .later(let time)? = admission else { return nil }
        return time.duration(since: now) / .seconds(1)
    }

    @Test("lets in as many as it may, and the next one when one leaves")
    func places() throws {
        var lane = try Self.lane()
        #expect(lane.admission(now: Self.now) == .enter && lane.admission(now: Self.now) == .enter)
        #expect(lane.admission(now: Self.now) == nil)
        lane.leave(after: .milliseconds(50))
        #expect(lane.admission(now: Self.now) == .enter && lane.admission(now: Self.now) == nil)
    }

    @Test("hands a place to who waits longest, and sends away who finds no room to wait")
    func waiting() async throws {
        let keeper = LaneKeeper(try Self.lane(1))
        #expect(await keeper.ask(Self.now) == .enter)
        await withTaskGroup(of: (Int, WebhookLane.Admission).self) { group in
            for number in 0..<4 {
                group.addTask { (number, await keeper.ask(Self.now)) }
                while await keeper.waiting <= number { await Task.yield() }
            }
            #expect(Self.absence(await keeper.ask(Self.now)) ?? 0 >= 1)
            await keeper.change { $0.leave(after: .zero) }
            #expect(await group.next()?.0 == 0)
            await keeper.change { $0.close(until: Self.now.advanced(by: 60)) }
            for await (_, admission) in group { #expect(Self.absence(admission) ?? 0 >= 60) }
        }
        #expect(Self.absence(await keeper.ask(Self.now)) ?? 0 >= 60)
        await keeper.change { $0.closeForGood() }
        #expect(await keeper.ask(Self.now) == .gone)
    }

    @Test("has those it sends away come back one after another, as fast as the endpoint is, within five minutes")
    func spread() throws {
        var lane = try Self.lane(1)
        for _ in 0..<50 {
            #expect(lane.admission(now: Self.now) == .enter)
            lane.leave(after: .seconds(10))
        }
        lane.close(until: Self.now.advanced(by: 60))
        let absences = (0..<100).compactMap { _ in Self.absence(lane.admission(now: Self.now)) }
        #expect(absences.count == 100 && absences.allSatisfy { $0 >= 60 && $0 <= 360 })
        #expect(absences[1] - absences[0] > 9 && absences[1] - absences[0] < 10.1)
    }

    @Test("opens when the time has come that the endpoint named")
    func opens() throws {
        var lane = try Self.lane()
        lane.close(until: Self.now.advanced(by: 60))
        lane.close(until: Self.now.advanced(by: 30))
        #expect(Self.absence(lane.admission(now: Self.now.advanced(by: 59))) ?? 0 >= 60)
        #expect(lane.admission(now: Self.now.advanced(by: 60)) == .enter)
        lane.stop(now: Self.now)
        #expect(lane.admission(now: Self.now.advanced(by: 61)) == .later(Self.now.advanced(by: 61)))
    }

    // MARK: What follows

    @Test("an event comes back when the first of its endpoints is due, and is done with after the last")
    func endings() {
        let (soon, late) = (Self.now.advanced(by: 5), Self.now.advanced(by: 9))
        let open: [WebhookProgress] = [.open(tries: 1, notBefore: late), .done, .open(tries: 2, notBefore: soon)]
        #expect(WebhookEnding(after: open, hasFailed: true, now: Self.now) == .giveBack(at: soon, counts: true))
        #expect(
            WebhookEnding(after: [.open(tries: 0, notBefore: nil)], hasFailed: false, now: Self.now)
                == .giveBack(at: Self.now, counts: false))
        #expect(WebhookEnding(after: [.done, .done], hasFailed: true, now: Self.now) == .finish)
    }

    @Test("what is known of an event is known once, and of no more events than there is room for")
    func memory() {
        var memory = WebhookMemory()
        for sequence in 0..<Int64(WebhookMemory.capacity) + 1 {
            memory.remember(sequence, [0: .done], back: Self.now, now: Self.now)
        }
        #expect(memory.recall(7) == [0: .done] && memory.recall(7) == [:])
        #expect(memory.recall(Int64(WebhookMemory.capacity)) == [:])
        // It has room again: one was recalled. When those are long overdue there is room for all.
        for sequence in 0..<2 {
            let later = Self.now.advanced(by: 9999)
            memory.remember(-1 - Int64(sequence), [1: .done], back: later, now: later)
        }
        #expect(memory.recall(-1) == [1: .done] && memory.recall(-2) == [1: .done])
    }
}

/// A lane that several tasks reach.
private actor LaneKeeper {
    private var lane: WebhookLane
    private(set) var waiting = 0

    init(_ lane: WebhookLane) { self.lane = lane }

    func ask(_ now: WallTime) async -> WebhookLane.Admission {
        if let admission = lane.admission(now: now) { return admission }
        waiting += 1
        return await withCheckedContinuation { lane.wait($0) }
    }

    func change(_ body: @Sendable (inout WebhookLane) -> Void) { body(&lane) }
}
