public import NotificationGateway

/// The dates of HTTP headers (RFC 9110, section 5.6.7), in all three spellings that a reader must take.
///
///     Sun, 06 Nov 1994 08:49:37 GMT       what is sent today
///     Sunday, 06-Nov-94 08:49:37 GMT      RFC 850
///     Sun Nov  6 08:49:37 1994            C's asctime
public enum HTTPDate {
    /// Reads a date; `nil` when it is none.
    public static func parse(_ text: String) -> WallTime? {
        guard text.utf8.count <= 64 else { return nil }
        let words = text.utf8.split { $0 == 0x20 || $0 == 0x2C }.map { String(decoding: $0, as: UTF8.self) }
        switch words.count {
        case 4 where isZone(words[3]):
            let date = words[1].split(separator: "-", omittingEmptySubsequences: false).map(String.init)
            return date.count == 3 ? time(year: date[2], month: date[1], day: date[0], clock: words[2]) : nil
        case 5: return time(year: words[4], month: words[1], day: words[2], clock: words[3])
        case 6 where isZone(words[5]): return time(year: words[3], month: words[2], day: words[1], clock: words[4])
        default: return nil
        }
    }

    private static func isZone(_ word: String) -> Bool { word == "GMT" || word == "UTC" }

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    private static func month(_ name: String) -> Int? { months.firstIndex(of: name).map { $0 + 1 } }

    private static func time(year: String, month: String, day: String, clock: String) -> WallTime? {
        let parts = clock.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, let year = fullYear(year), let month = self.month(month),
            let day = number(day, in: 1...31),
            let hour = number(parts[0], in: 0...23), let minute = number(parts[1], in: 0...59),
            let second = number(parts[2], in: 0...60)
        else { return nil }
        // A leap second is counted on, into the next minute.
        let components = WallTime.Components(year: year, month: month, day: day, hour: hour, minute: minute)
        return WallTime(components)?.advanced(by: Int64(second))
    }

    /// Four digits as they are; two digits, as RFC 850 has them, between 1970 and 2069.
    private static func fullYear(_ text: String) -> Int? {
        switch text.utf8.count {
        case 4: number(text, in: 1970...2200)
        case 2: number(text, in: 0...99).map { $0 < 70 ? 2000 + $0 : 1900 + $0 }
        default: nil
        }
    }

    private static func number(_ text: some StringProtocol, in range: ClosedRange<Int>) -> Int? {
        guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }), let value = Int(text),
            range.contains(value)
        else { return nil }
        return value
    }
}
