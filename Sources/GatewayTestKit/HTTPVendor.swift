public import HTTPTransport
public import NotificationGateway
public import ProviderConformance

/// A vendor in process: behaves as a rule of the conformance suite asks, over a scripted transport. All HTTP providers share
/// it; what a vendor's own format is, the author of the provider says.
///
///     ConformanceSubject(…) { behaviour throws(NotApplicable) in
///         let transport = try vendor.transport(behaviour)
///         return vendor.bench(MyProvider(transport, clock), transport, clock: clock)
///     }
public struct HTTPVendor: Sendable {
    /// The answer of a vendor that takes the request, or that is asked about one.
    public var accept: @Sendable (HTTPRequest) -> VendorAnswer
    /// Where a request goes, and its named parts, as a preview shows them.
    public var dissect: @Sendable (HTTPRequest) -> (destination: String, fields: [RequestPreview.Field])
    /// What tells two requests apart, all bytes that matter.
    public var bytes: @Sendable (HTTPRequest) -> [UInt8]

    /// Describes a vendor.
    public init(
        accept: @escaping @Sendable (HTTPRequest) -> VendorAnswer,
        dissect: @escaping @Sendable (HTTPRequest) -> (destination: String, fields: [RequestPreview.Field]),
        bytes: @escaping @Sendable (HTTPRequest) -> [UInt8] = { request in
            Array("\(request.method) \(request.url) \(request.headers)\n".utf8) + request.body
        }
    ) {
        self.accept = accept
        self.dissect = dissect
        self.bytes = bytes
    }

    /// The vendor as it is reached.
    ///
    /// - Throws: `NotApplicable` for a behaviour that has no meaning over HTTP.
    public func transport(_ behaviour: VendorBehaviour) throws(NotApplicable) -> ScriptedTransport {
        switch behaviour {
        case .accepts: ScriptedTransport { request, _ in .answer(accept(request).response) }
        case .acceptsTogether(let count):
            ScriptedTransport(together: count) { request in .answer(accept(request).response) }
        case .answers(let answer): ScriptedTransport([.answer(answer.response)])
        case .refusesConnection: ScriptedTransport([.refuseConnection])
        case .timesOutUnanswered: ScriptedTransport([.timeOutUnanswered])
        case .closesUnanswered: ScriptedTransport([.closeUnanswered])
        case .closesHalfWay: ScriptedTransport([.closeHalfWay])
        case .hangs: ScriptedTransport([.hang])
        case .scripted(let name): throw NotApplicable("a vendor over HTTP knows no '\(name)'")
        }
    }

    /// A provider over the vendor's transport, and the instruments that the suite reads.
    public func bench(
        _ provider: any MessageProvider, _ transport: ScriptedTransport, clock: any GatewayClock,
        logged: @escaping @Sendable () -> [String] = { [] }
    ) -> ProviderUnderTest {
        ProviderUnderTest(
            provider: provider, clock: clock, received: { transport.requests.map(received) },
            waitForRequests: { await transport.waitForRequests($0) }, logged: logged)
    }

    private func received(_ request: HTTPRequest) -> ReceivedRequest {
        let (destination, fields) = dissect(request)
        return ReceivedRequest(
            destination: destination, bytes: bytes(request), fields: fields, timeLimit: request.timeout)
    }
}

extension VendorAnswer {
    fileprivate var response: HTTPResponse {
        let fields = headers.sorted { $0.key < $1.key }.map { HTTPRequest.Header($0.key, $0.value) }
        return HTTPResponse(status: status, headers: HTTPHeaderBlock(fields), body: body)
    }
}
