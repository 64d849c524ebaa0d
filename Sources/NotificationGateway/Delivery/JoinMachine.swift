/// Decides who sends and who waits when calls give the same id at once. Pure: events in, decisions out.
///
///     arrive ── nobody sends ──→ lead            leave ── others wait ──→ answer this caller alone
///        ├──── same content ───→ join                └── nobody else ──→ cancel the send, and wait for its end
///        └── another content ──→ conflict
///     end ──→ everybody who waits gets the delivery; those who came after it was cancelled try anew where nothing was sent
struct JoinMachine: Sendable {
    /// One call that waits; numbered in the order of arrival.
    typealias Caller = UInt64

    enum Arrival: Sendable, Hashable {
        /// Send, and wait for the end like everybody else.
        case lead(Caller)
        /// Wait for the end.
        case join(Caller)
        /// The id is in use for something else.
        case conflict
    }

    enum Departure: Sendable, Hashable {
        /// The send goes on for others; this caller is answered at once.
        case answer
        /// Nobody else waits: the send ends early, and this caller gets what came of it.
        case cancelSend
        /// The call is over already.
        case none
    }

    private struct Run: Sendable {
        var fingerprint: MessageFingerprint
        var waiting: Set<Caller>
        /// Set when the send is cancelled: callers who come later did not want that.
        var firstAfterCancellation: Caller?
    }

    private var runs: [MessageID: Run] = [:]
    private var lastCaller: Caller = 0

    /// How many sends are under way.
    var count: Int { runs.count }

    /// A call begins.
    mutating func arrive(_ id: MessageID, _ fingerprint: MessageFingerprint) -> Arrival {
        guard let run = runs[id] else {
            lastCaller += 1
            runs[id] = Run(fingerprint: fingerprint, waiting: [lastCaller])
            return .lead(lastCaller)
        }
        guard run.fingerprint == fingerprint else { return .conflict }
        lastCaller += 1
        runs[id]?.waiting.insert(lastCaller)
        return .join(lastCaller)
    }

    /// The task of a call was cancelled.
    mutating func leave(_ caller: Caller, _ id: MessageID) -> Departure {
        guard let run = runs[id], run.waiting.contains(caller) else { return .none }
        guard run.waiting.count == 1, run.firstAfterCancellation == nil else {
            runs[id]?.waiting.remove(caller)
            return .answer
        }
        runs[id]?.firstAfterCancellation = lastCaller + 1
        return .cancelSend
    }

    /// The send ended; says whom to answer with its end, and who may try anew.
    ///
    /// - Parameter isNothingSent: whether the id is free again.
    mutating func end(_ id: MessageID, isNothingSent: Bool) -> (answered: [Caller], again: [Caller]) {
        guard let run = runs.removeValue(forKey: id) else { return ([], []) }
        let waiting = run.waiting.sorted()
        guard isNothingSent, let first = run.firstAfterCancellation else { return (waiting, []) }
        return (waiting.filter { $0 < first }, waiting.filter { $0 >= first })
    }
}
