import GatewayTestKit
import Testing

@testable import NotificationGateway

@Suite("A sliding window")
struct SlidingWindowTests {
    private let start = MonotonicTime.now
    private let codes = [Rate(1, per: .seconds(60)), Rate(5, per: .seconds(3_600)), Rate(10, per: .seconds(86_400))]

    @Test("lets a message pass when each rate does, to the very moment")
    func exact() {
        var window = SlidingWindow()
        for number in 0..<5 {
            let now = start + .seconds(60 * number)
            #expect(window.allowed(codes, now: now) == now)
            window.begin()
            window.end(taken: 1, codes, now: now)
            #expect(window.allowed(codes, now: now) > now)
        }
        let now = start + .seconds(240)
        #expect(window.allowed([codes[0]], now: now) == start + .seconds(300))
        #expect(window.allowed(codes, now: now) == start + .seconds(3_600))
        #expect(window.allowed(codes, now: start + .milliseconds(3_599_999)) == start + .seconds(3_600))
        #expect(window.allowed(codes, now: start + .seconds(3_600)) == start + .seconds(3_600))
    }

    @Test("counts what is under way, and forgets it when it was not taken")
    func underWay() {
        var window = SlidingWindow()
        window.begin()
        #expect(window.allowed(codes, now: start) == start + .seconds(60))
        window.end(taken: 0, codes, now: start)
        #expect(window.allowed(codes, now: start) == start)
        #expect(window == SlidingWindow())
    }

    /// Keeps everything for ever and counts anew each time.
    private struct Naive {
        var taken: [MonotonicTime] = []
        var underWay = 0

        func fits(_ rates: [Rate], _ now: MonotonicTime) -> Bool {
            rates.allSatisfy { rate in
                taken.count { $0 + rate.period > now } + underWay < rate.count
            }
        }
    }

    @Test(
        "says what a model that keeps everything says, in any order of events", arguments: 1...20 as ClosedRange<UInt64>
    )
    func model(seed: UInt64) {
        let random = SeededRandom(seed: seed)
        func draw(_ count: UInt64) -> Int { Int(random.next() % count) }
        let rates = (0...draw(3)).map { _ in Rate(1 + draw(6), per: .seconds(1 + draw(40))) }
        var (window, naive, now) = (SlidingWindow(), Naive(), start)
        for _ in 0..<3_000 {
            now += .milliseconds(500 * draw(8))
            let allowed = window.allowed(rates, now: now)
            #expect((allowed == now) == naive.fits(rates, now))
            if naive.underWay == 0 {
                #expect(naive.fits(rates, allowed))
                #expect(allowed == now || !naive.fits(rates, allowed - .nanoseconds(1)))
            }
            if allowed == now, draw(4) > 0 {
                window.begin()
                naive.underWay += 1
            } else if naive.underWay > 0 {
                // Now and then an attempt of unknown end and a second one were both taken.
                let count = draw(8) == 0 ? 2 : draw(3) == 0 ? 0 : 1
                window.end(taken: count, rates, now: now)
                naive.underWay -= 1
                naive.taken += repeatElement(now, count: count)
            }
            #expect(window.taken.count <= rates.map(\.count).max() ?? 0)
        }
    }
}

@Suite("The table of recipients")
struct RecipientTableTests {
    private let start = MonotonicTime.now
    private let rates = [Rate(1, per: .seconds(60))]

    private func limits(_ numbers: Int...) -> [RecipientTable.Limit] {
        numbers.map { RecipientTable.Limit(key: KeyedHash.Digest(high: UInt64($0), low: 0), rates: rates) }
    }

    private func refusal(
        _ table: inout RecipientTable, _ limits: [RecipientTable.Limit], now: MonotonicTime
    ) -> MonotonicTime? {
        table.begin(limits, now: now)?.allowed
    }

    @Test("counts in every window or in none")
    func allOrNone() {
        var table = RecipientTable(capacity: 100)
        #expect(refusal(&table, limits(1), now: start) == nil)
        table.end(limits(1), taken: 1, now: start)
        let refused = table.begin(limits(2, 1), now: start + .seconds(1))
        #expect(refused?.allowed == start + .seconds(60))
        let other = table.begin(limits(2), now: start + .seconds(1))
        #expect(other == nil)
    }

    @Test("forgets at once who got nothing, and others when their windows are over")
    func forgets() {
        var table = RecipientTable(capacity: 1_000_000)
        for number in 0..<1_000 {
            #expect(refusal(&table, limits(number), now: start) == nil)
            table.end(limits(number), taken: number % 2, now: start)
        }
        #expect(table.count == 500)
        let later = start + .seconds(60)
        for number in 1_000..<1_300 {
            #expect(refusal(&table, limits(number), now: later) == nil)
            table.end(limits(number), taken: 0, now: later)
        }
        #expect(table.count == 0)
    }

    @Test("never grows past its capacity but for what is under way, and drops what would end first")
    func capacity() {
        var table = RecipientTable(capacity: 8)
        for number in 0..<8 {
            _ = table.begin(limits(number), now: start + .seconds(number))
            table.end(limits(number), taken: 1, now: start + .seconds(number))
        }
        let now = start + .seconds(10)
        #expect(refusal(&table, limits(100), now: now) == nil)
        #expect(table.count == 8)
        #expect(refusal(&table, limits(0), now: now) == nil)
        #expect(refusal(&table, limits(7), now: now) != nil)
    }
}
