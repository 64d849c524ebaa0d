import GatewayTestKit
import Testing

@testable import NotificationGateway

@Suite("A circuit breaker")
struct CircuitBreakerTests {
    private let start = MonotonicTime.now

    private func at(_ seconds: Double) -> MonotonicTime { start + .seconds(seconds) }

    private func opened() -> CircuitBreaker {
        var breaker = CircuitBreaker(.atOnce)
        _ = breaker.on(.failed(retryAfter: nil), at: start)
        return breaker
    }

    /// One by rate that has failed long enough to open, ten seconds before the start.
    private func openedByRate() -> CircuitBreaker {
        var breaker = CircuitBreaker(.byRate)
        for _ in 0..<CircuitBreaker.fewestAttempts { _ = breaker.on(.failed(retryAfter: nil), at: at(-8)) }
        for second in [-6.0, -4, -2, 0] {
            for _ in 0..<CircuitBreaker.fewestOfShare { _ = breaker.on(.failed(retryAfter: nil), at: at(second)) }
        }
        return breaker
    }

    @Test("opens at once for what a person has to mend")
    func atOnce() {
        var breaker = CircuitBreaker(.atOnce)
        #expect(breaker.on(.failed(retryAfter: nil), at: start) == .opened)
        #expect(breaker.state == .open(until: at(30)))
        #expect(!breaker.admits(at: at(29.9), bits: 0) && breaker.admits(at: at(30), bits: .max))
    }

