/// A point in time that no setting of the calendar moves, for deadlines and durations within this process.
///
/// The same as `ContinuousClock.Instant`, whose layout is known at run time only: a value that holds one is copied and
/// compared by calls into the runtime, which cost the path of a message a quarter of its time.
public struct MonotonicTime: Sendable, Hashable, InstantProtocol {
    /// Where all points are counted from; as good as any other.
    private static let origin = ContinuousClock.now

    private let sinceOrigin: Duration

    private init(sinceOrigin: Duration) {
        self.sinceOrigin = sinceOrigin
    }

    /// The same point on the continuous clock.
    public init(_ instant: ContinuousClock.Instant) {
        sinceOrigin = Self.origin.duration(to: instant)
    }

    /// The same point on the continuous clock, for waiting by it.
    public var instant: ContinuousClock.Instant { Self.origin.advanced(by: sinceOrigin) }

    /// The present of the continuous clock.
    public static var now: MonotonicTime { MonotonicTime(.now) }

    /// A later point, or an earlier one.
    public func advanced(by duration: Duration) -> MonotonicTime {
        MonotonicTime(sinceOrigin: sinceOrigin + duration)
    }

    /// The time from this point to another; negative where that is earlier.
    public func duration(to other: MonotonicTime) -> Duration { other.sinceOrigin - sinceOrigin }

    /// The earlier of two comes first.
    public static func < (left: MonotonicTime, right: MonotonicTime) -> Bool { left.sinceOrigin < right.sinceOrigin }

    /// A later point, or an earlier one.
    public static func + (time: MonotonicTime, duration: Duration) -> MonotonicTime { time.advanced(by: duration) }

    /// Moves a point.
    public static func += (time: inout MonotonicTime, duration: Duration) { time = time + duration }

    /// An earlier point, or a later one.
    public static func - (time: MonotonicTime, duration: Duration) -> MonotonicTime {
        MonotonicTime(sinceOrigin: time.sinceOrigin - duration)
    }

    /// The time from the right point to the left one.
    public static func - (later: MonotonicTime, earlier: MonotonicTime) -> Duration { earlier.duration(to: later) }
}
