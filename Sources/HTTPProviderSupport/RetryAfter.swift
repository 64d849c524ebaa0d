public import HTTPTransport
public import NotificationGateway

/// What a vendor says about when to come again.
public enum RetryAfter {
    /// The longest pause that is believed: a year. Longer ones are a mistake, and would overflow sums of time.
    public static let longest = Duration.seconds(366 * 86_400)

    /// Reads the `Retry-After` header of an answer. Its date is judged by the answer's own `Date`: both are of the
    /// server's clock, which may differ from the local one.
    ///
    /// - Parameter now: the local time, for an answer without a date.
    /// - Returns: `nil` when there is no such header, or none that can be read.
    public static func pause(in headers: HTTPHeaderBlock, now: WallTime) -> Duration? {
        guard let text = headers["Retry-After"] else { return nil }
        return parse(text, now: headers["Date"].flatMap(HTTPDate.parse) ?? now)
    }

    /// Reads a `Retry-After` header (RFC 9110, section 10.2.3): seconds, or an HTTP date.
    ///
    /// - Parameter now: for dates; one that has passed means no pause.
    /// - Returns: `nil` when it is neither.
    public static func parse(_ text: String, now: WallTime) -> Duration? {
        if let seconds = wholeNumber(text) { return min(.seconds(seconds), longest) }
        guard let date = HTTPDate.parse(text) else { return nil }
        return min(.seconds(max(0, date.secondsSinceEpoch - now.secondsSinceEpoch)), longest)
    }

    /// Reads a positive whole number of milliseconds; `nil` for anything else.
    public static func parseMilliseconds(_ text: String) -> Duration? {
        guard let milliseconds = wholeNumber(text), milliseconds > 0 else { return nil }
        return min(.milliseconds(milliseconds), longest)
    }

    /// A number of any length: one that does not fit is a very long time, not none.
    private static func wholeNumber(_ text: String) -> Int64? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        return Int64(text) ?? .max
    }
}
