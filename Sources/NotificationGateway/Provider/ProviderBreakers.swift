import Synchronization

/// The circuits of one provider, shared by all sends.
///
/// While nothing is wrong a send costs one atomic load. The lock is held for a few comparisons, never across an await.
final class ProviderBreakers: Sendable {
    /// Whether the circuits are not quiet. Written under the lock alone, so that it never says less than they do; read
    /// without it, so that an acceptance at the instant of the first failure may go uncounted, which a rate survives.
    private let mark = Atomic<Bool>(false)
    private let circuits = Mutex(ProviderCircuits())

    /// Whether there is something to report acceptances to, and to ask before a message.
    var isMarked: Bool { mark.load(ordering: .relaxed) }

    func accepted(_ binding: BindingKey, at now: MonotonicTime) -> [ProviderCircuits.Transition] {
        update { $0.accepted(binding, at: now) }
    }

    func failed(
        _ error: ProviderError, _ binding: BindingKey, at now: MonotonicTime, time: WallTime
    ) -> ProviderCircuits.Transition? {
        update { $0.failed(error, binding, at: now, time: time) }
    }

    private func update<Answer: Sendable>(_ change: (inout ProviderCircuits) -> Answer) -> Answer {
        circuits.withLock { circuits in
            let answer = change(&circuits)
            mark.store(!circuits.isQuiet, ordering: .relaxed)
            return answer
        }
    }

    /// Whether everything passes that is made from a binding.
    func isClosed(_ binding: BindingKey, at now: MonotonicTime) -> Bool {
        !isMarked || circuits.withLock { $0.isClosed(binding, at: now) }
    }

    /// How well the provider stands for a message; takes the slot of a probe where the message will be one.
    func standing(
        _ binding: BindingKey, at now: MonotonicTime, bits: UInt64?, takingProbe: Bool
    ) -> ProviderCircuits.Standing {
        circuits.withLock { circuits in
            let standing = circuits.standing(binding, at: now, bits: bits)
            if takingProbe, standing == .closed { circuits.takeProbe(binding, at: now) }
            return standing
        }
    }

    func health(at now: MonotonicTime, time: WallTime) -> ProviderHealth {
        isMarked ? circuits.withLock { $0.health(at: now, time: time) } : .healthy
    }
}
