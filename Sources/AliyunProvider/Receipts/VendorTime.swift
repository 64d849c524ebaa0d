import NotificationGateway

/// The vendor's calendar times, which are those of GMT+8.
enum VendorTime {
    /// A time as if GMT+8 were UTC, for its calendar.
    static func shifted(_ time: WallTime) -> WallTime { time.advanced(by: 8 * 3_600) }

    /// Reads `2017-01-01 00:00:00`; `nil` for anything else.
    static func read(_ text: String) -> WallTime? {
        let digits = text.utf8.map { Int($0) - 0x30 }
        guard digits.count == 19 else { return nil }
        for (place, sign) in [(4, "-"), (7, "-"), (10, " "), (13, ":"), (16, ":")] as [(Int, Unicode.Scalar)]
        where digits[place] != Int(sign.value) - 0x30 { return nil }
        func number(_ places: Range<Int>) -> Int? {
            places.reduce(0 as Int?) { sum, place in
                guard let sum, 0...9 ~= digits[place] else { return nil }
                return sum * 10 + digits[place]
            }
        }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
            let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19)
        else { return nil }
        return WallTime(.init(year: year, month: month, day: day, hour: hour, minute: minute, second: second))?
            .advanced(by: -8 * 3_600)
    }
}
