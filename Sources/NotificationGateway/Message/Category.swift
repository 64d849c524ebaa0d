/// Why a message is sent; decides the defaults for duplicates and deadlines.
public enum Category: String, Sendable, Hashable, CaseIterable {
    /// A code that its receiver waits for: late is worthless, twice does no harm.
    case verification
    /// News about the receiver's own affairs: twice is an annoyance.
    case notification
    /// Promotion: twice is a complaint.
    case marketing

    /// The time a message of this category has, from the call to its outcome, where neither it nor its route names one.
    public var defaultDeadline: Duration {
        switch self {
        case .verification: .seconds(15)
        case .notification: .seconds(60)
        case .marketing: .seconds(300)
        }
    }
}
