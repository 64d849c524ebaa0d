/// What to do after a failed attempt: a table over (reason, acceptance, category), not an `if`.
///
/// `rejected` failures are decided by the reason's row. `unknown` acceptance is decided by the category alone, whatever the
/// reason: a verification code goes to the next provider, because a late code is worth nothing and a second code does no
/// harm; everything else is reconciled with the vendor first.
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

    /// Whose fault a reason is.
    public enum Blame: String, Sendable, Hashable {
        /// The message's own: says nothing about the vendor.
        case message
        /// The vendor account's: the provider is reported unhealthy.
        case account
        /// The vendor's service of this moment.
        case service
    }

    /// One row: what a reason means and what follows when the message was surely not taken.
    public struct Row: Sendable, Hashable {
        /// The reason.
        public var reason: Reason
        /// Whose fault it is.
        public var blame: Blame
        /// What follows for verification messages.
        public var verification: Step
        /// What follows for notifications.
        public var notification: Step
        /// What follows for marketing.
        public var marketing: Step
        /// The sentence that a trail shows.
        public var why: String
    }

    /// The standard table, one row a reason. Overrides of a route come before it.
    public static let standardRows: [Row] = [
        //  reason                blame     verification  notification  marketing  why
        row(.invalidRecipient, .message, .stop, .stop, .stop, "the recipient is wrong for every vendor"),
        row(.invalidContent, .message, .stop, .stop, .stop, "the content is wrong for every vendor"),
        row(.invalidRequest, .message, .stop, .stop, .stop, "the request itself is wrong"),
        row(.missingParameter, .message, .stop, .stop, .stop, "a template parameter is missing"),
        row(.blockedRecipient, .message, .stop, .stop, .stop, "no blacklist is walked around"),
        row(.recipientLimit, .message, .stop, .stop, .stop, "the limit protects the recipient from too many messages"),
        row(.deadlineExceeded, .message, .stop, .stop, .stop, "the message's time is over"),
        row(.cancelled, .message, .stop, .stop, .stop, "the caller cancelled the send"),

        row(.senderNotApproved, .account, .next, .next, .next, "the sender is not approved at this vendor"),
        row(.templateNotApproved, .account, .next, .next, .next, "the template is not approved at this vendor"),
        row(.dailyLimit, .account, .next, .next, .next, "the account's own limit is used up"),
        row(.insufficientBalance, .account, .next, .next, .next, "the account has no balance"),
        row(.permissionDenied, .account, .next, .next, .next, "the account lacks the permission"),
        row(.accountSuspended, .account, .next, .next, .next, "the account is suspended"),
        row(.authenticationFailed, .account, .next, .next, .next, "the vendor does not accept the credentials"),
        row(.configuration, .account, .next, .next, .next, "the provider is not set up right"),
        row(.unsupported, .service, .next, .next, .next, "the provider cannot carry this message"),

        row(.throttled, .service, .retry, .retry, .retry, "the vendor asks for less speed"),
        row(.vendorError, .service, .next, .next, .next, "the vendor refused for a reason of its own"),
        row(.unreachable, .service, .retry, .retry, .retry, "the vendor could not be reached"),
        row(.notTrusted, .service, .next, .next, .next, "the vendor's host did not prove who it is"),
        row(.timedOut, .service, .retry, .retry, .retry, "time ran out before anything was sent"),
        row(.connectionLost, .service, .retry, .retry, .retry, "the connection was lost before anything was sent"),
        row(.invalidAnswer, .service, .next, .next, .next, "the vendor's answer makes no sense"),
        row(.storageFailed, .service, .next, .next, .next, "the message could not be written"),
    ]

    private static func row(
        _ reason: Reason, _ blame: Blame, _ verification: Step, _ notification: Step, _ marketing: Step, _ why: String
    ) -> Row {
        Row(
            reason: reason, blame: blame, verification: verification, notification: notification,
            marketing: marketing, why: why)
    }
}
