import NotificationGateway

/// The vendor's calendar: that of GMT+8, the whole year round.
enum VendorTime {
    /// How far it is ahead of UTC, in seconds.
    private static let offset: Int64 = 8 * 3_600
    /// The length of a day in seconds.
    static let day: Int64 = 86_400

    /// `yyyy-MM-dd HH:mm:ss`.
    static func text(of time: WallTime) -> String {
        let bytes = time.advanced(by: offset).timestamp.utf8.dropLast()
        return String(decoding: bytes.map { $0 == UInt8(ascii: "T") ? 0x20 : $0 }, as: UTF8.self)
    }

    /// The beginning of a day that is written as `yyyyMMdd`; `nil` for anything else.
    static func beginning(ofDay text: String) -> WallTime? {
        let digits = Array(text.utf8)
        guard digits.count == 8, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        func number(_ range: Range<Int>) -> Int { digits[range].reduce(0) { $0 * 10 + Int($1 - 0x30) } }
        let day = WallTime.Components(year: number(0..<4), month: number(4..<6), day: number(6..<8))
        return WallTime(day)?.advanced(by: -offset)
    }
}
