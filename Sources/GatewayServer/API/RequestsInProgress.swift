import GatewayOutbox
import Synchronization

/// The idempotency keys of the requests that are being carried out by this process: one at a time each.
final class RequestsInProgress: Sendable {
    private struct Key: Hashable {
        var key: IdempotencyKey
        var tenant: Tenant
    }

    private let keys = Mutex<Set<Key>>([])

    /// Whether nobody has the key now; it is the caller's then until ``end(_:_:)``.
    func begin(_ key: IdempotencyKey, _ tenant: Tenant) -> Bool {
        keys.withLock { $0.insert(Key(key: key, tenant: tenant)).inserted }
    }

    func end(_ key: IdempotencyKey, _ tenant: Tenant) {
        keys.withLock { _ = $0.remove(Key(key: key, tenant: tenant)) }
    }
}
