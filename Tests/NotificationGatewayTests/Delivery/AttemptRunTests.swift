import Testing

@testable import NotificationGateway

/// A whole run of the attempt machine against random failures, with its own account of what may have been taken.
private struct RandomRun {
    let start = MonotonicTime.now
    let retries: Int
    let replayGuard: ReplayGuard
    private(set) var sent = 0
    private(set) var copies = 0
    private(set) var longest: Duration = .zero
    private var random = SystemRandomNumberGenerator()

    init(retries: Int, replayGuard: ReplayGuard) {
        self.retries = retries
        self.replayGuard = replayGuard
    }

    private mutating func error() -> ProviderError {
        let pause: Duration? =
            Bool.random(using: &random) ? .milliseconds(Int.random(in: 0...4_000, using: &random)) : nil
        let acceptance: Acceptance = Bool.random(using: &random) ? .rejected : .unknown
        let isRepeatable = acceptance == .unknown && Bool.random(using: &random)
        return ProviderError(
            Reason.allCases.randomElement(using: &random) ?? .throttled, acceptance, message: "", retryAfter: pause,
            replay: isRepeatable ? ReplayToken(reference: "m-\(sent)", nonce: "\(sent)", timestamp: "") : nil)
    }

    /// A copy is made only where it cannot double: of a request that may have arrived, which the vendor has not refused as
    /// one that it has had, and where it is trusted to refuse that.
    private mutating func check(
        _ token: ReplayToken, copied: ReplayToken?, after failure: ProviderError, _ run: AttemptMachine
    ) {
        copies += 1
        #expect(replayGuard.covers(run.category))
        #expect(token == (failure.acceptance == .unknown ? failure.replay : copied))
        #expect(run.attempt > 1)
    }

    /// Goes on until nothing is left to do; `taken` holds the acceptance of each attempt that no vendor denied.
    mutating func go(
        _ given: AttemptMachine, recipients: Int, from begun: MonotonicTime, taken before: [Acceptance] = []
    ) {
        var (machine, now, taken) = (given, begun, before)
        while true {
            now += .milliseconds(Int.random(in: 0...400, using: &random))
            sent += 1
            let failure = error()
            // A copy and what it copies are one: taken together, or not at all.
            let copied = machine.replay
            if copied == nil { taken.append(failure.acceptance) }
            var action = machine.failed(
                failure, recipients: recipients, now: now, canAsk: .random(using: &random),
                replayGuard: replayGuard, bits: random.next()
            ).action
            if let token = machine.replay {
                check(token, copied: copied, after: failure, machine)
                #expect(taken.last == .unknown)
            }
            if case .ask = action {
                let finding = [AttemptMachine.Finding.absent, .found, .unsettled].randomElement(using: &random)
                if finding == .absent { taken.removeLast() }
                action = machine.reconciled(finding ?? .unsettled, now: now).action
            }
            longest = max(longest, now - start)
            switch action {
            case .finish(.accepted): return
            case .finish(let outcome):
                #expect(outcome == (taken.contains(.unknown) ? .uncertain : .rejected))
                return
            case .narrow:
                #expect(failure.acceptance == .rejected && recipients > 1)
                go(machine, recipients: recipients / 2, from: now, taken: taken)
                go(machine, recipients: recipients - recipients / 2, from: now, taken: taken)
                return
            case .pause(let until, _, _): now = max(now, until)
            case .send, .ask: break
            }
        }
    }
}

@Suite("Runs of the attempt machine")
struct AttemptRunTests {
    @Test(
        "every run of random failures ends, within the route's attempts and time, and no copy of a request doubles it")
    func everyRunEnds() {
        var copies = 0
        for _ in 0..<2_000 {
            let candidates = Int.random(in: 1...4)
            let recipients = Bool.random() ? 1 : Int.random(in: 1...40)
            var run = RandomRun(
                retries: Int.random(in: 0...3), replayGuard: ReplayGuard.allCases.randomElement() ?? .all)
            let machine = AttemptMachine(
                category: .allCases.randomElement() ?? .marketing, policy: FallbackPolicy(),
                candidateCount: candidates, retries: run.retries, toleratesDuplicates: .random(),
                deadline: run.start + .seconds(15), now: run.start)
            run.go(machine, recipients: recipients, from: run.start)
            #expect(run.sent <= candidates * (2 * recipients - 1 + recipients * run.retries))
            #expect(run.longest < .seconds(16))
            copies += run.copies
        }
        #expect(copies > 100)
    }
}
