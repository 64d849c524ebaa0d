import HTTPProviderSupport
import NotificationGateway
import Testing

struct RetryAfterTests {
    /// Sun, 06 Nov 1994 08:49:37 GMT
    private static let now = WallTime(secondsSinceEpoch: 784_111_777)

    @Test(
        "seconds and dates are read; a date that has passed means no pause",
        arguments: [
            ("0", Duration.zero), ("1", .seconds(1)), ("0120", .seconds(120)),
            ("Sun, 06 Nov 1994 08:50:37 GMT", .seconds(60)), ("Sun, 06 Nov 1994 08:49:37 GMT", .zero),
            ("Sun, 06 Nov 1994 08:00:00 GMT", .zero), ("Sun Nov  6 09:49:37 1994", .seconds(3_600)),
        ])
    func parse(text: String, expected: Duration) {
        #expect(RetryAfter.parse(text, now: Self.now) == expected)
    }

    @Test("a pause of more than a year is not believed", arguments: ["99999999999", "Fri, 31 Dec 2100 00:00:00 GMT"])
    func longest(text: String) {
        #expect(RetryAfter.parse(text, now: Self.now) == RetryAfter.longest)
        #expect(RetryAfter.parseMilliseconds("999999999999") == RetryAfter.longest)
    }

    @Test(
        "anything else is nothing",
        arguments: ["", " ", "-1", "+1", "1.5", "1s", "soon", "1e3", "٣", "9999999999999", "0x10", " 1"])
    func nothing(text: String) {
        #expect(RetryAfter.parse(text, now: Self.now) == nil)
        #expect(RetryAfter.parseMilliseconds(text) == nil)
    }

    @Test("milliseconds are a positive whole number")
    func milliseconds() {
        #expect(RetryAfter.parseMilliseconds("1500") == .milliseconds(1_500))
        #expect(RetryAfter.parseMilliseconds("0") == nil)
        #expect(RetryAfter.parseMilliseconds("Sun, 06 Nov 1994 08:50:37 GMT") == nil)
    }
}
