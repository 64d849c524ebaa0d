/// What a provider's condemned binding is known by: its vendor fields, so that a binding that is mended in a new configuration
/// is another one.
struct BindingKey: Sendable, Hashable {
    var template: TemplateName?
    var fields: OptionValues
}

/// The circuits of one provider, a breaker for each class of reasons. Pure: events and the time in, states out.
///
/// Which class a failure belongs to is the blame of its row in the ``FallbackPolicy``.
struct ProviderCircuits: Sendable {
    typealias Instant = MonotonicTime

    /// A change that people should hear of.
    struct Transition: Sendable, Hashable {
        var scope: ProviderHealth.Scope
        var change: CircuitBreaker.Change
        /// How many circuits of the scope are not closed after it.
        var openCount: Int
    }

    /// How well a provider stands for a message, the best first: the order in which the open ones are tried.
    enum Standing: Int, Sendable, Comparable {
        case closed
        /// Half-open, and this message is not one of those that pass.
        case halfOpen
        /// It will surely work again, and soon.
        case paused
        /// It may work by chance.
        case serviceOpen
        /// It surely refuses.
        case refusing

        static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    }

    private struct Cause: Sendable {
        var reason: Reason
        var message: String
        var since: WallTime
    }

    private struct Circuit: Sendable {
        var breaker: CircuitBreaker
        var cause: Cause?

        init(_ trip: CircuitBreaker.Trip) { breaker = CircuitBreaker(trip) }

        mutating func fail(_ error: ProviderError, _ now: Instant, _ time: WallTime) -> CircuitBreaker.Change? {
            let change = breaker.on(.failed(retryAfter: error.retryAfter), at: now)
            if change == .opened { cause = Cause(reason: error.reason, message: error.message, since: time) }
            return change
        }
    }

    private var account = Circuit(.atOnce)
    private var service = Circuit(.byRate)
    private var pausedUntil: Instant?
    private var pauseCause: Cause?
    private var bindings: [BindingKey: Circuit] = [:]

    /// Nothing is wrong, and nothing that was is still counted: acceptances need not be reported.
    var isQuiet: Bool {
        account.breaker.isQuiet && service.breaker.isQuiet && pausedUntil == nil && bindings.isEmpty
    }

    // MARK: Events

    /// The vendor took a message made from a binding: good news of the account, the service and that binding.
    mutating func accepted(_ binding: BindingKey, at now: Instant) -> [Transition] {
        var transitions: [Transition] = []
        func note(_ scope: ProviderHealth.Scope, _ change: CircuitBreaker.Change?, _ openCount: Int = 0) {
            if change == .closed {
                transitions.append(Transition(scope: scope, change: .closed, openCount: openCount))
            }
        }
        note(.account, account.breaker.on(.accepted, at: now))
        note(.service, service.breaker.on(.accepted, at: now))
        if let until = pausedUntil, now >= until {
            (pausedUntil, pauseCause) = (nil, nil)
            note(.pace, .closed)
        }
        if bindings[binding]?.breaker.on(.accepted, at: now) == .closed {
            bindings[binding] = nil
            note(.binding(binding.template), .closed, bindings.count)
        }
        return transitions
    }

    /// An attempt failed; what is the message's own fault changes nothing.
    mutating func failed(
        _ error: ProviderError, _ binding: BindingKey, at now: Instant, time: WallTime
    ) -> Transition? {
        let scope: ProviderHealth.Scope
        let change: CircuitBreaker.Change?
        switch FallbackPolicy.row(for: error.reason).blame {
        case .message: return nil
        case .account: (scope, change) = (.account, account.fail(error, now, time))
        case .service: (scope, change) = (.service, service.fail(error, now, time))
        case .binding:
            scope = .binding(binding.template)
            change = bindings[binding, default: Circuit(.atOnce)].fail(error, now, time)
        case .pace: (scope, change) = (.pace, pause(error, now, time))
        }
        let openCount = if case .binding = scope { bindings.count } else { 1 }
        return change.map { Transition(scope: scope, change: $0, openCount: openCount) }
    }

