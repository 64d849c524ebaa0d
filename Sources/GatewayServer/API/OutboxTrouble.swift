import GatewayOutbox

/// The errors of a store that are nobody's mistake.
enum OutboxTrouble: Sendable, Hashable {
    case locked
    case diskFull
    case corrupted
    case failed

    /// `nil` for an error that says something about the request.
    init?(_ error: OutboxStoreError) {
        switch error {
        case .locked: self = .locked
        case .diskFull: self = .diskFull
        case .corrupted: self = .corrupted
        case .failed: self = .failed
        case .conflict, .unknownEntry, .leaseLost, .refused: return nil
        }
    }
}

extension Problem {
    /// What an error of the store means, where the request itself is in order.
    init(store error: OutboxStoreError) {
        switch error {
        case .unknownEntry: self = .noMessage
        case .conflict: self.init(.idInUse, "the id is another message's")
        case .refused(let state, let event):
            self.init(.wrongState, "the message is \(state.rawValue): it cannot be \(event.rawValue)")
        case .leaseLost: self.init(.wrongState, "the message is being sent")
        case .locked, .diskFull, .corrupted, .failed: self.init(OutboxTrouble(error) ?? .failed)
        }
    }

    /// There is no such message, or not for this caller.
    static let noMessage = Problem(.notFound, "there is no message of this id")
}

/// Calls the store, and tells its errors as problems.
func storing<Value>(
    _ body: () async throws(OutboxStoreError) -> Value
) async throws(Problem) -> Value {
    do throws(OutboxStoreError) { return try await body() } catch { throw Problem(store: error) }
}
