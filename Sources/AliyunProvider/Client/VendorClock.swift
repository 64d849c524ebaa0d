import HTTPProviderSupport
import HTTPTransport
import NotificationGateway
import Synchronization

/// How far the vendor's clock is ahead of this machine's, as far as its answers have told.
///
/// Zero until a request is refused for its timestamp. All calls of a client share it, and the last answer counts.
final class VendorClock: Sendable {
    /// Less than this explains no refusal: the vendor takes what is up to fifteen minutes off.
    private static let leastSkew = 60
    /// A clock may have started at 1970; what is further off is no time.
    private static let greatestSkew = 100 * 366 * 86_400

    private let seconds = Atomic<Int64>(0)

    /// Seconds to add to the local time; negative when the local clock is ahead.
    var offset: Int64 { seconds.load(ordering: .relaxed) }

    /// Takes the time of an answer that refused a timestamp.
    ///
    /// - Parameters:
    ///   - used: the offset that was in the refused timestamp.
    ///   - now: the local time.
    /// - Returns: whether another timestamp would be worth a try.
    func learn(from response: HTTPResponse, refusing used: Int64, now: WallTime) -> Bool {
        guard let date = response.headers["Date"].flatMap(HTTPDate.parse) else { return false }
        let ahead = date.secondsSinceEpoch - now.secondsSinceEpoch
        guard ahead.magnitude <= Self.greatestSkew, (ahead - used).magnitude >= Self.leastSkew else { return false }
        seconds.store(ahead, ordering: .relaxed)
        return true
    }

    /// Goes back to the local time: an offset that did not help is no better.
    func forget() { seconds.store(0, ordering: .relaxed) }
}
