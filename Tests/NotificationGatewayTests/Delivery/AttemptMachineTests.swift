import Testing

@testable import NotificationGateway

@Suite("The attempt machine")
struct AttemptMachineTests {
    private let start = MonotonicTime.now

    private func machine(
        _ category: NotificationGateway.Category = .verification, candidates: Int = 2, retries: Int = 2,
        tolerates: Bool = false, seconds: Int = 15
    ) -> AttemptMachine {
        AttemptMachine(
            category: category, policy: FallbackPolicy(), candidateCount: candidates, retries: retries,
            toleratesDuplicates: tolerates, deadline: start + .seconds(seconds), now: start)
    }

    private func error(
        _ reason: Reason, _ acceptance: Acceptance = .rejected, retryAfter: Duration? = nil
    ) -> ProviderError {
        ProviderError(reason, acceptance, message: "", retryAfter: retryAfter)
    }

    @Test("a wrong number stops at once, whoever is left")
    func wrongNumberStops() {
        var machine = machine()
        let decision = machine.failed(error(.invalidRecipient), recipients: 1, now: start, canAsk: true, bits: 0)
        #expect(decision.next == .stop)
        #expect(decision.action == .finish(.rejected))
    }

    @Test("a throttled vendor is asked again with growing pauses, then the next one is")
    func throttled() {
        var machine = machine()
        let first = machine.failed(error(.throttled), recipients: 1, now: start, canAsk: true, bits: 0)
        #expect(first.action == .pause(until: start + .milliseconds(125), candidate: 0, attempt: 2))
        let second = machine.failed(error(.throttled), recipients: 1, now: start, canAsk: true, bits: 0)
        #expect(second.action == .pause(until: start + .milliseconds(250), candidate: 0, attempt: 3))
        let third = machine.failed(error(.throttled), recipients: 1, now: start, canAsk: true, bits: 0)
        #expect(third.next == .nextProvider)
        #expect(third.action == .send(candidate: 1, attempt: 1))
    }

    @Test("a pause that the vendor names is never shortened")
    func namedPause() {
        var machine = machine()
        let decision = machine.failed(
            error(.throttled, retryAfter: .seconds(1)), recipients: 1, now: start, canAsk: true, bits: .max)
        guard case .pause(let until, 0, 2) = decision.action else {
            Issue.record("expected a pause, got \(decision.action)")
            return
        }
        #expect(until >= start + .seconds(1))
        #expect(until <= start + .milliseconds(1_100))
    }

    @Test("a long pause is spent with another provider, and waited for when there is none")
    func longPause() {
        var two = machine(candidates: 2)
        let next = two.failed(
            error(.throttled, retryAfter: .seconds(5)), recipients: 1, now: start, canAsk: true, bits: 0)
        #expect(next.action == .send(candidate: 1, attempt: 1))
        var one = machine(candidates: 1)
        let wait = one.failed(
            error(.throttled, retryAfter: .seconds(5)), recipients: 1, now: start, canAsk: true, bits: 0)
        #expect(wait.action == .pause(until: start + .seconds(5), candidate: 0, attempt: 2))
    }

    @Test("a pause that would outlast the deadline is not waited for")
    func pausePastDeadline() {
        var machine = machine(candidates: 1)
        let decision = machine.failed(
            error(.throttled, retryAfter: .seconds(20)), recipients: 1, now: start, canAsk: true, bits: 0)
        #expect(decision.next == .stop)
        #expect(decision.action == .finish(.rejected))
    }

    @Test("a code whose acceptance is unknown goes to the next provider; a later refusal leaves it uncertain")
    func unknownCode() {
        var machine = machine()
        let first = machine.failed(error(.timedOut, .unknown), recipients: 1, now: start, canAsk: true, bits: 0)
        #expect(first.action == .send(candidate: 1, attempt: 1))
        let second = machine.failed(error(.insufficientBalance), recipients: 1, now: start, canAsk: true, bits: 0)
        #expect(second.action == .finish(.uncertain))
    }

