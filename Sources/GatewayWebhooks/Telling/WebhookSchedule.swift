/// When an endpoint that was not reached is told again.
///
/// The pauses of the Standard Webhooks, three days in all, each with up to a tenth more by chance:
///
/// | before try | pause |
/// | --- | --- |
/// | 1 | none |
/// | 2 | 5 s |
/// | 3 | 5 min |
/// | 4 | 30 min |
/// | 5 | 2 h |
/// | 6 | 5 h |
/// | 7 | 10 h |
/// | 8 | 14 h |
/// | 9 | 20 h |
/// | 10 | 24 h |
public struct WebhookSchedule: Sendable, Hashable {
    /// The longest pause that an endpoint may name.
    public static let longestNamed = Duration.seconds(86_400)

    /// The pauses before the second try, the third and so on; after the last one an event is given up.
    public var pauses: [Duration]

    /// Describes a schedule.
    public init(pauses: [Duration] = Self.standard) { self.pauses = pauses }

    /// The pauses of the Standard Webhooks.
    public static let standard: [Duration] = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400].map {
        .seconds($0)
    }

    /// How often it is tried.
    var tries: Int { pauses.count + 1 }

    /// How long after the event the last try comes at the earliest.
    var length: Duration { pauses.reduce(.zero, +) }

    /// How many tries lie behind an endpoint that nobody remembers, by the event's age: those whose turn was over, as the one
    /// after them was due already. The try that comes next is the last one that was due by then, so that none is skipped that
    /// comes in time, one is left in any case, and the last one is never reached before its time.
    ///
    /// | age of the event, from | tries behind |
    /// | --- | --- |
    /// | 0 | 0 |
    /// | 5 s | 1 |
    /// | 5 min 5 s | 2 |
    /// | 35 min 5 s | 3 |
    /// | 2 h 35 min 5 s | 4 |
    /// | 7 h 35 min 5 s | 5 |
    /// | 17 h 35 min 5 s | 6 |
    /// | 31 h 35 min 5 s | 7 |
    /// | 51 h 35 min 5 s | 8 |
    /// | 75 h 35 min 5 s | 9 |
    func triesBehind(atAge age: Duration) -> Int {
        var planned = Duration.zero
        return pauses.prefix { pause in
            planned += pause
            return planned <= age
        }.count
    }

    /// The pause after so many tries, never shorter than the one that the endpoint named; `nil` after the last one.
    func pause(afterTries count: Int, named: Duration?, bits: UInt64) -> Duration? {
        guard count >= 1, count <= pauses.count else { return nil }
        let pause = max(pauses[count - 1], min(named ?? .zero, Self.longestNamed))
        return pause + pause / 10 * (Double(bits >> 11) / Double(1 << 53))
    }
}