    /// A vendor that asks for less speed is left alone for as long as it says, and not at all where it says nothing. Our own
    /// limit is not its word.
    private mutating func pause(_ error: ProviderError, _ now: Instant, _ time: WallTime) -> CircuitBreaker.Change? {
        guard error.fullLimit == nil, let retryAfter = error.retryAfter, retryAfter > .zero else { return nil }
        let isNew = pausedUntil.map { $0 <= now } ?? true
        let until = now + min(retryAfter, CircuitBreaker.longestRetryAfter)
        pausedUntil = max(pausedUntil ?? until, until)
        if isNew { pauseCause = Cause(reason: error.reason, message: error.message, since: time) }
        return isNew ? .opened : nil
    }

    // MARK: Messages

    /// Whether everything passes that is made from a binding.
    func isClosed(_ binding: BindingKey, at now: Instant) -> Bool {
        account.breaker.state == .closed && service.breaker.state == .closed
            && (bindings[binding]?.breaker.state ?? .closed) == .closed && pausedUntil.map { now >= $0 } ?? true
    }

    /// How well the provider stands for a message made from a binding; `closed` also where it is half-open and lets this
    /// one pass.
    ///
    /// - Parameter bits: decide whether the message is in the share of one that is partial; `nil` where nobody better could
    ///   take what is not.
    func standing(_ binding: BindingKey, at now: Instant, bits: UInt64?) -> Standing {
        var worst = Standing.closed
        func add(_ breaker: CircuitBreaker?, _ open: Standing) {
            guard let breaker, !breaker.admits(at: now, bits: bits) else { return }
            if case .open = breaker.state { worst = max(worst, open) } else { worst = max(worst, .halfOpen) }
        }
        add(account.breaker, .refusing)
        add(service.breaker, .serviceOpen)
        add(bindings[binding]?.breaker, .refusing)
        if let pausedUntil, now < pausedUntil { worst = max(worst, .paused) }
        return worst
    }

    /// Takes the slots of a message that was let pass.
    mutating func takeProbe(_ binding: BindingKey, at now: Instant) {
        account.breaker.takeProbe(at: now)
        service.breaker.takeProbe(at: now)
        bindings[binding]?.breaker.takeProbe(at: now)
    }

    // MARK: Health

    func health(at now: Instant, time: WallTime) -> ProviderHealth {
        var circuits: [ProviderHealth.Circuit] = []
        func add(_ scope: ProviderHealth.Scope, _ state: ProviderHealth.State?, _ cause: Cause?) {
            guard let state, let cause else { return }
            circuits.append(
                ProviderHealth.Circuit(
                    scope: scope, state: state, reason: cause.reason, message: cause.message, since: cause.since))
        }
        func state(_ circuit: Circuit) -> ProviderHealth.State? {
            Self.state(circuit.breaker.state(at: now), now, time)
        }
        add(.account, state(account), account.cause)
        add(.service, state(service), service.cause)
        if let pausedUntil, now < pausedUntil { add(.pace, .open(until: time + (pausedUntil - now)), pauseCause) }
        let ordered = bindings.sorted { ($0.key.template?.rawValue ?? "") < ($1.key.template?.rawValue ?? "") }
        for (key, circuit) in ordered { add(.binding(key.template), state(circuit), circuit.cause) }
        return ProviderHealth(circuits: circuits)
    }

    private static func state(
        _ state: CircuitBreaker.State, _ now: Instant, _ time: WallTime
    ) -> ProviderHealth.State? {
        switch state {
        case .closed: nil
        case .open(let until): .open(until: time + (until - now))
        case .probing: .probing
        case .partial(let step, _): .partial(percent: CircuitBreaker.shares[step] * 100 / 8)
        }
    }
}
