/// Whether a send may still make requests: asked before each of them; a send without one always may.
///
/// For who sends for a time alone, such as by a lease: a process that is stopped for longer goes on in the middle of a send, when
/// another may have taken that over. A refused request ends the send like a cancellation before it; what requests before it did
/// is told as ever.
///
///     let delivery = await SendPermit.$current.withValue({ lease.isHeld }) { await gateway.send(message) }
///
/// It is a task-local value, so that providers and what they are wrapped in need not hand it on.
public enum SendPermit {
    /// The permit of the sends in this task and its children. Called from any task; must not wait.
    @TaskLocal public static var current: (@Sendable () -> Bool)?
}
