import GatewayTestKit
import HTTPTransport
import NotificationGateway
import ProviderConformance

/// A vendor in process: behaves as a rule asks, over a scripted transport. All HTTP providers share it.
struct HTTPVendor: Sendable {
    /// The answer of a vendor that takes the request, or that is asked about one.
    var accept: @Sendable (HTTPRequest) -> VendorAnswer
    /// Where a request goes, and its named parts, as a preview shows them.
    var dissect: @Sendable (HTTPRequest) -> (destination: String, fields: [RequestPreview.Field])
    /// What tells two requests apart, all bytes that matter.
    var bytes: @Sendable (HTTPRequest) -> [UInt8] = { request in
        Array("\(request.method) \(request.url) \(request.headers)\n".utf8) + request.body
    }

    func transport(_ behaviour: VendorBehaviour) throws(NotApplicable) -> ScriptedTransport {
        switch behaviour {
        case .accepts: ScriptedTransport { request, _ in .answer(accept(request).response) }
        case .acceptsTogether(let count): acceptingTogether(count)
        case .answers(let answer): ScriptedTransport([.answer(answer.response)])
        case .refusesConnection: ScriptedTransport([.refuseConnection])
        case .timesOutUnanswered: ScriptedTransport([.timeOutUnanswered])
        case .closesUnanswered: ScriptedTransport([.closeUnanswered])
        case .closesHalfWay: ScriptedTransport([.closeHalfWay])
        case .hangs: ScriptedTransport([.hang])
        case .scripted(let name): throw NotApplicable("a vendor over HTTP knows no '\(name)'")
        }
    }

    private func acceptingTogether(_ count: Int) -> ScriptedTransport {
        let meeting = Meeting(of: count)
        return ScriptedTransport { request, _ in
            await meeting.join()
            return .answer(accept(request).response)
        }
    }

    func received(_ request: HTTPRequest) -> ReceivedRequest {
        let (destination, fields) = dissect(request)
        return ReceivedRequest(
            destination: destination, bytes: bytes(request), fields: fields, timeLimit: request.timeout)
    }

    func bench(
        _ provider: any MessageProvider, _ transport: ScriptedTransport, clock: any GatewayClock,
        book: LogBook = LogBook()
    ) -> ProviderUnderTest {
        ProviderUnderTest(
            provider: provider, clock: clock, received: { transport.requests.map(received) },
            waitForRequests: { await transport.waitForRequests($0) }, logged: { book.lines })
    }
}

extension VendorAnswer {
    var response: HTTPResponse { HTTPResponse(status: status, body: body) }
}

/// Lets nobody go before everybody is there.
private actor Meeting {
    private let size: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private var arrived = 0

    init(of size: Int) { self.size = size }

    func join() async {
        arrived += 1
        guard arrived < size else {
            for waiter in waiting { waiter.resume() }
            waiting = []
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }
}
