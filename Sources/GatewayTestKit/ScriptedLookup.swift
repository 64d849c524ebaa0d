public import NotificationGateway
import Synchronization

/// A status look-up that records each query and answers from a script.
public final class ScriptedLookup: StatusLookup {
    /// What becomes of one query.
    public enum Step: Sendable {
        /// The vendor has these records.
        case records([StatusRecord])
        /// The vendor has a record of exactly the request that was asked for.
        case found
        /// The vendor has none.
        case nothing
        /// The vendor could not be asked.
        case fail(ProviderError)
    }

    /// How long the vendor's records lag; `nil` for a vendor that promises no time.
    public let settlingTime: Duration?
    /// Whether the vendor searches by reference alone.
    public let findsByReferenceAlone: Bool
    private let steps: [Step]
    private let asked = Mutex<[StatusQuery]>([])

    /// Answers the first query by the first step, and so on; later ones by the last step, or by nothing.
    public init(_ steps: [Step], settlingTime: Duration? = nil, findsByReferenceAlone: Bool = true) {
        self.steps = steps
        self.settlingTime = settlingTime
        self.findsByReferenceAlone = findsByReferenceAlone
    }

    /// The queries so far.
    public var queries: [StatusQuery] { asked.withLock { $0 } }

    /// Records the query and does what the script says.
    ///
    /// - Throws: as scripted.
    public func records(for query: StatusQuery) async throws(ProviderError) -> [StatusRecord] {
        let number = asked.withLock { asked in
            asked.append(query)
            return asked.count
        }
        switch number <= steps.count ? steps[number - 1] : steps.last ?? .nothing {
        case .records(let records): return records
        case .found: return [StatusRecord(state: .pending, recipient: query.recipient, reference: query.reference)]
        case .nothing: return []
        case .fail(let error): throw error
        }
    }
}
