import NotificationGateway
import Synchronization

/// The `Date` of answers: written out once a second.
final class DateStamp: Sendable {
    private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    private let clock: any GatewayClock
    private let last = Mutex((second: Int64.min, text: ""))

    init(_ clock: any GatewayClock) { self.clock = clock }

    /// Now, as RFC 9110 (5.6.7) writes it.
    var text: String {
        let now = clock.wallTime
        let second = now.secondsSinceEpoch
        return last.withLock { last in
            if last.second != second { last = (second, Self.write(now)) }
            return last.text
        }
    }

    private static func write(_ time: WallTime) -> String {
        let parts = time.components
        let day = Int((time.secondsSinceEpoch / 86_400 % 7 + 7) % 7)
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return "\(days[day]), \(two(parts.day)) \(months[parts.month - 1]) \(parts.year) "
            + "\(two(parts.hour)):\(two(parts.minute)):\(two(parts.second)) GMT"
    }
}