    @Test("takes a share from a busy vendor when half of ten attempts failed, and not before")
    func byRate() {
        var breaker = CircuitBreaker(.byRate)
        for _ in 0..<4 { #expect(breaker.on(.failed(retryAfter: nil), at: start) == nil) }
        for _ in 0..<5 { #expect(breaker.on(.accepted, at: start) == nil) }
        #expect(breaker.state == .closed && !breaker.isQuiet)
        #expect(breaker.on(.failed(retryAfter: nil), at: start) == .opened)
        #expect(breaker.state == .partial(step: 3, since: start))
    }

    @Test("loses traffic step by step, each held for two seconds, while it fails, and only then all of it")
    func sheds() {
        var breaker = CircuitBreaker(.byRate)
        for _ in 0..<10 { _ = breaker.on(.failed(retryAfter: nil), at: start) }
        var shares: [Int] = []
        for tenth in 0..<90 {
            let now = at(Double(tenth) / 10)
            shares.append((0..<8).count { breaker.admits(at: now, bits: UInt64($0) << 61) })
            #expect(breaker.on(.failed(retryAfter: nil), at: now) == nil)
        }
        #expect(
            shares == [6, 4, 2, 1].flatMap { Array(repeating: $0, count: $0 == 6 ? 21 : 20) }
                + Array(repeating: 0, count: 9))
    }

    @Test("gets back what it lost when it works again before it opened")
    func drifts() {
        var breaker = CircuitBreaker(.byRate)
        for _ in 0..<10 { _ = breaker.on(.failed(retryAfter: nil), at: start) }
        for _ in 0..<4 { _ = breaker.on(.failed(retryAfter: nil), at: at(2)) }
        #expect(breaker.state == .partial(step: 2, since: at(2)))
        #expect(breaker.on(.accepted, at: at(12)) == nil)
        #expect(breaker.state == .partial(step: 3, since: at(12)))
        #expect(breaker.on(.accepted, at: at(22)) == .closed)
        #expect(breaker.isQuiet)
    }

    @Test("passes everything of a share where nobody better could take the rest")
    func nobodyBetter() {
        let breaker = openedByRate()
        #expect(!breaker.admits(at: start, bits: nil))
        var partial = CircuitBreaker(.byRate)
        for _ in 0..<10 { _ = partial.on(.failed(retryAfter: nil), at: start) }
        #expect(!partial.admits(at: start, bits: .max) && partial.admits(at: start, bits: nil))
    }

    @Test("forgets what failed a minute ago, and needs no news once nothing that failed is left")
    func slides() {
        var breaker = CircuitBreaker(.byRate)
        for _ in 0..<9 { _ = breaker.on(.failed(retryAfter: nil), at: start) }
        #expect(breaker.on(.failed(retryAfter: nil), at: at(60)) == nil)
        #expect(!breaker.isQuiet)
        #expect(breaker.on(.accepted, at: at(121)) == nil)
        #expect(breaker.isQuiet)
    }

    @Test("a vendor that fails one attempt in three stays closed for ever")
    func tolerant() {
        var breaker = CircuitBreaker(.byRate)
        for number in 0..<10_000 {
            let event = number % 3 == 0 ? CircuitBreaker.Event.failed(retryAfter: nil) : .accepted
            // The count begins with a failure, and must not take that for the vendor's rate.
            #expect(breaker.on(event, at: at(Double(number) / 100)) == nil)
        }
    }

    @Test("stays open as long as the vendor asks, and no longer than an hour")
    func retryAfter() {
        var breaker = CircuitBreaker(.atOnce)
        _ = breaker.on(.failed(retryAfter: .seconds(90)), at: start)
        #expect(breaker.state == .open(until: at(90)))
        _ = breaker.on(.failed(retryAfter: .seconds(1_000_000)), at: at(1))
        #expect(breaker.state == .open(until: at(3_601)))
    }

    @Test("probes with one message a second, and opens for twice as long when one fails, up to a limit")
    func probes() {
        var breaker = opened()
        var now = 0.0
        for pause in [30.0, 60, 120, 240, 480, 600, 600] {
            #expect(breaker.state == .open(until: at(now + pause)))
            now += pause
            breaker.takeProbe(at: at(now))
            #expect(!breaker.admits(at: at(now + 0.9), bits: 0) && breaker.admits(at: at(now + 1), bits: 0))
            #expect(breaker.on(.failed(retryAfter: nil), at: at(now)) == nil)
        }
    }

    @Test("comes back by shares that grow when they were held for ten seconds, and closes after the last")
    func returns() {
        var breaker = opened()
        var shares: [Int] = []
        for second in 30..<100 {
            shares.append((0..<8).count { breaker.admits(at: at(Double(second)), bits: UInt64($0) << 61) })
            breaker.takeProbe(at: at(Double(second)))
            _ = breaker.on(.accepted, at: at(Double(second)))
        }
        let held = [1, 2, 4, 6].flatMap { Array(repeating: $0, count: 10) }
        #expect(shares.starts(with: [8, 8, 8] + held + [8, 8]))
        #expect(breaker.isQuiet && breaker.openings == 0)
    }

    @Test("does not grow a share that nobody used, or in which half failed")
    func held() {
        var breaker = openedByRate()
        for second in 10..<13 { _ = breaker.on(.accepted, at: at(Double(second))) }
        #expect(breaker.state == .partial(step: 0, since: at(12)))
        #expect(breaker.state(at: at(1_000)) == .partial(step: 0, since: at(12)))
        _ = breaker.on(.failed(retryAfter: nil), at: at(1_000))
        _ = breaker.on(.accepted, at: at(1_001))
        #expect(breaker.state == .partial(step: 0, since: at(12)))
        _ = breaker.on(.accepted, at: at(1_002))
        #expect(breaker.state == .partial(step: 1, since: at(1_002)))
    }

    @Test("falls back from a share when half of a few attempts fail")
    func fallsBack() {
        var breaker = openedByRate()
        for second in 10..<13 { _ = breaker.on(.accepted, at: at(Double(second))) }
        for _ in 0..<3 { _ = breaker.on(.failed(retryAfter: nil), at: at(14)) }
        #expect(breaker.state == .partial(step: 0, since: at(12)))
        #expect(breaker.on(.failed(retryAfter: nil), at: at(14)) == nil)
        #expect(breaker.state == .open(until: at(34)))
    }

    @Test("probes at once when it was asked as the last resort and took the message")
    func lastResort() {
        var breaker = opened()
        _ = breaker.on(.accepted, at: at(1))
        #expect(breaker.state == .probing(taken: 1, next: at(1)))
    }
}

@Suite("A circuit breaker under random events")
struct CircuitBreakerPropertyTests {
    /// A vendor that works or not for random spells, and messages at random times.
    private struct World {
        var breaker: CircuitBreaker
        var now = MonotonicTime.now
        let random: SeededRandom

