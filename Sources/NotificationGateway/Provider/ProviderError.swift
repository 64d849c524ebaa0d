/// What is known of a message after an attempt. Three cases for ever.
public enum Acceptance: String, Sendable, Hashable, CaseIterable {
    /// The vendor said that it took the message.
    case accepted
    /// The message surely was not taken.
    case rejected
    /// The message may have been taken.
    case unknown
}

/// Why an attempt failed, as far as the next step depends on it.
///
/// The raw value is the name in JSON, logs, metrics and `providers.yaml`.
@nonexhaustive
public enum Reason: String, Sendable, Hashable, CaseIterable {
    // The message itself is wrong; no vendor could help.
    /// The address is malformed or does not exist.
    case invalidRecipient = "invalid-recipient"
    /// A value or the text is not acceptable.
    case invalidContent = "invalid-content"
    /// The request as a whole is malformed.
    case invalidRequest = "invalid-request"
    /// A template parameter has no value.
    case missingParameter = "missing-parameter"
    /// The receiver opted out or is on a blacklist.
    case blockedRecipient = "blocked-recipient"
    /// The receiver got as many messages as the vendor lets a person get for now.
    case recipientLimit = "recipient-limit"
    /// The route disturbs nobody at this hour.
    case quietHours = "quiet-hours"
    /// The message's own time was over before it could be sent.
    case deadlineExceeded = "deadline-exceeded"
    /// The caller gave up.
    case cancelled

    // The vendor account or its set-up is wrong; another vendor may do.
    /// The sign name or sender is not approved.
    case senderNotApproved = "sender-not-approved"
    /// The vendor's template is missing, not approved, or of the wrong kind.
    case templateNotApproved = "template-not-approved"
    /// The account's own daily or monthly total is used up.
    case dailyLimit = "daily-limit"
    /// The account has no money.
    case insufficientBalance = "insufficient-balance"
    /// The account may not do this.
    case permissionDenied = "permission-denied"
    /// The account is stopped.
    case accountSuspended = "account-suspended"
    /// Key, secret, token or signature are wrong.
    case authenticationFailed = "authentication-failed"
    /// The gateway's own set-up for this provider is wrong: an option, a file that it names, this machine's clock.
    case configuration
    /// The provider cannot carry this kind of message.
    case unsupported

    // The vendor is busy or down; it may work in a moment.
    /// The vendor asks for less speed.
    case throttled
    /// The vendor failed, or said something that is not in its book.
    case vendorError = "vendor-error"
    /// The vendor's host could not be found or reached.
    case unreachable
    /// The vendor's host could not prove who it is.
    case notTrusted = "not-trusted"
    /// A time limit passed.
    case timedOut = "timed-out"
    /// The connection ended before the answer was whole.
    case connectionLost = "connection-lost"
    /// The answer could not be read.
    case invalidAnswer = "invalid-answer"
    /// The local file or log could not take the message.
    case storageFailed = "storage-failed"

    /// The bounded label for metrics.
    public var metricLabel: String { rawValue }
}

/// A vendor's own code, verbatim: open, so that a code nobody knows survives to the trail.
public struct VendorCode: Identifier {
    /// The code as the vendor wrote it.
    public let rawValue: String
    /// Wraps a code.
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// A failed Attempt: why, what is known of the message, and the vendor's own words.
///
/// The default description holds no address, text or secret.
public struct ProviderError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Why it failed; the fallback policy decides on it.
    public var reason: Reason
    /// What is known of the message.
    public var acceptance: Acceptance
    /// The vendor's code, when it said one.
    public var vendorCode: VendorCode?
    /// The vendor's text, or one sentence of ours: what happened and what to do.
    public var message: String
    /// The vendor's id of the request, for its support.
    public var requestID: String?
    /// How long the vendor asks to wait before the next try.
    public var retryAfter: Duration?
    /// Makes the very same request again. Only where the request may have arrived, and the vendor refuses a copy of one that
    /// has; never with the refusal of such a copy, after which another would tell nothing.
    public var replay: ReplayToken?
    /// The configured limit that kept the request here; `nil` where the provider had it.
    var fullLimit: Limit?

    /// What a provider is given at most, by its key in the configuration.
    enum Limit: String, Sendable, Hashable {
        case rateLimit = "rate_limit"
        case maxInFlight = "max_in_flight"
    }

    /// Describes a request that never reached its provider.
    static func full(_ limit: Limit, retryAfter: Duration? = nil) -> ProviderError {
        var error = ProviderError(
            .throttled, .rejected, message: "the provider's own \(limit.rawValue) leaves no turn in the request's time",
            retryAfter: retryAfter)
        error.fullLimit = limit
        return error
    }

    /// Describes a failure.
    public init(
        _ reason: Reason, _ acceptance: Acceptance, vendorCode: VendorCode? = nil, message: String,
        requestID: String? = nil, retryAfter: Duration? = nil, replay: ReplayToken? = nil
    ) {
        self.reason = reason
        self.acceptance = acceptance
        self.vendorCode = vendorCode
        self.message = message
        self.requestID = requestID
        self.retryAfter = retryAfter
        self.replay = replay
    }

    /// Reason, acceptance, code and text on one line.
    public var description: String {
        let code = vendorCode.map { " \($0)" } ?? ""
        return "\(reason.rawValue) (\(acceptance.rawValue))\(code): \(message)"
    }
}
