/// What makes a copy of a request the very same request for a vendor that refuses a copy of one it has had.
///
/// A provider hands it out with the error of a request that may have arrived, and makes the same bytes again from it. Opaque
/// to everybody else.
public struct ReplayToken: Sendable, Hashable {
    /// The reference that the request carried.
    public var reference: String
    /// The number used once that the vendor remembers.
    public var nonce: String
    /// The time that was signed.
    public var timestamp: String

    /// Describes a request.
    public init(reference: String, nonce: String, timestamp: String) {
        self.reference = reference
        self.nonce = nonce
        self.timestamp = timestamp
    }
}

/// How far a vendor is trusted to refuse a copy of a request that it has had, so that sending the copy cannot double.
public enum ReplayGuard: String, Sendable, Hashable, CaseIterable {
    /// Not at all: a copy may be carried out like any request.
    case none
    /// As far as its documents go, which is enough for codes: a second one does no harm.
    case codes
    /// For every message: whoever runs the gateway has seen the vendor do it.
    case all

    /// Whether a message of a category may be sent as a copy.
    func covers(_ category: Category) -> Bool {
        switch self {
        case .none: false
        case .codes: category == .verification
        case .all: true
        }
    }
}
