import NotificationGateway
import Testing

@Suite("Calendar time")
struct WallTimeTests {
    @Test(
        "is written as RFC 3339 in UTC",
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (951_782_399, "2000-02-28T23:59:59Z"), (951_782_400, "2000-02-29T00:00:00Z"),
            (4_107_542_399, "2100-02-28T23:59:59Z"), (4_107_542_400, "2100-03-01T00:00:00Z"),
            (1_843_110_784, "2028-05-28T07:13:04Z"), (-1, "1969-12-31T23:59:59Z"),
        ])
    func timestamp(_ seconds: Int64, _ expected: String) {
        #expect(WallTime(secondsSinceEpoch: seconds).timestamp == expected)
    }

    @Test("is made of a date and a time of day again, whatever day that is")
    func components() {
        for day in stride(from: Int64(-106_000), through: 106_000, by: 1) {
            let time = WallTime(secondsSinceEpoch: day * 86_400 + (day + 200_000) % 86_400)
            #expect(WallTime(time.components) == time)
        }
    }

    @Test("is no time where the calendar has none, or nanoseconds end")
    func noSuchTime() {
        let none: [WallTime.Components] = [
            .init(year: 2027, month: 2, day: 29), .init(year: 2027, month: 4, day: 31),
            .init(year: 2027, month: 0, day: 1), .init(year: 2027, month: 13, day: 1),
            .init(year: 2027, month: 1, day: 0), .init(year: 2027, month: 1, day: 1, hour: 24),
            .init(year: 2027, month: 1, day: 1, hour: -1), .init(year: 2027, month: 1, day: 1, minute: 60),
            .init(year: 2027, month: 1, day: 1, second: 60), .init(year: 1900, month: 2, day: 29),
            .init(year: .max, month: 1, day: 1), .init(year: .min, month: 1, day: 1),
            .init(year: 2299, month: 1, day: 1), .init(year: 1601, month: 1, day: 1),
        ]
        for components in none { #expect(WallTime(components) == nil, "\(components)") }
        #expect(WallTime(.init(year: 2028, month: 2, day: 29))?.timestamp == "2028-02-29T00:00:00Z")
    }

    @Test("rounds seconds down on both sides of 1970")
    func rounds() {
        #expect(WallTime(nanosecondsSinceEpoch: -1).secondsSinceEpoch == -1)
        #expect(WallTime(nanosecondsSinceEpoch: 1_999_999_999).secondsSinceEpoch == 1)
    }

    @Test("stays at the end of what it can count, however absurd the date", arguments: [1, -1] as [Int64])
    func absurd(_ sign: Int64) {
        let end = WallTime(nanosecondsSinceEpoch: sign < 0 ? .min : .max)
        let year2999 = WallTime(secondsSinceEpoch: sign * 32_472_144_000)
        #expect(year2999 == end)
        #expect(WallTime(secondsSinceEpoch: sign < 0 ? .min : .max) == end)
        #expect(year2999.advanced(by: sign * 86_400) == end)
        #expect(WallTime(secondsSinceEpoch: 0).advanced(by: sign < 0 ? .min : .max) == end)
        #expect(year2999.timestamp.count == 20)
    }

    @Test(
        "a time is read as RFC 3339 writes it",
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2026-11-24T12:00:00Z", 1_795_521_600_000_000_000),
            ("2026-11-24t20:00:00.5+08:00", 1_795_521_600_500_000_000),
            ("2026-11-24T11:30:00.123456789-00:30", 1_795_521_600_123_456_789),
            ("2262-04-11T23:47:16.854775807Z", .max),
            ("2024-02-29T00:00:00Z", 1_709_164_800_000_000_000), ("1900-03-01T00:00:00Z", -2_203_891_200_000_000_000),
        ] as [(String, Int64)])
    func times(_ text: String, _ nanoseconds: Int64) {
        #expect(WallTime(timestamp: text)?.nanosecondsSinceEpoch == nanoseconds)
    }

    @Test(
        "what is no point in time is refused",
        arguments: [
            "", "2026-11-24", "2026-11-24T12:00:00", "2026-11-24 12:00:00Z", "2026-02-30T12:00:00Z",
            "1900-02-29T12:00:00Z", "2026-11-24T12:00:60Z", "2026-11-24T12:00:00.1234567890Z",
            "2026-13-01T12:00:00Z",
            "2026-11-24T24:00:00Z", "2026-11-24T12:60:00Z", "2026-11-24T12:00:00Zx", "99999-11-24T12:00:00Z",
            "2262-04-11T23:47:16.854775808Z", "2300-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z",
            "2026-11-24T12:00:00+0800", "2026-11-24T12:00:00+24:00", "2026-11-24T12:00:00.Z", "２０２６-11-24T12:00:00Z",
        ])
    func noTimes(_ text: String) {
        #expect(WallTime(timestamp: text) == nil)
    }

    @Test("what is written is read again, through the centuries")
    func roundTrip() {
        for day in stride(from: Int64(-90_000), to: 100_000, by: 13) {
            let time = WallTime(secondsSinceEpoch: day * 86_400 + 4_711)
            #expect(WallTime(timestamp: time.timestamp) == time)
        }
    }
}
