import Tracing

/// Where the gateway reads the time and how it waits; injected, so that tests own both.
public protocol GatewayClock: Sendable {
    /// Monotonic time, for deadlines and durations.
    var now: MonotonicTime { get }

    /// Calendar time, for what vendors and files are told.
    var wallTime: WallTime { get }

    /// Waits until the instant has come, or ends early when the task is cancelled.
    ///
    /// - Throws: `CancellationError` when the task is cancelled.
    func sleep(until time: MonotonicTime) async throws(CancellationError)
}

/// The machine's own clocks.
public struct SystemClock: GatewayClock {
    /// Makes the clock.
    public init() {}

    /// Monotonic time.
    public var now: MonotonicTime { .now }

    /// Calendar time.
    public var wallTime: WallTime {
        WallTime(nanosecondsSinceEpoch: Int64(clamping: DefaultTracerClock.now.nanosecondsSinceEpoch))
    }

    /// Waits.
    public func sleep(until time: MonotonicTime) async throws(CancellationError) {
        do { try await Task.sleep(until: time.instant, clock: .continuous) } catch { throw CancellationError() }
    }
}

/// Where the gateway draws random numbers; injected, so that tests get the same ones again.
public protocol RandomSource: Sendable {
    /// Sixty-four random bits. Nonces are made of them, so a real source is cryptographically secure.
    func next() -> UInt64
}

extension RandomSource {
    /// A hundred and twenty-eight random bits as thirty-two hexadecimal digits: for ids and nonces.
    package func identifier() -> String {
        let words = (next(), next())
        return String(unsafeUninitializedCapacity: 32) { output in
            for index in 0..<32 {
                let word = index < 16 ? words.0 : words.1
                let nibble = UInt8(truncatingIfNeeded: word >> UInt64(60 - 4 * (index % 16))) & 15
                output[index] = nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10
            }
            return 32
        }
    }
}
