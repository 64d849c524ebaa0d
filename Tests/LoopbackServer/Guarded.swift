import Foundation

/// A value that threads of servers and tasks of tests share.
///
/// Not `Synchronization.Mutex`: the thread sanitizer does not see its futex and would report races that are none.
///
/// `@unchecked Sendable`: the value is reached through ``withLock(_:)`` only.
public final class Guarded<Value>: @unchecked Sendable {
    private let lock = NSLock()
    private var value: Value

    /// Guards a value.
    public init(_ value: Value) { self.value = value }

    /// Runs `body` while no other thread does.
    public func withLock<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
        lock.lock()
        defer { lock.unlock() }
        return try body(&value)
    }
}

/// Something that happens once and that others wait for.
public final class Signal: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation
    private let semaphore = DispatchSemaphore(value: 0)

    /// Makes a signal that has not been given.
    public init() { (stream, continuation) = AsyncStream.makeStream() }

    /// Gives it; who waits goes on. A second time does nothing more.
    public func give() {
        continuation.finish()
        semaphore.signal()
    }

    /// Waits for it in a task; one task at a time.
    public func wait() async { for await _ in stream {} }

    /// Waits for it in a thread of a server.
    public func waitBlocking() {
        semaphore.wait()
        semaphore.signal()
    }
}
