/// Decides, for recipients that travel together, what follows each attempt. Pure: events in, decisions out.
///
///     send ──accepted──────────────────────────────→ done
///      ↑ └──failed──→ policy ─ retry ─→ pause ─→ send (same provider)
///      │                     │    └ as a copy: the very same request, where the vendor refuses one that it has had
///      │                     ├ next ──────────→ send (next provider)
///      │                     ├ narrow ────────→ send (same provider, each half of the recipients)
///      │                     ├ reconcile ─────→ ask … ─ found ─→ done
///      │                     └ stop ─→ stop          └ absent ─→ next, unknown ─→ stop (or next)
///      └──────────────────────────────────────────────────────────┘
///
/// A run ends. For n recipients it makes at most (2n - 1) + n × retries attempts with each candidate: halving makes a tree
/// with n leaves at most, and what was retried as a whole is not retried again in parts. For one recipient that is
/// 1 + retries.
struct AttemptMachine: Sendable {
    /// What the driver does next.
    enum Action: Sendable, Hashable {
        /// Send to the candidate; `attempt` counts from 1 for each candidate.
        case send(candidate: Int, attempt: Int)
        /// Wait until then, and send to the candidate.
        case pause(until: MonotonicTime, candidate: Int, attempt: Int)
        /// Send to the candidate again, each half of the recipients by itself; `attempt` does not count on.
        case narrow(candidate: Int, attempt: Int)
        /// Ask the candidate's vendor about the last request, again and again until it is settled.
        case ask(candidate: Int, until: MonotonicTime)
        /// Nothing more.
        case finish(Outcome)
    }

    /// An action and the words for the trail.
    struct Decision: Sendable {
        var next: Attempt.Next
        var why: String
        var action: Action
    }

    /// How a reconciliation ended.
    enum Finding: String, Sendable {
        /// The vendor has the message.
        case found
        /// The vendor's records are settled and lack it.
        case absent
        /// The vendor did not say, or its records may still lag.
        case unsettled
    }

    let category: Category
    let policy: FallbackPolicy
    let candidateCount: Int
    let retries: Int
    let toleratesDuplicates: Bool
    let deadline: MonotonicTime
    private(set) var candidate = 0
    private(set) var attempt = 1
    /// The time until which the current candidate's attempts may run, retries and their pauses included: the time left when
    /// the candidate started is shared among the candidates left, so that a vendor that hangs, again and again, does not use
    /// up its successor's time.
    private(set) var shareEnd: MonotonicTime
    /// How many attempts may have been taken: a later rejection does not undo that, and a vendor that lacks its own attempt
    /// says nothing about another's.
    private(set) var openAttempts = 0
    /// Whether the last attempt is one of them.
    private var isLastOpen = false
    /// The request that the next attempt is a copy of. A copy and what it copies count as one: whichever comes first is
    /// carried out, and the other is refused.
    private(set) var replay: ReplayToken?

    init(
        category: Category, policy: FallbackPolicy, candidateCount: Int, retries: Int, toleratesDuplicates: Bool,
        deadline: MonotonicTime, now: MonotonicTime
    ) {
        self.category = category
        self.policy = policy
        self.candidateCount = candidateCount
        self.retries = retries
        self.toleratesDuplicates = toleratesDuplicates
        self.deadline = deadline
        shareEnd = deadline
        startShare(now: now)
    }

    /// A pause named by the vendor that is longer than this is spent with another provider, where there is one.
    static let patience = Duration.seconds(2)

    var hasNextCandidate: Bool { candidate + 1 < candidateCount }

    /// Fixes the end of the current candidate's share, from the moment at which it starts.
    mutating func startShare(now: MonotonicTime) {
        shareEnd = hasNextCandidate ? now + (deadline - now) / (candidateCount - candidate) : deadline
    }

    /// The vendor took the message.
    mutating func accepted() -> Decision {
        // The first of the two copies is settled with the second.
        if replay != nil { openAttempts -= 1 }
        replay = nil
        return Decision(next: .done, why: "the provider took the message", action: .finish(.accepted))
    }

