import Synchronization

/// Keeps deliveries in memory: what was sent before a restart is not known after it.
///
/// Bounded: beyond its capacity the oldest delivery is dropped before its window is over, so at a hundred messages a second the
/// standard capacity reaches back some seventeen minutes. A delivery counts as often as it has recipients. Claims count
/// too and are never dropped, nor is the newest delivery, however large.
public final class InMemoryDeliveryStore: DeliveryStore {
    /// The most recipients of all deliveries together, where nobody says.
    public static let standardCapacity = 100_000

    private let clock: any GatewayClock
    private let table: Mutex<Table>

    /// Makes an empty store.
    ///
    /// - Parameters:
    ///   - capacity: the most recipients of all deliveries together; at least 1. Count with one to two KiB for each.
    ///   - clock: its monotonic time ends the windows, so that a set calendar clock neither doubles nor refuses messages.
    public init(capacity: Int = standardCapacity, clock: any GatewayClock = SystemClock()) {
        self.clock = clock
        table = Mutex(Table(capacity: max(1, capacity)))
    }

    /// Takes an id, or says what is kept under it.
    public func claim(_ claim: DeliveryClaim) async throws(DeliveryStoreFailure) -> DeliveryClaim.Answer {
        let now = clock.now
        return table.withLock { $0.claim(claim.messageID, now: now) }
    }

    /// Keeps a delivery, and drops the oldest where there is no room.
    public func keep(_ delivery: KeptDelivery, for window: Duration) async throws(DeliveryStoreFailure) {
        let end = clock.now + window
        table.withLock { $0.keep(delivery, until: end) }
    }

    /// Forgets a claim.
    public func release(_ id: MessageID) async throws(DeliveryStoreFailure) { table.withLock { $0.release() } }

    /// How many deliveries are kept, those whose window is over and that nobody asked for since included.
    public var count: Int { table.withLock { $0.count } }

    /// The state. Pure: the time comes in.
    private struct Table {
        struct Entry {
            var kept: KeptDelivery
            var end: MonotonicTime
            var number: UInt64

            var weight: Int { max(1, kept.delivery.recipients.count) }
        }

        let capacity: Int
        private var entries: [MessageID: Entry] = [:]
        /// In the order in which they were kept; an id that was used anew stands here twice, and only its last number counts.
        private var order = FIFO<(id: MessageID, number: UInt64)>()
        private var lastNumber: UInt64 = 0
        private var weight = 0
        private var claims = 0

        init(capacity: Int) { self.capacity = capacity }

        var count: Int { entries.count }

        mutating func claim(_ id: MessageID, now: MonotonicTime) -> DeliveryClaim.Answer {
            dropEnded(now: now)
            if let entry = entries[id] {
                if now < entry.end { return .kept(entry.kept) }
                remove(id)
            }
            claims += 1
            makeRoom()
            return .granted
        }

        mutating func keep(_ kept: KeptDelivery, until end: MonotonicTime) {
            claims = max(0, claims - 1)
            let id = kept.delivery.messageID
            remove(id)
            lastNumber += 1
            let entry = Entry(kept: kept, end: end, number: lastNumber)
            weight += entry.weight
            entries[id] = entry
            order.append((id, lastNumber))
            makeRoom()
            // Windows of different lengths end in another order than they began, and leave marks of what is gone.
            if order.count > 2 * entries.count + 64 { order.filter { entries[$0.id]?.number == $0.number } }
        }

        mutating func release() { claims = max(0, claims - 1) }

        private mutating func dropEnded(now: MonotonicTime) {
            while let first = order.first {
                if let entry = entries[first.id], entry.number == first.number, now < entry.end { return }
                dropFirst()
            }
        }

        private mutating func makeRoom() {
            while weight + claims > capacity, entries.count > 1 { dropFirst() }
        }

        private mutating func dropFirst() {
            guard let first = order.popFirst(), entries[first.id]?.number == first.number else { return }
            remove(first.id)
        }

        private mutating func remove(_ id: MessageID) {
            guard let entry = entries.removeValue(forKey: id) else { return }
            weight -= entry.weight
        }
    }
}
