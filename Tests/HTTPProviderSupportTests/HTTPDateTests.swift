import HTTPProviderSupport
import NotificationGateway
import Testing

struct HTTPDateTests {
    @Test(
        "all three spellings of RFC 9110 are read",
        arguments: [
            ("Sun, 06 Nov 1994 08:49:37 GMT", Int64(784_111_777)), ("Sunday, 06-Nov-94 08:49:37 GMT", 784_111_777),
            ("Sun Nov  6 08:49:37 1994", 784_111_777), ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
            ("Tue, 29 Feb 2000 23:59:59 GMT", 951_868_799), ("Thu, 29 Feb 2024 12:00:00 GMT", 1_709_208_000),
            ("Fri, 31 Dec 2100 00:00:00 GMT", 4_133_894_400), ("Wednesday, 01-Jan-69 00:00:00 GMT", 3_124_224_000),
            ("Thursday, 01-Jan-70 00:00:00 UTC", 0), ("Sat, 31 Dec 2016 23:59:60 GMT", 1_483_228_800),
        ])
    func spellings(text: String, seconds: Int64) {
        #expect(HTTPDate.parse(text) == WallTime(secondsSinceEpoch: seconds))
    }

    @Test(
        "days are read as the calendar counts them, from 1970 to 2105"
    )
    func everyDay() {
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        // 2100 is no leap year, and lies 47 482 days after 1970-01-01.
        for day in Array(stride(from: Int64(0), to: 135 * 365, by: 11)) + Array(47_300...47_900) {
            let time = WallTime(secondsSinceEpoch: day * 86_400 + 3_723)
            let parts = time.components
            let dayOfMonth = parts.day < 10 ? "0\(parts.day)" : "\(parts.day)"
            let text = "Mon, \(dayOfMonth) \(months[parts.month - 1]) \(parts.year) 01:02:03 GMT"
            guard HTTPDate.parse(text) == time else {
                Issue.record("\(text)")
                return
            }
        }
    }

    @Test(
        "what is no date is none",
        arguments: [
            "", "now", "0", "Sun, 06 Nov 1994 08:49:37 PST", "Sun, 06 Nov 1994 08:49:37",
            "Sun, 06 Nov 1994 24:00:00 GMT",
            "Sun, 06 Nov 1994 08:60:00 GMT", "Sun, 06 Nov 1994 08:49:61 GMT", "Sun, 00 Nov 1994 08:49:37 GMT",
            "Sun, 31 Feb 2026 08:49:37 GMT", "Sun, 29 Feb 2026 08:49:37 GMT", "Sun, 31 Apr 2026 08:49:37 GMT",
            "Sun, 06 nov 1994 08:49:37 GMT", "Sun, 06 Nov 994 08:49:37 GMT", "Sun, 06 Nov 1994 8:49 GMT",
            "Sun, -6 Nov 1994 08:49:37 GMT", "Sun, +6 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 9999 08:49:37 GMT",
            "Sun, 06 Nov 1994 08:49:37 GMT GMT", "1994-11-06T08:49:37Z", "Sun Nov 6 08:49:37 1994 x",
            "Sun, 06 Nov 1994 ::: GMT", "Sun, 06 Nov 1994 08:49:+7 GMT", "Sun, ٠٦ Nov 1994 08:49:37 GMT",
            String(repeating: " ,-", count: 100_000),
        ])
    func noDate(text: String) {
        #expect(HTTPDate.parse(text) == nil)
    }
}
