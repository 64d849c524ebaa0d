/// Why no complete answer arrived, and how far the request had come: what decides between "surely not sent" and "may
/// have been taken".
public struct HTTPFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// The step of the exchange during which it ended.
    public enum Phase: String, Sendable, Hashable, CaseIterable {
        /// Before anything was tried: queued, refused by the transport's own rules, or shut down.
        case notStarted = "not-started"
        /// Finding the host's address.
        case nameResolution = "name-resolution"
        /// Opening the connection to the host or its proxy.
        case connect
        /// The TLS handshake, certificate checks included.
        case tls
        /// Writing the request.
        case sending
        /// The request is written; no line of the answer has come whole.
        case waiting
        /// Part of the answer has come, a line at least.
        case receiving
    }

    /// What ended it.
    public enum Cause: String, Sendable, Hashable, CaseIterable {
        /// A time limit passed: connect, whole request or the caller's.
        case timedOut = "timed-out"
        /// The calling task was cancelled.
        case cancelled
        /// The host has no address or could not be reached.
        case unreachable
        /// Every address of the host is one that the transport's ``AddressPolicy`` refuses.
        case forbiddenAddress = "forbidden-address"
        /// The peer's certificate or the handshake was not acceptable.
        case notTrusted = "not-trusted"
        /// The connection ended before the answer was whole.
        case connectionLost = "connection-lost"
        /// The answer passed the size limit and was cut off.
        case tooLarge = "too-large"
        /// What arrived is not HTTP, or its coding is broken.
        case malformedAnswer = "malformed-answer"
        /// The request cannot be sent as it was asked for: bad URL, plain HTTP to a foreign host, a header with a line
        /// break, a file of certificates that cannot be used.
        case invalidRequest = "invalid-request"
        /// The transport was shut down.
        case shutDown = "shut-down"
        /// Anything else; ``HTTPFailure/detail`` tells.
        case other
    }

    /// The step during which it ended.
    public var phase: Phase
    /// What ended it.
    public var cause: Cause
    /// Bytes of the request (head and body) that were handed to the connection; 0 means that surely nothing left.
    public var bytesSent: Int
    /// Whether it was the proxy that could not be found or reached, or that did not pass the request on.
    public var isAtProxy: Bool
    /// One sentence for people: what happened and what to do. Never holds a query string, a header or a body.
    public var detail: String

    /// Describes a failure.
    public init(phase: Phase, cause: Cause, bytesSent: Int = 0, isAtProxy: Bool = false, detail: String) {
        self.phase = phase
        self.cause = cause
        self.bytesSent = bytesSent
        self.isAtProxy = isAtProxy
        self.detail = detail
    }

    /// Whether the request surely never reached the server.
    public var surelyNotSent: Bool {
        switch phase {
        case .notStarted, .nameResolution, .connect, .tls: true
        case .sending: bytesSent == 0
        case .waiting, .receiving: false
        }
    }

    /// The phase, the cause and the detail on one line.
    public var description: String { "\(phase.rawValue): \(cause.rawValue): \(detail)" }
}
