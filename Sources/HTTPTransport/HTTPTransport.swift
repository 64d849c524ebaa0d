/// What carries an HTTP request to a vendor and its answer back: the one seam between providers and sockets.
///
/// `execute` is called concurrently from any number of tasks. Each call issues the request **at most once**: a
/// transport must never repeat a request by itself, because a message sent twice is worse than one reported as unknown.
public protocol HTTPTransport: Sendable {
    /// Sends one request and waits for the whole answer.
    ///
    /// Cancelling the calling task ends the call promptly with cause ``HTTPFailure/Cause/cancelled``; the failure then
    /// still says how far the request had come.
    ///
    /// - Throws: ``HTTPFailure`` when no complete answer arrived, with the phase and the bytes that had left.
    ///   Any HTTP status, 500 included, is an answer and not a failure.
    func execute(_ request: HTTPRequest) async throws(HTTPFailure) -> HTTPResponse

    /// Lets transfers in flight finish for at most `grace`, fails the rest with ``HTTPFailure/Cause/shutDown``, and
    /// frees every thread and socket. Later calls of ``execute(_:)`` fail at once; a second shutdown is harmless.
    func shutdown(grace: Duration) async
}
