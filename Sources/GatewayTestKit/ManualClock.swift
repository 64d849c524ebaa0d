public import NotificationGateway
import Synchronization

/// A clock that stands still until a test moves it.
///
/// Sleepers truly sleep: each wakes when the clock is moved to its instant, and ends early when its task is cancelled.
///
///     let clock = ManualClock()
///     async let delivery = gateway.send(message)
///     await clock.waitForSleepers()
///     clock.advance(by: .seconds(1))
///
/// All methods may be called from any task.
public final class ManualClock: GatewayClock {
    /// What happens when somebody sleeps.
    public enum Mode: Sendable, Hashable {
        /// The sleeper waits for ``ManualClock/advance(by:)``.
        case manual
        /// The clock jumps to the sleeper's instant at once: for tests that care for the order of events, not for time.
        case automatic
    }

    private struct Sleeper {
        var id: UInt64
        var instant: MonotonicTime
        var continuation: CheckedContinuation<Bool, Never>
    }

    private struct State {
        var elapsed: Duration = .zero
        var lastID: UInt64 = 0
        /// In the order in which they came, so that sleepers of one instant wake in that order.
        var sleepers: [Sleeper] = []
        /// Sleeps that were cancelled before they began to wait.
        var cancelledEarly: Set<UInt64> = []
        var slept: [Duration] = []
    }

    private let start: MonotonicTime
    private let startWallTime: WallTime
    private let mode: Mode
    private let state = Mutex(State())
    private let sleeperCount = Gauge()

    /// Makes a clock that shows `wallTime`, by default 2026-01-02T03:04:05Z.
    public init(wallTime: WallTime = WallTime(secondsSinceEpoch: 1_767_323_045), mode: Mode = .manual) {
        // A day behind the machine's own clock: whoever reads that one instead finds every deadline passed.
        start = .now - .seconds(86_400)
        startWallTime = wallTime
        self.mode = mode
    }

    /// Monotonic time.
    public var now: MonotonicTime { start + state.withLock { $0.elapsed } }

    /// Calendar time: moves with ``now``.
    public var wallTime: WallTime {
        let (seconds, attoseconds) = state.withLock { $0.elapsed }.components
        return WallTime(
            nanosecondsSinceEpoch: startWallTime.nanosecondsSinceEpoch + seconds * 1_000_000_000
                + attoseconds / 1_000_000_000)
    }

    /// How long each finished or running sleep asked to wait, in the order in which they began.
    public var sleeps: [Duration] { state.withLock { $0.slept } }

    /// Waits until the clock has been moved to the instant.
    ///
    /// - Throws: `CancellationError` when the task is cancelled.
    public func sleep(until instant: MonotonicTime) async throws(CancellationError) {
        if Task.isCancelled { throw CancellationError() }
        if mode == .automatic { return jump(to: instant) }
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        let isWoken = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                wait(Sleeper(id: id, instant: instant, continuation: continuation))
            }
        } onCancel: {
            cancel(id)
        }
        if !isWoken { throw CancellationError() }
    }

    /// Moves the clock, and wakes everybody whose instant has come, the earliest first.
    public func advance(by duration: Duration) {
        precondition(duration >= .zero, "a monotonic clock never goes back")
        wake(moving: { $0 + duration })
    }

    /// Moves the clock to the instant of the sleeper who wakes first; nothing happens when nobody sleeps.
    public func advanceToNextSleeper() {
        let next = state.withLock { state in state.sleepers.map(\.instant).min() }
        guard let next else { return }
        wake(moving: { max($0, next - self.start) })
    }

    /// Suspends until at least `count` tasks sleep on this clock, or the calling task is cancelled.
    public func waitForSleepers(_ count: Int = 1) async { await sleeperCount.wait(for: count) }

    /// Suspends until somebody sleeps on this clock, or the calling task is cancelled.
    public func waitForSleeper() async { await waitForSleepers(1) }

    // MARK: Sleepers

    private func jump(to instant: MonotonicTime) {
        state.withLock { state in
            let target = instant - start
            state.slept.append(max(.zero, target - state.elapsed))
            state.elapsed = max(state.elapsed, target)
        }
    }

    private func wait(_ sleeper: Sleeper) {
        let answer: Bool? = state.withLock { state in
            state.slept.append(max(.zero, sleeper.instant - start - state.elapsed))
            if state.cancelledEarly.remove(sleeper.id) != nil { return false }
            if sleeper.instant - start <= state.elapsed { return true }
            state.sleepers.append(sleeper)
            sleeperCount.set(state.sleepers.count)
            return nil
        }
        if let answer { sleeper.continuation.resume(returning: answer) }
    }

    private func cancel(_ id: UInt64) {
        let sleeper: Sleeper? = state.withLock { state in
            guard let place = state.sleepers.firstIndex(where: { $0.id == id }) else {
                state.cancelledEarly.insert(id)
                return nil
            }
            let sleeper = state.sleepers.remove(at: place)
            sleeperCount.set(state.sleepers.count)
            return sleeper
        }
        sleeper?.continuation.resume(returning: false)
    }

    private func wake(moving elapsed: (Duration) -> Duration) {
        let woken = state.withLock { state in
            state.elapsed = elapsed(state.elapsed)
            let now = start + state.elapsed
            let woken = state.sleepers.filter { $0.instant <= now }
            state.sleepers.removeAll { $0.instant <= now }
            sleeperCount.set(state.sleepers.count)
            return woken
        }
        // A stable sort: sleepers of one instant keep their order.
        let ordered = woken.enumerated().sorted { ($0.element.instant, $0.offset) < ($1.element.instant, $1.offset) }
        for sleeper in ordered { sleeper.element.continuation.resume(returning: true) }
    }
}
