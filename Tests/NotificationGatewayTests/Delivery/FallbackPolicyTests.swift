import NotificationGateway
import Testing

@Suite("The fallback policy")
struct FallbackPolicyTests {
    private static func error(_ reason: Reason, _ acceptance: Acceptance) -> ProviderError {
        ProviderError(reason, acceptance, message: "")
    }

    private func step(
        _ reason: Reason, _ acceptance: Acceptance, _ category: NotificationGateway.Category
    ) -> FallbackPolicy.Step {
        FallbackPolicy().step(for: Self.error(reason, acceptance), category: category).step
    }

    @Test("has exactly one row for every reason")
    func isComplete() {
        #expect(
            FallbackPolicy.standardRows.map(\.reason).sorted { $0.rawValue < $1.rawValue }
                == Reason.allCases.sorted { $0.rawValue < $1.rawValue })
    }

    @Test(
        "stops when the message itself is wrong",
        arguments: [
            Reason.invalidRecipient, .invalidContent, .invalidRequest, .missingParameter, .blockedRecipient,
            .recipientLimit,
        ])
    func stopsForTheMessage(_ reason: Reason) {
        for category in NotificationGateway.Category.allCases {
            #expect(step(reason, .rejected, category) == .stop)
        }
        #expect(FallbackPolicy.row(for: reason).blame == .message)
    }

    @Test(
        "goes to the next vendor when the account is wrong, and blames the account or what it lacks",
        arguments: [
            Reason.senderNotApproved, .templateNotApproved, .dailyLimit, .insufficientBalance, .permissionDenied,
            .accountSuspended, .authenticationFailed, .configuration,
        ])
    func nextForTheAccount(_ reason: Reason) {
        for category in NotificationGateway.Category.allCases {
            #expect(step(reason, .rejected, category) == .next)
        }
        let isBinding = reason == .senderNotApproved || reason == .templateNotApproved
        #expect(FallbackPolicy.row(for: reason).blame == (isBinding ? .binding : .account))
    }

    @Test(
        "retries a vendor that is busy or cannot be reached",
        arguments: [
            Reason.throttled, .unreachable, .timedOut, .connectionLost,
        ])
    func retriesTheBusy(_ reason: Reason) {
        for category in NotificationGateway.Category.allCases {
            #expect(step(reason, .rejected, category) == .retry)
        }
    }

    @Test(
        "sends a code again when nobody knows, and reconciles everything else",
        arguments: [
            Reason.timedOut, .connectionLost, .vendorError, .invalidAnswer,
        ])
    func unknownAcceptance(_ reason: Reason) {
        #expect(step(reason, .unknown, .verification) == .next)
        #expect(step(reason, .unknown, .notification) == .reconcile)
        #expect(step(reason, .unknown, .marketing) == .reconcile)
    }

    @Test("never sends again on an unknown acceptance without asking, unless it is a code")
    func unknownNeverRepeats() {
        for row in FallbackPolicy.standardRows {
            for category in [NotificationGateway.Category.notification, .marketing] {
                let step = row.unknown[category]
                #expect(step == .reconcile || step == .stop, "\(row.reason)")
            }
        }
    }

    @Test("a route's own step comes before the table, for that acceptance only")
    func overrides() {
        let policy = FallbackPolicy(overrides: [PolicyOverride(.recipientLimit, step: .next)])
        let rejected = policy.step(for: Self.error(.recipientLimit, .rejected), category: .notification)
        #expect(rejected.step == .next && rejected.isOverride)
        let unknown = policy.step(for: Self.error(.recipientLimit, .unknown), category: .notification)
        #expect(unknown.step == .stop && !unknown.isOverride)
    }
}
