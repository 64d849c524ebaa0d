/// What to do after a failed attempt: a table over (reason, acceptance, category), not an `if`.
///
/// The standard table is complete: it has a row for every ``Reason``, and each row has a step for both acceptances that a
/// failure can have and for every ``Category``. A route may override single steps.
public struct FallbackPolicy: Sendable {
    /// The step that follows a failed attempt.
    public enum Step: String, Sendable, Hashable, CaseIterable {
        /// Ask the same provider again after a pause, as often as the route allows, then go on as `next`.
        case retry
        /// Go to the next provider.
        case next
        /// Ask the vendor whether it took the message, and only then go on.
        case reconcile
        /// Give up: no provider could do better, or doing more could do harm.
        case stop
    }

    /// Whose fault a reason is, and with that, which of a provider's circuits a failure counts for.
    public enum Blame: String, Sendable, Hashable {
        /// The message's own, or nobody's: says nothing about the vendor.
        case message
        /// The vendor account's, whatever the message: it opens the provider's circuit at once.
        case account
        /// That of a sender or template at the vendor: it opens the circuit of that binding, and of no other.
        case binding
        /// The vendor's service of this moment: it counts for a rate.
        case service
        /// Our own pace: it counts for as long as the vendor says.
        case pace

        /// Whether the next request may do better without anybody's doing.
        var isOfTheMoment: Bool { self == .service || self == .pace }
    }

    /// The steps for the three categories.
    public struct Steps: Sendable, Hashable {
        /// For codes that somebody waits for.
        public var verification: Step
        /// For news.
        public var notification: Step
        /// For promotion.
        public var marketing: Step

        static func all(_ step: Step) -> Steps { Steps(verification: step, notification: step, marketing: step) }
        static let stop = all(.stop)
        static let next = all(.next)
        static let retry = all(.retry)
        /// A late code is worth nothing and a second code does no harm; everything else must not come twice.
        static let nextForCodes = Steps(verification: .next, notification: .reconcile, marketing: .reconcile)

        /// The step for a category.
        public subscript(category: Category) -> Step {
            switch category {
            case .verification: verification
            case .notification: notification
            case .marketing: marketing
            }
        }
    }

    /// One row of the table.
    public struct Row: Sendable, Hashable {
        /// The reason.
        public var reason: Reason
        /// Whose fault it is.
        public var blame: Blame
        /// What follows when the message was surely not taken.
        public var rejected: Steps
        /// What follows when it may have been taken.
        public var unknown: Steps
        /// The sentence that the trail shows.
        public var why: String

        init(_ reason: Reason, _ blame: Blame, rejected: Steps, unknown: Steps, _ why: String) {
            self.reason = reason
            self.blame = blame
            self.rejected = rejected
            self.unknown = unknown
            self.why = why
        }
    }

    /// The standard table.
    public static let standardRows: [Row] = [
        // The message itself is wrong: no vendor is tried in vain, no blacklist is walked around.
        Row(.invalidRecipient, .message, rejected: .stop, unknown: .stop, "the recipient is wrong for every vendor"),
        Row(.invalidContent, .message, rejected: .stop, unknown: .stop, "the content is wrong for every vendor"),
        Row(.invalidRequest, .message, rejected: .stop, unknown: .stop, "the request is wrong for every vendor"),
        Row(.missingParameter, .message, rejected: .stop, unknown: .stop, "a template parameter has no value"),
        Row(.blockedRecipient, .message, rejected: .stop, unknown: .stop, "a blacklist is not walked around"),
        Row(.recipientLimit, .message, rejected: .stop, unknown: .stop, "the limit protects the recipient"),
        Row(.quietHours, .message, rejected: .stop, unknown: .stop, "nobody is disturbed at this hour"),
        Row(.deadlineExceeded, .message, rejected: .stop, unknown: .stop, "the message's time is over"),
        Row(.cancelled, .message, rejected: .stop, unknown: .stop, "the caller cancelled the send"),

        // The account at this vendor is wrong: another vendor may do.
        Row(.senderNotApproved, .binding, rejected: .next, unknown: .nextForCodes, "this vendor lacks the sender"),
        Row(.templateNotApproved, .binding, rejected: .next, unknown: .nextForCodes, "this vendor lacks the template"),
        Row(.dailyLimit, .account, rejected: .next, unknown: .nextForCodes, "the account's own limit is used up"),
        Row(.insufficientBalance, .account, rejected: .next, unknown: .nextForCodes, "the account has no balance"),
        Row(.permissionDenied, .account, rejected: .next, unknown: .nextForCodes, "the account may not do this"),
        Row(.accountSuspended, .account, rejected: .next, unknown: .nextForCodes, "the account is suspended"),
        Row(.authenticationFailed, .account, rejected: .next, unknown: .nextForCodes, "the credentials are refused"),
        Row(.configuration, .account, rejected: .next, unknown: .nextForCodes, "the provider is not set up right"),
        Row(.unsupported, .message, rejected: .next, unknown: .nextForCodes, "this provider cannot carry it"),

        // The vendor is busy or down: it may work in a moment.
        Row(.throttled, .pace, rejected: .retry, unknown: .nextForCodes, "the vendor asks for less speed"),
        Row(
            .vendorError, .service, rejected: .next, unknown: .nextForCodes, "the vendor failed for reasons of its own"),
        Row(.unreachable, .service, rejected: .retry, unknown: .nextForCodes, "the vendor could not be reached"),
        Row(.notTrusted, .service, rejected: .next, unknown: .nextForCodes, "the host did not prove who it is"),
        Row(.timedOut, .service, rejected: .retry, unknown: .nextForCodes, "a time limit passed"),
        Row(.connectionLost, .service, rejected: .retry, unknown: .nextForCodes, "the connection was lost"),
        Row(.invalidAnswer, .service, rejected: .next, unknown: .nextForCodes, "the answer makes no sense"),
        Row(.storageFailed, .service, rejected: .next, unknown: .nextForCodes, "the message could not be written"),
    ]

    private static let standardByReason = Dictionary(uniqueKeysWithValues: standardRows.map { ($0.reason, $0) })

    private let overrides: [PolicyOverride]

    /// The standard policy with a route's own steps put before it.
    public init(overrides: [PolicyOverride] = []) {
        self.overrides = overrides
    }

    /// The row of a reason in the standard table.
    public static func row(for reason: Reason) -> Row {
        // The table is complete (a test walks every reason), so the fallback row is for a case added without a row.
        standardByReason[reason]
            ?? Row(reason, .service, rejected: .next, unknown: .nextForCodes, "the provider failed")
    }

    /// Whether a vendor that refuses many recipients for this reason may mean a single one of them.
    static func isOneRecipientsOwn(_ reason: Reason) -> Bool {
        reason == .invalidRecipient || reason == .blockedRecipient || reason == .recipientLimit
    }

    /// The step that follows a failure, and whether the route itself asked for it.
    public func step(for error: ProviderError, category: Category) -> (step: Step, isOverride: Bool) {
        let override = overrides.first { $0.reason == error.reason && $0.acceptance == error.acceptance }
        if let override { return (override.step, true) }
        let row = Self.row(for: error.reason)
        return ((error.acceptance == .unknown ? row.unknown : row.rejected)[category], false)
    }
}
