import Foundation
import NotificationGateway

/// Points in time as people and programs write them on a command line.
enum Timestamp {
    /// `2026-11-24T12:00:00Z`, `2026-11-24T20:00:00.5+08:00`; `nil` for anything that RFC 3339 does not allow, and for days
    /// that no calendar has: Foundation's own readers take the 30th of February for the 2nd of March.
    static func read(_ text: String) -> WallTime? {
        let form =
            /([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,9}))?(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))/
        guard let match = text.wholeMatch(of: form)?.output else { return nil }
        func number(_ digits: Substring?) -> Int { digits.flatMap { Int($0) } ?? 0 }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let components = DateComponents(
            calendar: calendar, year: number(match.1), month: number(match.2), day: number(match.3),
            hour: number(match.4), minute: number(match.5), second: number(match.6))
        let (hours, minutes) = (number(match.9), number(match.10))
        guard components.isValidDate, hours < 24, minutes < 60, let date = components.date else { return nil }
        let offset = (hours * 60 + minutes) * (match.8 == "-" ? -60 : 60)
        let time = WallTime(secondsSinceEpoch: Int64(date.timeIntervalSince1970) - Int64(offset))
        let fraction = (match.7.map(String.init) ?? "").padding(toLength: 9, withPad: "0", startingAt: 0)
        let (sum, overflow) = time.nanosecondsSinceEpoch.addingReportingOverflow(Int64(fraction) ?? 0)
        return overflow ? time : WallTime(nanosecondsSinceEpoch: sum)
    }
}
