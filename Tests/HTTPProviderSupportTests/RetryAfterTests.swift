import HTTPProviderSupport
import HTTPTransport
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

    @Test(
        "a pause of more than a year is not believed, and still is a very long one",
        arguments: [
            "99999999999", "1000000000000", "9223372036854775807", "9223372036854775808",
            String(repeating: "9", count: 10_000),
        ])
    func longest(text: String) {
        #expect(RetryAfter.parse(text, now: Self.now) == RetryAfter.longest)
        #expect(RetryAfter.parseMilliseconds(text) == RetryAfter.longest)
        #expect(RetryAfter.parse("Fri, 31 Dec 2100 00:00:00 GMT", now: Self.now) == RetryAfter.longest)
        #expect(RetryAfter.parse("0000000000000000000000007", now: Self.now) == .seconds(7))
    }

    @Test("a date is judged by the answer's own date, and by the local clock where it has none")
    func serverClock() {
        func pause(_ retryAfter: String?, date: String?) -> Duration? {
            let fields = [("Retry-After", retryAfter), ("Date", date)].compactMap { name, value in
                value.map { HTTPRequest.Header(name, $0) }
            }
            return RetryAfter.pause(in: HTTPHeaderBlock(fields), now: Self.now)
        }
        let wanted = "Sun, 06 Nov 1994 08:50:37 GMT"
        #expect(pause(wanted, date: "Sun, 06 Nov 1994 08:50:07 GMT") == .seconds(30))
        #expect(pause(wanted, date: "Sun, 06 Nov 1994 09:50:37 GMT") == .zero)
        #expect(pause(wanted, date: nil) == .seconds(60) && pause(wanted, date: "now") == .seconds(60))
        #expect(pause("5", date: "Sun, 06 Nov 1994 08:50:07 GMT") == .seconds(5))
        #expect(pause(nil, date: "Sun, 06 Nov 1994 08:50:07 GMT") == nil && pause("soon", date: nil) == nil)
    }

    @Test(
        "anything else is nothing",
        arguments: ["", " ", "-1", "+1", "1.5", "1s", "soon", "1e3", "٣", "0x10", " 1"])
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
