import GatewayOutbox
import NotificationGateway
import Synchronization

/// A log of events that tells a test what is done with them, and fails when a test says so.
final class WatchedLog: EventLog {
    /// What was done with an event.
    enum Note: Sendable, Hashable {
        case finished(Int64)
        case retried(Int64, WallTime)
        case returned(Int64, WallTime)
        case failed
    }

    private let base: any EventLog
    private let failing = Mutex(0)
    let notes: AsyncStream<Note>
    private let noted: AsyncStream<Note>.Continuation

    init(_ base: any EventLog) {
        self.base = base
        (notes, noted) = AsyncStream.makeStream()
    }

    /// Makes the next calls that settle something fail.
    func fail(_ count: Int) { failing.withLock { $0 = count } }

    /// Lets nothing through any more, as if the process had died.
    func die() { fail(.max) }

    private var isDead: Bool { failing.withLock { $0 > .max / 2 } }

    /// Waits for the next note.
    func next() async -> Note? {
        for await note in notes { return note }
        return nil
    }

    /// Waits until so many events are done with.
    func waitForFinished(_ count: Int) async {
        var left = count
        guard left > 0 else { return }
        for await note in notes {
            if case .finished = note { left -= 1 }
            if left == 0 { return }
        }
    }

    private func check() throws(OutboxStoreError) {
        let mustFail = failing.withLock { count in
            guard count > 0 else { return false }
            count -= 1
            return true
        }
        guard mustFail else { return }
        noted.yield(.failed)
        throw .diskFull
    }

    func takeEvents(
        for lease: Lease, limit: Int, now: WallTime
    ) async throws(OutboxStoreError) -> [OutboxEvent] {
        if isDead { return [] }
        return try await base.takeEvents(for: lease, limit: limit, now: now)
    }

    func renewEvents(_ sequences: [Int64], for lease: Lease) async throws(OutboxStoreError) -> Set<Int64> {
        if isDead { return [] }
        return try await base.renewEvents(sequences, for: lease)
    }

    func finishEvents(_ sequences: [Int64]) async throws(OutboxStoreError) {
        try check()
        try await base.finishEvents(sequences)
        for sequence in sequences { noted.yield(.finished(sequence)) }
    }

    func retryEvent(_ sequence: Int64, owner: LeaseOwner, at time: WallTime) async throws(OutboxStoreError) {
        try check()
        try await base.retryEvent(sequence, owner: owner, at: time)
        noted.yield(.retried(sequence, time))
    }

    func returnEvent(_ sequence: Int64, owner: LeaseOwner, at time: WallTime) async throws(OutboxStoreError) {
        try check()
        try await base.returnEvent(sequence, owner: owner, at: time)
        noted.yield(.returned(sequence, time))
    }

    func nextEventTime() async throws(OutboxStoreError) -> WallTime? {
        if isDead { return nil }
        return try await base.nextEventTime()
    }

    func purgeEvents(olderThan time: WallTime) async throws(OutboxStoreError) -> Int {
        try await base.purgeEvents(olderThan: time)
    }
}
