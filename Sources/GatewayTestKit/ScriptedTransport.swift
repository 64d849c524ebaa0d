public import HTTPTransport
import Synchronization

/// An HTTP transport without sockets: it records each request and answers from a script.
///
///     let transport = ScriptedTransport([.answer(status: 500), .answer(status: 200, body: #"{"Code":"OK"}"#)])
///
/// It keeps the contract of ``HTTPTransport/HTTPTransport``: concurrent calls, prompt cancellation, refusal after shutdown.
public final class ScriptedTransport: HTTPTransport {
    /// What becomes of one request.
    public enum Step: Sendable {
        /// The server answers.
        case answer(HTTPResponse)
        /// No complete answer arrives.
        case fail(HTTPFailure)
        /// The server took the request and never answers: ends when the task is cancelled or the transport shut down.
        case hang

        /// The server answers with text.
        public static func answer(status: Int, headers: [HTTPRequest.Header] = [], body: String = "") -> Step {
            .answer(HTTPResponse(status: status, headers: HTTPHeaderBlock(headers), body: Array(body.utf8)))
        }

        /// Nobody listens at the host: surely nothing was sent.
        public static let refuseConnection = Step.fail(
            HTTPFailure(phase: .connect, cause: .unreachable, detail: "connection refused"))

        /// The host has no address: surely nothing was sent.
        public static let failNameResolution = Step.fail(
            HTTPFailure(phase: .nameResolution, cause: .unreachable, detail: "the host has no address"))

        /// The request left and the time ran out before an answer came.
        public static let timeOutUnanswered = Step.fail(
            HTTPFailure(phase: .waiting, cause: .timedOut, bytesSent: 400, detail: "no answer in time"))

        /// The request left and the server closed the connection unanswered.
        public static let closeUnanswered = Step.fail(
            HTTPFailure(phase: .waiting, cause: .connectionLost, bytesSent: 400, detail: "closed without an answer"))

        /// The connection ended in the middle of the answer.
        public static let closeHalfWay = Step.fail(
            HTTPFailure(phase: .receiving, cause: .connectionLost, bytesSent: 400, detail: "closed within the answer"))
    }

    private struct State {
        var requests: [HTTPRequest] = []
        var isShutDown = false
    }

    private let script: @Sendable (HTTPRequest, Int) async -> Step
    private let state = Mutex(State())
    private let arrivals = Gauge()
    private let hanging = Suspension()

    /// Answers the first request by the first step, and so on; later ones by `last`, or by the last step.
    public convenience init(_ steps: [Step], last: Step? = nil) {
        let last = last ?? steps.last ?? .refuseConnection
        self.init { _, number in number <= steps.count ? steps[number - 1] : last }
    }

    /// Answers each request by what the closure says; its second argument counts requests from 1.
    public init(respond: @escaping @Sendable (HTTPRequest, Int) async -> Step) {
        script = respond
    }

    /// Answers nobody before `count` requests have come: for tests of many at once.
    public convenience init(together count: Int, respond: @escaping @Sendable (HTTPRequest) -> Step) {
        let arrived = Gauge()
        self.init { request, _ in
            arrived.increment()
            await arrived.wait(for: count)
            return respond(request)
        }
    }

    /// The requests so far, in the order in which they came.
    public var requests: [HTTPRequest] { state.withLock { $0.requests } }

    /// Whether it was shut down.
    public var isShutDown: Bool { state.withLock { $0.isShutDown } }

    /// Suspends until at least `count` requests have come, or the calling task is cancelled.
    public func waitForRequests(_ count: Int = 1) async { await arrivals.wait(for: count) }

    /// Records the request and does what the script says.
    ///
    /// - Throws: ``HTTPTransport/HTTPFailure`` as scripted, when the task is cancelled, and after ``shutdown(grace:)``.
    public func execute(_ request: HTTPRequest) async throws(HTTPFailure) -> HTTPResponse {
        if Task.isCancelled {
            throw HTTPFailure(phase: .notStarted, cause: .cancelled, detail: "the task was cancelled")
        }
        let number: Int? = state.withLock { state in
            guard !state.isShutDown else { return nil }
            state.requests.append(request)
            return state.requests.count
        }
        guard let number else {
            throw HTTPFailure(phase: .notStarted, cause: .shutDown, detail: "the transport was shut down")
        }
        arrivals.increment()
        let sent = request.body.count + request.url.utf8.count
        switch await script(request, number) {
        case .answer(let response): return response
        case .fail(let failure): throw failure
        case .hang:
            let isCancelled = await hanging.wait() == .cancelled
            throw HTTPFailure(
                phase: .waiting, cause: isCancelled ? .cancelled : .shutDown, bytesSent: sent,
                detail: isCancelled ? "the task was cancelled" : "the transport was shut down")
        }
    }

    /// Fails what hangs, and refuses later requests.
    public func shutdown(grace: Duration) async {
        state.withLock { $0.isShutDown = true }
        hanging.release()
    }
}
