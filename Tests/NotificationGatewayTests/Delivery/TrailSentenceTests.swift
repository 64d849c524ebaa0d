import GatewayTestKit
import Testing

@testable import NotificationGateway

/// The words of the trail, in which a person looks for what happened.
@Suite("A sentence of the trail")
struct TrailSentenceTests {
    private let start = MonotonicTime.now

    private func why(
        _ error: ProviderError, _ category: NotificationGateway.Category = .verification, candidates: Int = 1,
        retries: Int = 0, overrides: [PolicyOverride] = [], after seconds: Int = 1, canAsk: Bool = false
    ) -> AttemptMachine.Decision {
        var machine = AttemptMachine(
            category: category, policy: FallbackPolicy(overrides: overrides), candidateCount: candidates,
            retries: retries, toleratesDuplicates: false, deadline: start + .seconds(15), now: start)
        return machine.failed(error, recipients: 1, now: start + .seconds(seconds), canAsk: canAsk, bits: 0)
    }

    private func error(
        _ reason: Reason, _ acceptance: Acceptance = .rejected, retryAfter: Duration? = nil
    ) -> ProviderError {
        ProviderError(reason, acceptance, message: "", retryAfter: retryAfter)
    }

    @Test("says that a second code does no harm only where one is sent")
    func secondCode() {
        let doubt = "a time limit passed, and nobody knows whether the code was taken"
        #expect(why(error(.timedOut, .unknown), candidates: 2).why == "\(doubt); a second code does no harm")
        #expect(why(error(.timedOut, .unknown)).why == "\(doubt); no provider is left")
        #expect(why(error(.timedOut, .unknown), after: 15).why == "\(doubt), and the message's time is over")
    }

    @Test("says once that the time is over, and what it was over before")
    func timeOver() {
        let late = "the message's time was over before the request was made"
        #expect(why(error(.deadlineExceeded), after: 15).why == late)
        #expect(
            why(error(.deadlineExceeded, .unknown), after: 15).why
                == "the message's time is over, and nobody knows whether the code was taken")
        let route = [PolicyOverride(.unreachable, step: .next)]
        #expect(
            why(error(.unreachable), overrides: route, after: 15).why
                == "the vendor could not be reached, and the message's time is over")
    }

    @Test("names the provider's own limit, and does not lay it on the vendor")
    func ownLimits() async throws {
        let clock = ManualClock(mode: .automatic)
        let limited = RateLimitedProvider(RecordingProvider(), to: Rate(1, per: .seconds(3_600)), clock: clock)
        let request = ProviderRequest(
            messageID: "m", reference: "m-1", recipients: [], content: ProviderContent(text: "hi"),
            deadline: clock.now + .seconds(10))
        _ = try await limited.send(request)
        let full = try await #require(throws: ProviderError.self) { try await limited.send(request) }
        #expect(why(full, candidates: 2, retries: 1).why.hasPrefix("the provider's rate_limit is full for "))
        #expect(
            why(.full(.maxInFlight)).why
                == "the provider's max_in_flight is full; the route allows no retry; no provider is left")
        #expect(why(error(.throttled), candidates: 2).why.hasPrefix("the vendor asks for less speed; "))
    }

    @Test("says which step the route wants after what, also where there is no time for it")
    func overrides() {
        let route = [PolicyOverride(.recipientLimit, step: .retry)]
        let limit = error(.recipientLimit, retryAfter: .seconds(3_600))
        #expect(
            why(limit, retries: 1, overrides: route).why
                == "the route says retry after recipient-limit; the pause would outlast the message's time; "
                + "no provider is left")
        #expect(why(limit).why == "the limit protects the recipient; allowed again in 1 h")
        #expect(
            why(error(.cancelled), overrides: [PolicyOverride(.cancelled, step: .next)]).why
                == "the caller cancelled the send")
    }

    @Test("counts one retry as one")
    func oneRetry() {
        var machine = AttemptMachine(
            category: .verification, policy: FallbackPolicy(), candidateCount: 1, retries: 1,
            toleratesDuplicates: false, deadline: start + .seconds(15), now: start)
        _ = machine.failed(error(.unreachable), recipients: 1, now: start, canAsk: false, bits: 0)
        let last = machine.failed(error(.unreachable), recipients: 1, now: start, canAsk: false, bits: 0)
        #expect(last.why == "the vendor could not be reached; the one retry is used; no provider is left")
    }

    @Test("says nothing twice and contradicts no step, whatever happened", arguments: Reason.allCases)
    func everySentence(_ reason: Reason) {
        for category in NotificationGateway.Category.allCases {
            for acceptance in [Acceptance.rejected, .unknown] {
                for step in [nil] + FallbackPolicy.Step.allCases.map(Optional.some) {
                    for (candidates, seconds) in [(1, 1), (2, 1), (1, 15), (2, 15)] {
                        let overrides = step.map { [PolicyOverride(reason, acceptance: acceptance, step: $0)] } ?? []
                        let decision = why(
                            error(reason, acceptance), category, candidates: candidates, overrides: overrides,
                            after: seconds)
                        let clauses = decision.why.split(separator: "; ").flatMap { $0.split(separator: ", and ") }
                        #expect(Set(clauses).count == clauses.count, "\(decision.why)")
                        #expect(!decision.why.contains("no harm") || decision.next == .nextProvider, "\(decision.why)")
                        #expect(!decision.why.contains("is left") || decision.next == .stop, "\(decision.why)")
                    }
                }
            }
        }
    }
}
