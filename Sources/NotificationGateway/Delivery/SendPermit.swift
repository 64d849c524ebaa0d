/// Whether a send may still make requests: asked before each of them; a send without one always may.
///
/// For who sends for a time alone, such as by a lease: a process that is stopped for longer goes on in the middle of a send, when
/// another may have taken that over. A refused request ends the send like a cancellation before it; what requests before it did
/// is told as ever.
///
///     let permit = SendPermit { lease.isHeld }
///     let delivery = await SendPermit.$current.withValue(permit) { await gateway.send(message) }
///
/// It is a task-local value, so that providers and what they are wrapped in need not hand it on.
public struct SendPermit: Sendable {
    /// The permit of the sends in this task and its children.
    @TaskLocal public static var current: SendPermit?

    private let answer: @Sendable () -> Bool

    /// Makes a permit that is valid as long as the closure says so; it is called from any task and must not wait.
    public init(while answer: @escaping @Sendable () -> Bool) { self.answer = answer }

    /// Whether another request may be made.
    public var isValid: Bool { answer() }
}