    /// The attempt for so many recipients failed; `bits` are sixty-four random ones for the pause.
    mutating func failed(
        _ failure: ProviderError, recipients: Int, now: MonotonicTime, canAsk: Bool, replayGuard: ReplayGuard = .none,
        bits: UInt64
    ) -> Decision {
        let copied = replay
        replay = nil
        var error = failure
        // What is known of the first copy is no more than before, whatever the vendor says of another.
        if copied != nil { error.acceptance = .unknown }
        isLastOpen = error.acceptance == .unknown
        if isLastOpen, copied == nil { openAttempts += 1 }
        // A refused copy can be sent again as well as the first; one that the vendor has had tells nothing more.
        let known = failure.replay ?? (failure.acceptance == .rejected ? copied : nil)
        let token = replayGuard.covers(category) ? known : nil
        let (step, isOverride) = step(after: error, now: now)
        let isProof = copied != nil && failure.acceptance == .unknown && failure.replay == nil
        let why = isProof ? "the vendor refuses the copy, so it has had the first" : cause(of: error, now: now)
        if error.reason == .cancelled { return stop(why) }
        guard now < deadline else {
            return stop(error.reason == .deadlineExceeded ? why : "\(why), and the message's time is over")
        }
        let cause = isOverride ? "the route says \(step.rawValue) after \(error.reason.rawValue)" : why
        if recipients > 1, error.acceptance == .rejected, FallbackPolicy.isOneRecipientsOwn(error.reason) {
            return narrow(recipients)
        }
        if step != .stop, step != .next || !hasNextCandidate, let token,
            let decision = repeated(token, error, cause: cause, now: now, bits: bits)
        {
            return decision
        }
        switch step {
        case .stop: return stop(Self.withRetryTime(cause, error))
        // The vendor has had a copy: where nobody else is left to ask, it can say what became of it.
        case .next where copied != nil && !hasNextCandidate && canAsk: return reconcile(cause, now: now, canAsk: true)
        case .next:
            let isSecondCode = error.acceptance == .unknown && category == .verification && !isOverride
            return next(cause, excuse: isSecondCode ? "; a second code does no harm" : "", now: now)
        case .retry: return retry(error, cause: cause, now: now, bits: bits)
        case .reconcile: return reconcile(cause, now: now, canAsk: canAsk)
        }
    }

    /// Sends the very same request again, of which the vendor refuses one copy; `nil` where there is no retry or time left.
    private mutating func repeated(
        _ token: ReplayToken, _ error: ProviderError, cause: String, now: MonotonicTime, bits: UInt64
    ) -> Decision? {
        let until = now + Backoff.pause(beforeRetry: attempt, named: error.retryAfter, bits: bits)
        guard attempt <= retries, until < shareEnd else { return nil }
        attempt += 1
        replay = token
        return Decision(
            next: .retry,
            why:
                "\(cause); the very same request again in \((until - now).words), which the vendor refuses if it has "
                + "had it",
            action: .pause(until: until, candidate: candidate, attempt: attempt))
    }

    /// The vendor was asked about the last request.
    ///
    /// - Parameter doubt: why nothing is settled, where that is the finding.
    mutating func reconciled(
        _ finding: Finding, doubt: String = "the vendor does not know whether it took it", now: MonotonicTime
    ) -> Decision {
        switch finding {
        case .found:
            return Decision(next: .done, why: "the vendor has a record of it", action: .finish(.accepted))
        case .absent:
            if isLastOpen { openAttempts -= 1 }
            isLastOpen = false
            guard now < deadline else { return stop("the vendor has no record of it, and the message's time is over") }
            return next("the vendor's settled records lack it", now: now)
        case .unsettled:
            guard toleratesDuplicates, now < deadline else {
                return stop(doubt)
            }
            return next("\(doubt), and the route tolerates duplicates", now: now)
        }
    }

    private func stop(_ why: String) -> Decision {
        Decision(next: .stop, why: why, action: .finish(openAttempts == 0 ? .rejected : .uncertain))
    }

