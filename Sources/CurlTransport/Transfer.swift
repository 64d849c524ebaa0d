import HTTPTransport
import Synchronization

/// One call of ``CurlTransport/execute(_:)`` on its way through the owner thread.
///
/// `@unchecked Sendable`: `request`, `deadline` and `continuation` are written before the transfer is handed over
/// through the mailbox, whose lock orders them; from then on everything but the atomic flag is read and written by the
/// owner thread alone.
final class Transfer: @unchecked Sendable {
    typealias Outcome = Result<HTTPResponse, HTTPFailure>

    enum Stage {
        /// Not yet seen by the owner thread, or ended.
        case idle
        case waiting(TransferSchedule<Transfer>.Ticket)
        case running(EasyHandle)
    }

    let request: HTTPRequest
    let deadline: MonotonicTime
    /// Set by any thread when the caller no longer waits.
    let isCancelled = Atomic<Bool>(false)
    var continuation: UnsafeContinuation<Outcome, Never>?
    var admitted: TargetRules.Admitted?
    var stage = Stage.idle

    init(_ request: HTTPRequest, deadline: MonotonicTime) {
        self.request = request
        self.deadline = deadline
    }

    /// Ends the call. The continuation is taken, so a second end does nothing.
    func finish(_ outcome: Outcome) {
        stage = .idle
        continuation.take()?.resume(returning: outcome)
    }

    /// Ends the call before the request was started.
    func reject(_ cause: HTTPFailure.Cause, _ detail: String) {
        finish(.failure(HTTPFailure(phase: .notStarted, cause: cause, detail: detail)))
    }
}