        init(_ trip: CircuitBreaker.Trip, seed: UInt64) {
            breaker = CircuitBreaker(trip)
            random = SeededRandom(seed: seed)
        }

        mutating func step(failing percent: Int) -> (
            before: CircuitBreaker, admitted: Bool, change: CircuitBreaker.Change?
        ) {
            now += .milliseconds(random.next(below: 3_000))
            let before = breaker
            let isAdmitted = breaker.admits(at: now, bits: random.next())
            if isAdmitted { breaker.takeProbe(at: now) }
            // One in fifty is a last resort, or was under way before.
            guard isAdmitted || random.next(below: 50) == 0 else { return (before, false, nil) }
            let fails = random.next(below: 100) < percent
            let pause: Duration? = random.next(below: 10) == 0 ? .seconds(random.next(below: 10_000)) : nil
            return (before, isAdmitted, breaker.on(fails ? .failed(retryAfter: pause) : .accepted, at: now))
        }
    }

    @Test(
        "never skips a state on its way back, and stays open no longer than it may", arguments: 0..<40 as Range<UInt64>)
    func ladder(_ seed: UInt64) {
        var world = World(seed % 2 == 0 ? .atOnce : .byRate, seed: seed)
        var percent = 0
        for _ in 0..<2_000 {
            if world.random.next(below: 100) == 0 { percent = world.random.next(below: 101) }
            let (before, isAdmitted, change) = world.step(failing: percent)
            switch (before.state(at: world.now), world.breaker.state) {
            case (.closed, .closed), (.open, .open), (.open, .probing), (.probing, .probing), (.probing, .open): break
            case (.closed, .open): #expect(before.trip == .atOnce && change == .opened)
            case (.closed, .partial(let step, _)): #expect(step + 1 == CircuitBreaker.shares.count && change == .opened)
            case (.partial(let step, let since), .open):
                #expect(before.trip == .atOnce || step == 0 && world.now >= since + CircuitBreaker.shortHold)
            case (.probing(let taken, _), .partial(0, _)): #expect(taken + 1 == CircuitBreaker.probes)
            case (.partial(let old, let since), .partial(let new, let later)):
                let hold = new > old ? CircuitBreaker.hold : CircuitBreaker.shortHold
                #expect(new == old && later == since || abs(new - old) == 1 && later >= since + hold)
            case (.partial(let step, let since), .closed):
                #expect(step + 1 == CircuitBreaker.shares.count && world.now >= since + CircuitBreaker.hold)
                #expect(change == .closed)
            case (let old, let new): Issue.record("from \(old) to \(new)")
            }
            if case .open(let until) = before.state { #expect(isAdmitted == (world.now >= until)) }
            if case .open(let until) = world.breaker.state {
                #expect(until - world.now <= CircuitBreaker.longestRetryAfter)
            }
        }
    }

    @Test(
        "is closed and quiet in the end when the vendor works, whatever was before", arguments: 0..<40 as Range<UInt64>)
    func recovers(_ seed: UInt64) {
        var world = World(seed % 2 == 0 ? .atOnce : .byRate, seed: seed)
        for _ in 0..<500 { _ = world.step(failing: Int(seed) * 5 % 101) }
        for _ in 0..<4_000 { _ = world.step(failing: 0) }
        #expect(world.breaker.isQuiet && world.breaker.openings == 0)
    }

    @Test("lets few messages of a vendor that always fails find out", arguments: 0..<20 as Range<UInt64>)
    func spares(_ seed: UInt64) {
        var world = World(.byRate, seed: seed)
        let admitted = (0..<10_000).count { _ in world.step(failing: 100).admitted }
        // About four hours: ten attempts, a few of each share, and then less than one in five minutes once the pause is longest.
        #expect((26...110).contains(admitted))
    }
}

@Suite("The circuits of a provider")
struct ProviderCircuitsTests {
    private let now = MonotonicTime.now
    private let login = BindingKey(template: "login-code", fields: OptionValues(["template_code": .string("SMS_1")]))
    private let other = BindingKey(template: "login-code", fields: OptionValues(["template_code": .string("SMS_2")]))

