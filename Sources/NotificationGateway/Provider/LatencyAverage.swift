import Synchronization

/// How long a provider lately took, as an average in which each attempt counts a fifth and older ones ever less.
///
/// One number and no lock: of two attempts that end at the same instant one may be lost, which an average survives.
final class LatencyAverage: Sendable {
    /// What a failure counts at least: the providers' usual time limit. A vendor that fails at once must not look fast.
    static let failure = Duration.seconds(10)

    /// In nanoseconds; 0 before the first attempt.
    private let nanoseconds = Atomic<Int64>(0)

    /// The average; `nil` before the first attempt.
    var average: Duration? {
        let value = nanoseconds.load(ordering: .relaxed)
        return value == 0 ? nil : .nanoseconds(value)
    }

    /// Takes an accepted attempt into account.
    func record(_ nanoseconds: Int64) {
        let old = self.nanoseconds.load(ordering: .relaxed)
        let new = old == 0 ? nanoseconds : old &+ (nanoseconds &- old) / 5
        self.nanoseconds.store(max(1, new), ordering: .relaxed)
    }

    /// Takes a failure into account; one that is the message's own says nothing about the provider.
    func recordFailure(_ reason: Reason, after nanoseconds: Int64) {
        guard FallbackPolicy.row(for: reason).blame != .message else { return }
        record(max(nanoseconds, Self.failure.wholeNanoseconds))
    }
}