    @Test("anything else whose acceptance is unknown is reconciled, and accepted when the vendor has it")
    func reconcileFound() {
        var machine = machine(.notification)
        let first = machine.failed(error(.timedOut, .unknown), recipients: 1, now: start, canAsk: true, bits: 0)
        #expect(first.next == .reconcile)
        #expect(first.action == .ask(candidate: 0, until: start + .seconds(15)))
        #expect(machine.reconciled(.found, now: start).action == .finish(.accepted))
    }

    @Test("settled records that lack the message let the next provider send it")
    func reconcileAbsent() {
        var machine = machine(.notification)
        _ = machine.failed(error(.timedOut, .unknown), recipients: 1, now: start, canAsk: true, bits: 0)
        #expect(machine.reconciled(.absent, now: start).action == .send(candidate: 1, attempt: 1))
        let last = machine.failed(error(.insufficientBalance), recipients: 1, now: start, canAsk: true, bits: 0)
        #expect(last.action == .finish(.rejected))
    }

    @Test("settled records of one vendor say nothing about what another one may have taken before")
    func absentClosesItsOwnAttemptOnly() {
        var machine = machine(.notification, candidates: 2, tolerates: true)
        let first = machine.failed(error(.timedOut, .unknown), recipients: 1, now: start, canAsk: false, bits: 0)
        #expect(first.action == .send(candidate: 1, attempt: 1))
        _ = machine.failed(error(.timedOut, .unknown), recipients: 1, now: start, canAsk: true, bits: 0)
        #expect(machine.reconciled(.absent, now: start).action == .finish(.uncertain))
    }

    @Test("asking about an attempt that was surely not taken closes no other")
    func absentAfterRejection() {
        let policy = FallbackPolicy(overrides: [PolicyOverride(.vendorError, step: .reconcile)])
        var machine = AttemptMachine(
            category: .verification, policy: policy, candidateCount: 2, retries: 0, toleratesDuplicates: false,
            deadline: start + .seconds(15), now: start)
        _ = machine.failed(error(.timedOut, .unknown), recipients: 1, now: start, canAsk: true, bits: 0)
        let ask = machine.failed(error(.vendorError), recipients: 1, now: start, canAsk: true, bits: 0)
        #expect(ask.next == .reconcile)
        #expect(machine.reconciled(.absent, now: start).action == .finish(.uncertain))
    }

    @Test("a vendor that does not know leaves the message uncertain, unless the route tolerates duplicates")
    func reconcileUnsettled() {
        var strict = machine(.notification)
        _ = strict.failed(error(.timedOut, .unknown), recipients: 1, now: start, canAsk: true, bits: 0)
        #expect(strict.reconciled(.unsettled, now: start).action == .finish(.uncertain))
        var tolerant = machine(.notification, tolerates: true)
        let ask = tolerant.failed(error(.timedOut, .unknown), recipients: 1, now: start, canAsk: true, bits: 0)
        #expect(ask.action == .ask(candidate: 0, until: start + .milliseconds(7_500)))
        #expect(tolerant.reconciled(.unsettled, now: start).action == .send(candidate: 1, attempt: 1))
    }

    @Test("a vendor that cannot be asked leaves the message uncertain")
    func cannotAsk() {
        var machine = machine(.marketing)
        let decision = machine.failed(error(.timedOut, .unknown), recipients: 1, now: start, canAsk: false, bits: 0)
        #expect(decision.next == .stop)
        #expect(decision.action == .finish(.uncertain))
    }

    @Test("the time left is shared among the candidates left")
    func sharesTime() {
        #expect(machine(candidates: 3).shareEnd == start + .seconds(5))
        #expect(machine(candidates: 1).shareEnd == start + .seconds(15))
    }

    @Test("a candidate's share is fixed when it starts, however often it is retried")
    func fixedShare() {
        var machine = machine(candidates: 3)
        let first = machine.failed(error(.timedOut), recipients: 1, now: start + .seconds(2), canAsk: true, bits: 0)
        #expect(first.next == .retry)
        #expect(machine.shareEnd == start + .seconds(5))
        let second = machine.failed(
            error(.timedOut), recipients: 1, now: start + .milliseconds(4_900), canAsk: true, bits: 0)
        #expect(second.action == .send(candidate: 1, attempt: 1))
        #expect(second.why.contains("share"))
        // What is left is shared anew: (15 - 4.9) / 2 for each of the two that are left.
        #expect(machine.shareEnd == start + .milliseconds(9_950))
    }