    private func failed(
        _ reason: Reason, _ circuits: inout ProviderCircuits, times: Int = 1, retryAfter: Duration? = nil
    ) {
        for _ in 0..<times {
            _ = circuits.failed(
                ProviderError(reason, .rejected, message: "no", retryAfter: retryAfter), login, at: now,
                time: WallTime(secondsSinceEpoch: 7))
        }
    }

    @Test("each reason counts for what its row of the fallback table blames", arguments: Reason.allCases)
    func classes(_ reason: Reason) {
        var circuits = ProviderCircuits()
        failed(reason, &circuits, times: 10, retryAfter: .seconds(5))
        let scopes = circuits.health(at: now, time: WallTime(secondsSinceEpoch: 7)).circuits.map(\.scope)
        switch FallbackPolicy.row(for: reason).blame {
        case .message: #expect(scopes.isEmpty && circuits.isQuiet)
        case .account: #expect(scopes == [.account])
        case .service: #expect(scopes == [.service])
        case .pace: #expect(scopes == [.pace])
        case .binding: #expect(scopes == [.binding("login-code")])
        }
    }

    @Test("a template that is not approved condemns its binding and no other")
    func binding() {
        var circuits = ProviderCircuits()
        failed(.templateNotApproved, &circuits)
        #expect(circuits.standing(login, at: now, bits: 0) == .refusing)
        #expect(circuits.standing(other, at: now, bits: 0) == .closed)
        #expect(circuits.accepted(other, at: now + .seconds(40)) == [])
        #expect(!circuits.isQuiet)
    }

    @Test("throttling counts for as long as the vendor says, and not where it says nothing")
    func pace() {
        var circuits = ProviderCircuits()
        failed(.throttled, &circuits, times: 100)
        #expect(circuits.isQuiet)
        failed(.throttled, &circuits, retryAfter: .seconds(3))
        #expect(circuits.standing(login, at: now + .seconds(2), bits: .max) == .paused)
        #expect(circuits.standing(login, at: now + .seconds(3), bits: .max) == .closed)
        #expect(circuits.accepted(login, at: now + .seconds(3)).map(\.change) == [.closed])
        #expect(circuits.isQuiet)
        let own = ProviderError.full(.rateLimit, retryAfter: .seconds(3))
        #expect(circuits.failed(own, login, at: now, time: WallTime(secondsSinceEpoch: 7)) == nil)
        #expect(circuits.isQuiet)
    }

    @Test("the vendor's own faults and a message's do not mix: a wrong number is no good news and no bad news")
    func neutral() {
        let random = SeededRandom(seed: 3)
        let own = Reason.allCases.filter { FallbackPolicy.row(for: $0).blame == .message }
        let others = Reason.allCases.filter { FallbackPolicy.row(for: $0).blame != .message }
        var (plain, mixed) = (ProviderCircuits(), ProviderCircuits())
        for number in 0..<5_000 {
            let instant = now + .milliseconds(number * 300)
            let time = WallTime(secondsSinceEpoch: Int64(number))
            let isFailure = random.next(below: 3) == 0
            let error = ProviderError(others[random.next(below: others.count)], .rejected, message: "no")
            let noise = ProviderError(own[random.next(below: own.count)], .rejected, message: "no")
            #expect(mixed.failed(noise, login, at: instant, time: time) == nil)
            if isFailure {
                #expect(
                    plain.failed(error, login, at: instant, time: time)
                        == mixed.failed(error, login, at: instant, time: time))
            } else {
                #expect(plain.accepted(login, at: instant) == mixed.accepted(login, at: instant))
            }
            #expect(plain.health(at: instant, time: time) == mixed.health(at: instant, time: time))
        }
    }

    @Test("health names state, cause and time in words")
    func words() {
        var circuits = ProviderCircuits()
        failed(.insufficientBalance, &circuits)
        let circuit = circuits.health(at: now, time: WallTime(secondsSinceEpoch: 10)).circuits.first
        #expect(
            circuit?.description
                == "account open until 1970-01-01T00:00:40Z: insufficient-balance since 1970-01-01T00:00:07Z: no")
    }
}
