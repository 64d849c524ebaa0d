import Testing

@testable import NotificationGateway

@Suite("A request that may have arrived, at a vendor that refuses a copy of it")
struct ReplayTests {
    private let start = MonotonicTime.now
    private let token = ReplayToken(reference: "m-1", nonce: "n", timestamp: "t")

    private func machine(
        _ category: NotificationGateway.Category = .verification, candidates: Int = 1, retries: Int = 2
    ) -> AttemptMachine {
        AttemptMachine(
            category: category, policy: FallbackPolicy(), candidateCount: candidates, retries: retries,
            toleratesDuplicates: false, deadline: start + .seconds(15), now: start)
    }

    /// The step after a failure.
    private func fail(
        _ machine: inout AttemptMachine, _ reason: Reason = .connectionLost, _ acceptance: Acceptance = .unknown,
        replay: ReplayToken? = nil, guarded: ReplayGuard = .codes, canAsk: Bool = true
    ) -> AttemptMachine.Decision {
        let error = ProviderError(reason, acceptance, message: "", replay: replay)
        return machine.failed(
            error, recipients: 1, now: start, canAsk: canAsk, replayGuard: guarded, bits: 0)
    }

    @Test("a code goes out as a copy where no other provider is left, and its acceptance ends the matter")
    func code() {
        var machine = machine()
        let decision = fail(&machine, replay: token)
        #expect(decision.next == .retry)
        #expect(decision.action == .pause(until: start + .milliseconds(125), candidate: 0, attempt: 2))
        #expect(machine.replay == token)
        #expect(machine.openAttempts == 1)
        #expect(machine.accepted().action == .finish(.accepted))
        // A copy and what it copies are one message, and it is settled.
        #expect(machine.openAttempts == 0)
    }

    @Test("a code goes to the next provider at once where there is one")
    func nextFirst() {
        var machine = machine(candidates: 2)
        #expect(fail(&machine, replay: token).action == .send(candidate: 1, attempt: 1))
        #expect(machine.replay == nil)
    }

    @Test("news waits for the vendor's records, unless the vendor is trusted for every message")
    func news() {
        var careful = machine(.notification, candidates: 2)
        #expect(fail(&careful, replay: token).next == .reconcile)
        var trusting = machine(.notification, candidates: 2)
        #expect(fail(&trusting, replay: token, guarded: .all).next == .retry)
        #expect(trusting.replay == token)
    }

    @Test("the vendor's refusal of the copy proves that it has the first: it is asked what became of it")
    func proof() {
        var code = machine()
        _ = fail(&code, replay: token)
        let refused = fail(&code, .vendorError, replay: nil)
        #expect(
            refused.next == .reconcile && refused.why.hasPrefix("the vendor refuses the copy, so it has had the first;")
        )
        #expect(code.replay == nil)
        #expect(code.reconciled(.found, now: start).action == .finish(.accepted))
        var news = machine(.notification, candidates: 2)
        _ = fail(&news, replay: token, guarded: .all)
        #expect(fail(&news, .vendorError, replay: nil, guarded: .all).next == .reconcile)
    }

    @Test("a copy that is refused for another reason leaves the first as unknown as it was")
    func refusedCopy() {
        var machine = machine(.notification, candidates: 2)
        _ = fail(&machine, replay: token, guarded: .all)
        // Not to the next provider, and not as a new request: the same copy once more.
        #expect(fail(&machine, .throttled, .rejected, guarded: .all).next == .retry)
        #expect(machine.replay == token)
        #expect(machine.openAttempts == 1)
        #expect(fail(&machine, .insufficientBalance, .rejected, guarded: .all, canAsk: false).next == .stop)
        #expect(machine.openAttempts == 1)
    }

    @Test("a copy that is lost too counts once, and copies end with the retries")
    func lostCopies() {
        var machine = machine(retries: 2)
        #expect(fail(&machine, replay: token).next == .retry)
        #expect(fail(&machine, replay: token).next == .retry)
        let last = fail(&machine, replay: token, canAsk: false)
        #expect(last.action == .finish(.uncertain))
        #expect(machine.openAttempts == 1)
    }

    @Test("is not sent as a copy where the vendor gives no guard, or the policy stops")
    func unguarded() {
        var unguarded = machine()
        #expect(fail(&unguarded, replay: token, guarded: .none).action == .finish(.uncertain))
        var cancelled = machine()
        #expect(fail(&cancelled, .cancelled, replay: token).action == .finish(.uncertain))
        var withoutToken = machine()
        #expect(fail(&withoutToken).action == .finish(.uncertain))
    }
}
