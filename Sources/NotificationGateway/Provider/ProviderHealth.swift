/// What a provider's last attempts told about it: the circuits that are not closed, each with its cause.
///
/// Only the vendor's and the account's own failures count; a wrong number, a blocked recipient or a cancelled call never do,
/// in no direction.
public struct ProviderHealth: Sendable, Hashable {
    /// What a circuit stands for.
    public enum Scope: Sendable, Hashable {
        /// The account, for every message: balance, credentials, permission.
        case account
        /// The vendor's service, for every message: errors, time-outs, lost connections.
        case service
        /// The pace: the vendor named a time before which it takes nothing.
        case pace
        /// One binding: a sender or a template that is not approved. `nil` for finished text.
        case binding(TemplateName?)

        /// The bounded label for metrics.
        public var metricLabel: String {
            switch self {
            case .account: "account"
            case .service: "service"
            case .pace: "pace"
            case .binding: "binding"
            }
        }
    }

    /// How much passes.
    public enum State: Sendable, Hashable {
        /// Nothing before the time, unless every provider of a route is open.
        case open(until: WallTime)
        /// Single messages, to see whether it works again.
        case probing
        /// A share of the messages in percent, which grows while it works and shrinks while it fails.
        case partial(percent: Int)

        /// The bounded name for metrics and JSON.
        public var name: String {
            switch self {
            case .open: "open"
            case .probing: "probing"
            case .partial: "partial"
            }
        }
    }

    /// A circuit that is not closed.
    public struct Circuit: Sendable, Hashable, CustomStringConvertible {
        /// What it stands for.
        public var scope: Scope
        /// How much passes.
        public var state: State
        /// The reason of the failure that opened it.
        public var reason: Reason
        /// The vendor's text or ours, of that failure.
        public var message: String
        /// When it opened.
        public var since: WallTime

        /// State and cause in words.
        public var description: String {
            let what =
                switch scope {
                case .account, .service, .pace: scope.metricLabel
                case .binding(let template?): "binding of '\(template)'"
                case .binding(nil): "finished text"
                }
            let state =
                switch self.state {
                case .open(let until): "open until \(until.timestamp)"
                case .probing: "probing"
                case .partial(let percent): "takes \(percent) % of the messages"
                }
            return "\(what) \(state): \(reason.rawValue) since \(since.timestamp): \(message)"
        }
    }

    /// The circuits that are not closed, the vendor-wide ones first.
    public var circuits: [Circuit]

    /// Describes a provider's health.
    public init(circuits: [Circuit] = []) { self.circuits = circuits }

    /// Every circuit is closed.
    public static let healthy = ProviderHealth()
}
