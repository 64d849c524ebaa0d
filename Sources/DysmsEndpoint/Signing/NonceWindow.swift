import NotificationGateway
import Synchronization

/// The nonces that were used, for as long as a request that carries one could be sent again.
///
/// In memory alone, and bounded for each key: at the bound nothing is forgotten, a new nonce is just not kept, and the answer
/// says so. Share one between endpoints that follow one another, as when a configuration is reloaded.
public final class NonceWindow: Sendable {
    /// What is known of a nonce.
    enum Verdict: Sendable, Hashable {
        /// Never seen; seen from now on.
        case fresh
        /// Seen before.
        case used
        /// Never seen, and there is no room to remember it.
        case unremembered
    }

    /// The nonces of one key, by the minute in which they may be forgotten; as hashes, whose key is the process's own.
    private struct Nonces {
        var minutes: [Int64: Set<Int>] = [:]
        var count = 0

        mutating func forget(before minute: Int64) {
            for past in minutes.keys where past < minute { count -= minutes.removeValue(forKey: past)?.count ?? 0 }
        }
    }

    private let capacity: Int
    private let nonces = Mutex<[String: Nonces]>([:])

    /// Makes an empty window.
    ///
    /// - Parameter capacity: most nonces of a key; each takes about sixteen bytes. The default is enough for a thousand requests
    ///   a second.
    public init(capacity: Int = 1_000_000) {
        self.capacity = capacity
    }

    /// Takes note of a nonce of a key's. Only for requests whose signature is right: nobody else may fill it.
    func claim(_ nonce: String, of key: EndpointKey, timestamp: WallTime, now: WallTime) -> Verdict {
        var hasher = Hasher()
        hasher.combine(nonce)
        let hash = hasher.finalize()
        // The last minute in which a copy would still be taken.
        let minute = (timestamp.secondsSinceEpoch + Authenticator.clockTolerance) / 60
        return nonces.withLock { all in
            var own = all.removeValue(forKey: key.id) ?? Nonces()
            defer { all[key.id] = own }
            own.forget(before: now.secondsSinceEpoch / 60)
            if own.minutes.values.contains(where: { $0.contains(hash) }) { return .used }
            guard own.count < capacity else { return .unremembered }
            own.minutes[minute, default: []].insert(hash)
            own.count += 1
            return .fresh
        }
    }
}
