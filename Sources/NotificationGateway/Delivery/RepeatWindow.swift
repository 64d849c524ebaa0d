import Logging
import Synchronization

/// Sends a message with a caller's id once: calls at the same time join one send, later ones get the kept delivery.
///
/// A send runs in a task of its own, because it must go on when the call that began it is cancelled and others wait.
final class RepeatWindow: Sendable {
    /// How a call ends.
    private enum Ending: Sendable {
        case delivered(Delivery)
        /// The id is kept for something else, or the store failed.
        case refused(ProviderError)
        /// This call was cancelled and the send goes on for others.
        case left
        /// The send was cancelled before this call came, and nothing was sent.
        case again
    }

    /// How a call with an id that was used before was answered.
    private enum Repeat: String {
        /// With the delivery of a send that was under way.
        case joined
        /// With a delivery that was kept.
        case kept
        /// Not at all: the id is another message's.
        case refused

        func count() { Metric.repeats.count(rawValue) }
    }

    private struct State {
        var machine = JoinMachine()
        var sends: [MessageID: Task<Void, Never>] = [:]
        var waiting: [JoinMachine.Caller: CheckedContinuation<Ending, Never>] = [:]
        /// Ends that came before their caller waited for them.
        var early: [JoinMachine.Caller: Ending] = [:]
    }

    private let store: any DeliveryStore
    private let key: KeyedHash.Key
    private let state = Mutex(State())

    init(store: any DeliveryStore, key: KeyedHash.Key) {
        self.store = store
        self.key = key
    }

    /// What one call asks for.
    struct Call: Sendable {
        var message: Message
        var id: MessageID
        var window: Duration
        var defaultCountry: CountryCode?
        var logger: Logger
        var send: @Sendable () async -> Delivery
    }

    /// Sends, joins or looks up.
    func deliver(_ call: Call) async -> Delivery {
        let fingerprint = MessageFingerprint(call.message, defaultCountry: call.defaultCountry, key: key)
        while true {
            guard let caller = arrive(call, fingerprint) else { return Self.refusal(of: call, Self.conflict) }
            switch await ending(of: caller, call.id) {
            case .delivered(let delivery): return delivery
            case .refused(let error): return Self.refusal(of: call, error)
            case .left: return Self.refusal(of: call, Self.left, .uncertain)
            case .again: continue
            }
        }
    }

    private func arrive(_ call: Call, _ fingerprint: MessageFingerprint) -> JoinMachine.Caller? {
        // A call that is cancelled already must not send in the moment before its own task hears of it.
        let isCancelled = Task.isCancelled
        // A task of its own leaves the threads that its caller prefers, unless it is told of them.
        let executor = withUnsafeCurrentTask { $0?.unownedTaskExecutor?.asTaskExecutor() }
        return state.withLock { state in
            switch state.machine.arrive(call.id, fingerprint) {
            case .conflict:
                Repeat.refused.count()
                return nil
            case .join(let caller):
                Repeat.joined.count()
                return caller
            case .lead(let caller):
                state.sends[call.id] = Task(executorPreference: executor) {
                    if isCancelled { withUnsafeCurrentTask { $0?.cancel() } }
                    await self.run(call, fingerprint)
                }
                return caller
            }
        }
    }

    // MARK: Waiting

    private func ending(of caller: JoinMachine.Caller, _ id: MessageID) async -> Ending {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let early: Ending? = state.withLock { state in
                    if let ending = state.early.removeValue(forKey: caller) { return ending }
                    state.waiting[caller] = continuation
                    return nil
                }
                if let early { continuation.resume(returning: early) }
            }
        } onCancel: {
            leave(caller, id)
        }
    }

    private func leave(_ caller: JoinMachine.Caller, _ id: MessageID) {
        let (continuation, send) = state.withLock { state in
            switch state.machine.leave(caller, id) {
            case .none: return (nil, nil) as (CheckedContinuation<Ending, Never>?, Task<Void, Never>?)
            case .cancelSend: return (nil, state.sends[id])
            case .answer: return (Self.take(caller, .left, &state), nil)
            }
        }
        continuation?.resume(returning: .left)
        send?.cancel()
    }

    /// Whom to resume; an ending whose caller does not wait yet is left for it.
    private static func take(
        _ caller: JoinMachine.Caller, _ ending: Ending, _ state: inout State
    ) -> CheckedContinuation<Ending, Never>? {
        let continuation = state.waiting.removeValue(forKey: caller)
        if continuation == nil { state.early[caller] = ending }
        return continuation
    }

    // MARK: One send

    private func run(_ call: Call, _ fingerprint: MessageFingerprint) async {
        let (ending, isNothingSent) = await outcome(of: call, fingerprint)
        let resumed = state.withLock { state in
            state.sends[call.id] = nil
            let (answered, again) = state.machine.end(call.id, isNothingSent: isNothingSent)
            return answered.compactMap { caller in Self.take(caller, ending, &state).map { ($0, ending) } }
                + again.compactMap { caller in Self.take(caller, .again, &state).map { ($0, .again) } }
        }
        for (continuation, ending) in resumed { continuation.resume(returning: ending) }
    }

    private func outcome(of call: Call, _ fingerprint: MessageFingerprint) async -> (Ending, isNothingSent: Bool) {
        do throws(DeliveryStoreFailure) {
            switch try await store.claim(DeliveryClaim(messageID: call.id, fingerprint: fingerprint)) {
            case .granted: break
            case .kept(let kept):
                guard kept.fingerprint == fingerprint else {
                    Repeat.refused.count()
                    return (.refused(Self.conflict), false)
                }
                Repeat.kept.count()
                return (.delivered(kept.delivery), false)
            }
        } catch {
            let words = "nobody knows whether this id was used: \(error.message)"
            return (.refused(ProviderError(.storageFailed, .rejected, message: words)), true)
        }
        let delivery = await call.send()
        // Surely nobody took it: giving it again can do no harm, and is what the caller means by it.
        let isNothingSent = delivery.recipients.allSatisfy { $0.outcome == .rejected }
        do throws(DeliveryStoreFailure) {
            if isNothingSent {
                try await store.release(call.id)
            } else {
                try await store.keep(KeptDelivery(fingerprint: fingerprint, delivery: delivery), for: call.window)
            }
        } catch {
            call.logger.error(
                "delivery not kept",
                metadata: ["notify.message_id": "\(call.id)", "notify.cause": "\(error.message)"])
        }
        return (.delivered(delivery), isNothingSent)
    }

    // MARK: Answers without a send

    private static let conflict = ProviderError(
        .invalidRequest, .rejected,
        message: "this id was used for another content or other recipients; give each message an id of its own")

    private static let left = ProviderError(
        .cancelled, .unknown,
        message: "cancelled while the send of this id went on for another call; ask again by the same id")

    private static func refusal(of call: Call, _ error: ProviderError, _ outcome: Outcome = .rejected) -> Delivery {
        Delivery(
            messageID: call.id, mode: .live,
            recipients: call.message.recipients.map {
                RecipientResult(given: $0, recipient: nil, outcome: outcome, error: error)
            })
    }
}
