import Foundation
import NotificationGateway
import Testing

@testable import notify

@Suite("Arguments")
struct ArgumentTests {
    @Test(
        "name what stands only once at most once",
        arguments: [
            ["send", "--id", "a", "--id", "b"], ["send", "--id=a", "--id=a"], ["send", "--id=a", "--id", "b"],
            ["check", "--config", "a", "--json", "--config", "b"], ["query", "--to", "1", "--to", "2"],
        ])
    func twice(_ arguments: [String]) {
        #expect(throws: CommandFailure.self) { try Arguments.refuseRepeated(arguments) }
    }

    @Test(
        "may repeat what means the same twice, or takes a list",
        arguments: [
            ["send", "--to", "1", "--to", "2", "--tag", "a", "--tag", "b", "--param", "a=1", "--param", "b=2"],
            ["send", "--json", "--json", "--id", "--json"], ["send", "--id", "a", "--", "--id", "b"],
            ["sandbox", "--account", "a:b", "--account", "c:d"], [], ["--help", "--help"],
        ])
    func manyTimes(_ arguments: [String]) {
        #expect(throws: Never.self) { try Arguments.refuseRepeated(arguments) }
    }

    @Test(
        "name a point in time as RFC 3339 does",
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2026-11-24T12:00:00Z", 1_795_521_600_000_000_000),
            ("2026-11-24t20:00:00.5+08:00", 1_795_521_600_500_000_000),
            ("2026-11-24T11:30:00.123456789-00:30", 1_795_521_600_123_456_789), ("9999-12-31T23:59:59Z", .max),
        ] as [(String, Int64)])
    func times(_ text: String, _ nanoseconds: Int64) {
        #expect(Timestamp.read(text)?.nanosecondsSinceEpoch == nanoseconds)
    }

    @Test(
        "that are no point in time are refused",
        arguments: [
            "", "2026-11-24", "2026-11-24T12:00:00", "2026-11-24 12:00:00Z", "2026-02-30T12:00:00Z",
            "2026-13-01T12:00:00Z",
            "2026-11-24T24:00:00Z", "2026-11-24T12:60:00Z", "2026-11-24T12:00:00Zx", "99999-11-24T12:00:00Z",
            "2026-11-24T12:00:00+0800", "2026-11-24T12:00:00+24:00", "2026-11-24T12:00:00.Z", "２０２６-11-24T12:00:00Z",
        ])
    func noTimes(_ text: String) {
        #expect(Timestamp.read(text) == nil)
    }
}
