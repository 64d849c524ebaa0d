import GatewayConfiguration
import NotificationGateway

/// What the tool tells the shell.
enum ExitStatus: Int32, Error {
    /// Accepted, or a dry run.
    case done = 0
    /// Rejected or failed.
    case failed = 1
    /// The call or the configuration is wrong.
    case usage = 2
    /// Nobody knows whether a vendor took the message.
    case uncertain = 3

    /// The status for an outcome.
    init(_ outcome: Outcome) {
        switch outcome {
        case .accepted, .dryRun: self = .done
        case .rejected: self = .failed
        case .uncertain: self = .uncertain
        }
    }
}

/// A command that cannot go on; the message says what is wrong and what to do.
struct CommandFailure: Error {
    var status: ExitStatus
    var message: String
    /// The mistakes of the configuration, where that is what is wrong.
    var diagnostics: [Diagnostic]

    init(_ status: ExitStatus, _ message: String, diagnostics: [Diagnostic] = []) {
        self.status = status
        self.message = message
        self.diagnostics = diagnostics
    }
}
