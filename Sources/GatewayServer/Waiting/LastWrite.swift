import GatewayOutbox
import NotificationGateway
import Synchronization

/// How the last write to a store went, for who asks whether it can be written to: reading goes on where a disk is full.
final class LastWrite: Sendable {
    private struct Failure: Sendable {
        var trouble: OutboxTrouble
        var time: MonotonicTime
    }

    private let clock: any GatewayClock
    private let failure = Mutex<Failure?>(nil)

    init(_ clock: any GatewayClock) { self.clock = clock }

    /// The trouble of the last write, if that was less than so long ago; afterwards somebody has to try again.
    func trouble(within time: Duration) -> OutboxTrouble? {
        let now = clock.now
        guard let failure = failure.withLock({ $0 }), now - failure.time < time else { return nil }
        return failure.trouble
    }

    /// Writes, and remembers how that went. An error that says something about the request tells nothing about writing: the store
    /// may have found it without.
    func watching<Value>(
        _ write: () async throws(OutboxStoreError) -> Value
    ) async throws(OutboxStoreError) -> Value {
        do throws(OutboxStoreError) {
            let value = try await write()
            note(nil)
            return value
        } catch {
            if let trouble = OutboxTrouble(error) { note(trouble) }
            throw error
        }
    }

    private func note(_ trouble: OutboxTrouble?) {
        let now = clock.now
        failure.withLock { $0 = trouble.map { Failure(trouble: $0, time: now) } }
    }
}
