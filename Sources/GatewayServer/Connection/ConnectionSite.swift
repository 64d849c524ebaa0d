import NIOCore
import NIOHTTP1
import NotificationGateway

/// What all connections of a listener share: who answers, and what is put up with.
final class ConnectionSite: Sendable {
    let options: ServerOptions
    /// Looks at a request whose body has not come.
    let open: @Sendable (RawRequest) -> Opening
    /// How much of a request is taken, by its target.
    let limits: @Sendable (String) -> RequestLimits
    /// The most bytes of path and query of any request.
    let longestTarget: Int
    /// Room for the bodies of all connections together.
    let bodies: Budget
    /// Hears of each request that is not taken.
    let refused: @Sendable (Refusal) -> Void
    private let stamp: DateStamp
    private let times: Times

    private struct Times: Sendable {
        var idle, head, body, writing: TimeAmount
        let draining = TimeAmount.seconds(2)
    }

    init(
        _ options: ServerOptions, clock: any GatewayClock, longestTarget: Int,
        limits: @escaping @Sendable (String) -> RequestLimits,
        refused: @escaping @Sendable (Refusal) -> Void = { _ in },
        open: @escaping @Sendable (RawRequest) -> Opening
    ) {
        self.options = options
        self.limits = limits
        self.longestTarget = longestTarget
        self.open = open
        self.refused = refused
        bodies = Budget(max(options.maxBodies, options.maxBody))
        stamp = DateStamp(clock)
        times = Times(
            idle: TimeAmount(options.idleTimeout), head: TimeAmount(options.headerTimeout),
            body: TimeAmount(options.bodyTimeout), writing: TimeAmount(options.answerTimeout))
    }

    func time(_ wait: ConnectionMachine.Wait) -> TimeAmount {
        switch wait {
        case .idle: times.idle
        case .head: times.head
        case .body: times.body
        case .writing: times.writing
        case .draining: times.draining
        }
    }

    func answer(_ refusal: Refusal) -> RawAnswer { Problem(refusal, options).answer }

    /// The head of an answer, with what HTTP wants of every one.
    func head(of answer: RawAnswer, keepAlive: Bool, isOld: Bool) -> HTTPResponseHead {
        let status = HTTPResponseStatus(statusCode: answer.status)
        var headers = HTTPHeaders()
        headers.reserveCapacity(answer.headers.count + 3)
        for (name, value) in answer.headers where !name.breaksHeader && !value.breaksHeader {
            headers.add(name: name, value: value)
        }
        headers.add(name: "date", value: stamp.text)
        if status.mayHaveResponseBody { headers.add(name: "content-length", value: String(answer.body.count)) }
        if !keepAlive {
            headers.add(name: "connection", value: "close")
        } else if isOld {
            headers.add(name: "connection", value: "keep-alive")
        }
        return HTTPResponseHead(version: .http1_1, status: status, headers: headers)
    }
}

extension String {
    /// Whether it would end its header field early: an answer must not smuggle others.
    fileprivate var breaksHeader: Bool { utf8.contains { ($0 < 0x20 && $0 != 0x09) || $0 == 0x7F } }
}
