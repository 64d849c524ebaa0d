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
    package func identifier() -> String { Self.digits(next(), next()) }

    /// Thirty-two hexadecimal digits that grow with time: its milliseconds in 48 bits, as in RFC 9562's version 7, and 80 random
    /// bits. What is kept in the order of such ids is written at its end, not all over the place.
    package func identifier(at time: WallTime) -> String {
        let milliseconds = UInt64(max(0, time.nanosecondsSinceEpoch / 1_000_000))
        return Self.digits(milliseconds << 16 | next() >> 48, next())
    }

    private static func digits(_ high: UInt64, _ low: UInt64) -> String {
        String(unsafeUninitializedCapacity: 32) { output in
            for index in 0..<32 {
                let word = index < 16 ? high : low
                let nibble = UInt8(truncatingIfNeeded: word >> UInt64(60 - 4 * (index % 16))) & 15
                output[index] = nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10
            }
            return 32
        }
    }
}