    /// - Parameter excuse: why it may be sent by another provider, said where there is one.
    private mutating func next(_ why: String, excuse: String = "", now: MonotonicTime) -> Decision {
        guard hasNextCandidate else { return stop("\(why); no provider is left") }
        candidate += 1
        attempt = 1
        startShare(now: now)
        return Decision(next: .nextProvider, why: why + excuse, action: .send(candidate: candidate, attempt: 1))
    }

    /// One bad number must not stop the others, and nothing was taken: so the same vendor may be asked again without harm.
    /// What the policy says of the reason is meant for whoever it is that the vendor refuses, and waits until that is known.
    private func narrow(_ recipients: Int) -> Decision {
        Decision(
            next: .narrow,
            why:
                "the reason may be one of the \(recipients) recipients' own; each half is sent by itself to find whose",
            action: .narrow(candidate: candidate, attempt: attempt))
    }

    private mutating func retry(
        _ error: ProviderError, cause: String, now: MonotonicTime, bits: UInt64
    ) -> Decision {
        guard attempt <= retries else {
            let used =
                switch retries {
                case 0: "the route allows no retry"
                case 1: "the one retry is used"
                default: "all \(retries) retries are used"
                }
            return next("\(cause); \(used)", now: now)
        }
        if let named = error.retryAfter, named > Self.patience, hasNextCandidate {
            return next("\(cause) for \(named.words), longer than it is worth waiting for", now: now)
        }
        let until = now + Backoff.pause(beforeRetry: attempt, named: error.retryAfter, bits: bits)
        guard until < shareEnd else {
            let whose = hasNextCandidate ? "this provider's share of the time" : "the message's time"
            return next("\(cause); the pause would outlast \(whose)", now: now)
        }
        attempt += 1
        return Decision(
            next: .retry, why: "\(cause); again in \((until - now).words)",
            action: .pause(until: until, candidate: candidate, attempt: attempt))
    }

    private mutating func reconcile(_ cause: String, now: MonotonicTime, canAsk: Bool) -> Decision {
        guard canAsk else {
            if toleratesDuplicates {
                return next("\(cause); the vendor cannot be asked, and the route tolerates duplicates", now: now)
            }
            return stop("\(cause); the vendor cannot be asked, and a \(category.rawValue) must not come twice")
        }
        let until = toleratesDuplicates && hasNextCandidate ? now + (deadline - now) / 2 : deadline
        return Decision(
            next: .reconcile, why: "\(cause); asking the vendor before anything is sent again",
            action: .ask(candidate: candidate, until: until))
    }

    /// What the policy says, but for an attempt that ran out of its own share of the time: that says nothing about the
    /// message's time, and is like any other time limit that passed.
    private func step(
        after error: ProviderError, now: MonotonicTime
    ) -> (step: FallbackPolicy.Step, isOverride: Bool) {
        let (step, isOverride) = policy.step(for: error, category: category)
        guard !isOverride, isShareOver(error, now: now) else { return (step, isOverride) }
        return (error.acceptance == .unknown ? FallbackPolicy.Steps.nextForCodes[category] : .next, false)
    }

    private func isShareOver(_ error: ProviderError, now: MonotonicTime) -> Bool {
        error.reason == .deadlineExceeded && now < deadline
    }

    private func cause(of error: ProviderError, now: MonotonicTime) -> String {
        let why = reason(of: error, now: now)
        guard error.acceptance == .unknown else { return why }
        return "\(why), and nobody knows whether the \(category == .verification ? "code" : "message") was taken"
    }

    private func reason(of error: ProviderError, now: MonotonicTime) -> String {
        if isShareOver(error, now: now) { return "this provider's share of the time is over" }
        if error.reason == .deadlineExceeded, error.acceptance == .rejected {
            return "the message's time was over before the request was made"
        }
        if let limit = error.fullLimit { return "the provider's \(limit.rawValue) is full" }
        return FallbackPolicy.row(for: error.reason).why
    }

    private static func withRetryTime(_ cause: String, _ error: ProviderError) -> String {
        error.retryAfter.map { "\(cause); allowed again in \($0.words)" } ?? cause
    }
}