    @Test("an attempt that ran out of its share goes to the next provider; one past the message's time stops")
    func shareOver() {
        var early = machine(candidates: 2)
        let next = early.failed(
            error(.deadlineExceeded), recipients: 1, now: start + .seconds(8), canAsk: true, bits: 0)
        #expect(next.action == .send(candidate: 1, attempt: 1))
        #expect(next.why == "this provider's share of the time is over")
        let stop = early.failed(
            error(.deadlineExceeded), recipients: 1, now: start + .seconds(15), canAsk: true, bits: 0)
        #expect(stop.action == .finish(.rejected))
        var unknown = machine(.notification, candidates: 2)
        let ask = unknown.failed(
            error(.deadlineExceeded, .unknown), recipients: 1, now: start + .seconds(8), canAsk: true, bits: 0)
        #expect(ask.next == .reconcile)
    }

    @Test(
        "a request for many that is refused for one recipient's own reason is sent again in halves",
        arguments: [Reason.invalidRecipient, .blockedRecipient, .recipientLimit])
    func narrows(_ reason: Reason) {
        var machine = machine(.marketing, retries: 0)
        let decision = machine.failed(error(reason), recipients: 2, now: start, canAsk: true, bits: 0)
        #expect(decision.next == .narrow)
        #expect(decision.action == .narrow(candidate: 0, attempt: 1))
        let alone = machine.failed(error(reason), recipients: 1, now: start, canAsk: true, bits: 0)
        #expect(alone.action == .finish(.rejected))
    }

    @Test("halves are not sent when the request may have been taken, for other reasons, or past the message's time")
    func doesNotNarrow() {
        var unknown = machine(.marketing)
        let asked = unknown.failed(error(.invalidRecipient, .unknown), recipients: 9, now: start, canAsk: true, bits: 0)
        #expect(asked.action == .finish(.uncertain))
        var content = machine(.marketing)
        let refused = content.failed(error(.invalidContent), recipients: 9, now: start, canAsk: true, bits: 0)
        #expect(refused.action == .finish(.rejected))
        var late = machine(.marketing)
        let over = late.failed(
            error(.invalidRecipient), recipients: 9, now: start + .seconds(15), canAsk: true, bits: 0)
        #expect(over.action == .finish(.rejected))
    }
}

@Suite("The back-off")
struct BackoffTests {
    @Test("doubles from an eighth of a second to four, and never passes eight")
    func doubles() {
        let least = (1...8).map { Backoff.pause(beforeRetry: $0, named: nil, bits: 0) }
        #expect(
            least == [
                .milliseconds(125), .milliseconds(250), .milliseconds(500), .seconds(1), .seconds(2), .seconds(4),
                .seconds(4), .seconds(4),
            ])
        for retry in 1...70 { #expect(Backoff.pause(beforeRetry: retry, named: nil, bits: .max) <= .seconds(8)) }
    }

    @Test(
        "keeps its own pause when the vendor names a shorter one, or one that has passed",
        arguments: [Duration.zero, .milliseconds(1), .seconds(-60)])
    func namedShorter(_ named: Duration) {
        for retry in 1...8 {
            for bits: UInt64 in [0, .max / 2, .max] {
                let own = Backoff.pause(beforeRetry: retry, named: nil, bits: bits)
                #expect(Backoff.pause(beforeRetry: retry, named: named, bits: bits) == own)
            }
        }
    }

    @Test("adds at most a tenth to a pause that the vendor names")
    func named() {
        #expect(Backoff.pause(beforeRetry: 1, named: .seconds(10), bits: 0) == .seconds(10))
        #expect(Backoff.pause(beforeRetry: 1, named: .seconds(10), bits: .max) <= .seconds(11))
    }
}
