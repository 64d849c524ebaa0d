import CCurl

/// A point on the monotonic clock in nanoseconds; a plain number because the loop reads and compares it for every
/// message.
struct MonotonicTime: Comparable, Hashable, Sendable {
    var nanoseconds: Int64

    static var now: MonotonicTime { MonotonicTime(nanoseconds: ccurl_now()) }

    static func < (left: MonotonicTime, right: MonotonicTime) -> Bool { left.nanoseconds < right.nanoseconds }

    /// This point moved by a duration, kept inside what the clock can count.
    func advanced(by duration: Duration) -> MonotonicTime {
        let (sum, overflow) = nanoseconds.addingReportingOverflow(duration.clampedNanoseconds)
        return MonotonicTime(nanoseconds: overflow ? .max : sum)
    }

    func advanced(milliseconds: Int64) -> MonotonicTime {
        MonotonicTime(nanoseconds: nanoseconds + milliseconds * 1_000_000)
    }

    /// Whole milliseconds until a later point, rounded up so that a limit is never cut short; 0 when it has passed.
    func milliseconds(until later: MonotonicTime) -> Int {
        guard later > self else { return 0 }
        return Int((later.nanoseconds - nanoseconds - 1) / 1_000_000) + 1
    }
}

extension Duration {
    /// Nanoseconds between zero and 24 hours: longer waits are no different, and stay clear of every overflow.
    var clampedNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        return min(seconds, 86_400) * 1_000_000_000 + attoseconds / 1_000_000_000
    }

    /// Milliseconds as libcurl takes them, at least 1 because its 0 means "no limit".
    var curlMilliseconds: Int { max(1, Int((clampedNanoseconds + 999_999) / 1_000_000)) }
}
