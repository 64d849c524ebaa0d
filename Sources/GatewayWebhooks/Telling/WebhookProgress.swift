import GatewayOutbox
import NotificationGateway

/// How far one endpoint is with one event.
enum WebhookProgress: Sendable, Hashable {
    /// It has taken the event, wants no more, or was tried as often as is allowed.
    case done
    /// It is to be told, for the first time or again.
    case open(tries: Int, notBefore: WallTime?)
}

/// What a dispatcher knows of events that it gave back to the store, which keeps one time for an event and nothing of endpoints.
///
/// Only in memory: after a restart every endpoint is told again that had taken such an event, and how often the others were
/// told is guessed by the event's age.
struct WebhookMemory {
    typealias Progress = [Int: WebhookProgress]

    /// Of so many events it is known who has taken them; of others everybody is told again.
    static let capacity = 100_000
    /// An event that has not come back so long after its time is in the hands of another process.
    static let patience = Duration.seconds(3600)

    private var known: [Int64: (progress: Progress, until: WallTime)] = [:]

    /// Keeps what is known of an event that comes back at a time.
    mutating func remember(_ sequence: Int64, _ progress: Progress, back time: WallTime, now: WallTime) {
        if known.count >= Self.capacity { known = known.filter { $0.value.until > now } }
        guard known.count < Self.capacity else { return }
        known[sequence] = (progress, time + Self.patience)
    }

    /// What is known of an event that came back.
    mutating func recall(_ sequence: Int64) -> Progress { known.removeValue(forKey: sequence)?.progress ?? [:] }
}

/// What is to be done with an event once every endpoint was tried that could be.
enum WebhookEnding: Sendable, Hashable {
    /// There is nobody left to be told.
    case finish
    /// To be taken again at a time. `counts` says whether somebody was told in vain, or nobody could be told yet.
    case giveBack(at: WallTime, counts: Bool)

    /// Of an event that some endpoints are through with.
    init(after progress: some Collection<WebhookProgress>, hasFailed: Bool, now: WallTime) {
        let times = progress.compactMap { progress -> WallTime? in
            guard case .open(_, let notBefore) = progress else { return nil }
            return notBefore ?? now
        }
        self = times.min().map { .giveBack(at: $0, counts: hasFailed) } ?? .finish
    }
}
