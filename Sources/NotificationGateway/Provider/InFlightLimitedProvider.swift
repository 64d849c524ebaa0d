import Synchronization

/// A provider that has no more than so many requests under way: a further one waits for its turn inside its deadline.
///
/// Turns are given in the order of arrival. As with a ``RateLimitedProvider``, waiting is not an attempt, and a request waits
/// for at most half of its time: one that got its turn just before its deadline would only time out.
public struct InFlightLimitedProvider: MessageProvider {
    private let provider: any MessageProvider
    private let clock: any GatewayClock
    private let name: ProviderName?
    private let turns: Turns

    /// Limits a provider to `limit` requests at a time, at least 1; its waits are counted under its name.
    public init(
        _ provider: any MessageProvider, to limit: Int, clock: any GatewayClock = SystemClock(),
        name: ProviderName? = nil
    ) {
        self.provider = provider
        self.clock = clock
        self.name = name
        turns = Turns(limit: max(1, limit))
    }

    /// How many requests are under way and how many wait, at this moment.
    var places: ProviderLimits.Places { turns.places }

    /// Those of the provider.
    public var capabilities: Capabilities { provider.capabilities }

    /// That of the provider; look-ups do not count.
    public var statusLookup: (any StatusLookup)? { provider.statusLookup }

    /// That of the provider.
    public var receiptReader: (any ReceiptReader)? { provider.receiptReader }

    /// Waits for a turn and sends.
    ///
    /// - Throws: reason `throttled`, rejected, when no turn came in the first half of the time; reason `deadlineExceeded`,
    ///   rejected, when the wait itself took too long; reason `cancelled`, rejected, when it was cancelled while it waited;
    ///   else what the provider throws.
    public func send(_ request: ProviderRequest) async throws(ProviderError) -> ProviderReceipt {
        if case .wait(let ticket) = turns.enter() { try await wait(ticket, for: request) }
        defer { turns.leave() }
        return try await provider.send(request)
    }

    private func wait(_ ticket: InFlightQueue.Ticket, for request: ProviderRequest) async throws(ProviderError) {
        let now = clock.now
        let latest = now + (request.deadline - now) / 2
        let isGranted = await withTaskGroup(of: Void.self) { group in
            group.addTask { [clock, turns] in
                // Ends early when the send is cancelled, and so does the wait.
                try? await clock.sleep(until: latest)
                turns.giveUp(ticket)
            }
            let isGranted = await turns.turn(ticket)
            group.cancelAll()
            return isGranted
        }
        guard let error = refusal(of: request, isGranted) else {
            return ProviderError.Limit.maxInFlight.countWait(clock.now - now, at: name)
        }
        if isGranted { turns.leave() }
        throw error
    }

    private func refusal(of request: ProviderRequest, _ isGranted: Bool) -> ProviderError? {
        if Task.isCancelled {
            return ProviderError(.cancelled, .rejected, message: "cancelled while waiting for max_in_flight")
        }
        guard isGranted else {
            ProviderError.Limit.maxInFlight.countRefusal(at: name)
            return .full(.maxInFlight)
        }
        // A busy machine may wake a task long after its turn came.
        guard clock.now < request.deadline else {
            return ProviderError(
                .deadlineExceeded, .rejected, message: "no time was left after waiting for max_in_flight")
        }
        return nil
    }

    /// That of the provider.
    public func preview(_ request: ProviderRequest) throws(ProviderError) -> RequestPreview {
        try provider.preview(request)
    }

    /// Shuts the provider down.
    public func shutdown() async { await provider.shutdown() }

    /// Drives the ``InFlightQueue``.
    private final class Turns: Sendable {
        private struct State {
            var queue: InFlightQueue
            var waiting: [InFlightQueue.Ticket: CheckedContinuation<Bool, Never>] = [:]
            /// What became of tickets before anybody waited for them.
            var early: [InFlightQueue.Ticket: Bool] = [:]

            mutating func end(_ ticket: InFlightQueue.Ticket, _ isGranted: Bool) -> CheckedContinuation<Bool, Never>? {
                let continuation = waiting.removeValue(forKey: ticket)
                if continuation == nil { early[ticket] = isGranted }
                return continuation
            }
        }

        private let state: Mutex<State>

        init(limit: Int) { state = Mutex(State(queue: InFlightQueue(limit: limit))) }

        var places: ProviderLimits.Places { state.withLock { $0.queue.places } }

        func enter() -> InFlightQueue.Entry { state.withLock { $0.queue.enter() } }

        func leave() {
            let next = state.withLock { state in state.queue.leave().flatMap { state.end($0, true) } }
            next?.resume(returning: true)
        }

        func giveUp(_ ticket: InFlightQueue.Ticket) {
            let waiter = state.withLock { $0.queue.giveUp(ticket) ? $0.end(ticket, false) : nil }
            waiter?.resume(returning: false)
        }

        /// Suspends until the ticket's turn has come (`true`) or it was given up.
        func turn(_ ticket: InFlightQueue.Ticket) async -> Bool {
            await withCheckedContinuation { continuation in
                let early: Bool? = state.withLock { state in
                    if let isGranted = state.early.removeValue(forKey: ticket) { return isGranted }
                    state.waiting[ticket] = continuation
                    return nil
                }
                if let early { continuation.resume(returning: early) }
            }
        }
    }
}
