import Synchronization

/// Whether a provider's account works, as far as its last attempts told.
///
/// Only failures that are the account's fault (credentials, balance, permission, approval) make it unhealthy; a wrong number,
/// a blocked recipient or a busy moment never do. The next message that it takes makes it healthy again.
public enum ProviderHealth: Sendable, Hashable {
    /// It took its last message, or was not used yet.
    case healthy
    /// It refused for a reason that a person has to mend.
    case unhealthy(reason: Reason, message: String, since: WallTime)
}

/// The health of one provider, shared by all sends.
final class HealthRecord: Sendable {
    /// Whether the state is not `healthy`. Read on every success, so that the common case is one load and no lock; written
    /// under the lock alone, so that it never says less than the state.
    private let isMarked = Atomic<Bool>(false)
    private let state = Mutex(ProviderHealth.healthy)

    var current: ProviderHealth { state.withLock { $0 } }

    func recordAcceptance() {
        guard isMarked.load(ordering: .relaxed) else { return }
        state.withLock { state in
            state = .healthy
            isMarked.store(false, ordering: .relaxed)
        }
    }

    /// Takes a failure into account, and says whether it made a healthy provider unhealthy.
    func record(_ error: ProviderError, at time: WallTime) -> Bool {
        guard FallbackPolicy.row(for: error.reason).blame == .account else { return false }
        return state.withLock { state in
            guard state == .healthy else { return false }
            isMarked.store(true, ordering: .relaxed)
            state = .unhealthy(reason: error.reason, message: error.message, since: time)
            return true
        }
    }
}
