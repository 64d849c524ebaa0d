import HTTPProviderSupport
import HTTPTransport
import NotificationGateway
import Testing

/// What "no complete answer" means for the message.
struct HTTPFailureTests {
    @Test("the phase alone decides what is known of the message", arguments: HTTPFailure.Phase.allCases)
    func acceptance(phase: HTTPFailure.Phase) {
        for cause in HTTPFailure.Cause.allCases {
            for bytes in [0, 1, 500] {
                let error = ProviderError(HTTPFailure(phase: phase, cause: cause, bytesSent: bytes, detail: "why"))
                let expected: Acceptance =
                    switch phase {
                    case .notStarted, .nameResolution, .connect, .tls: .rejected
                    case .sending: bytes == 0 ? .rejected : .unknown
                    case .waiting, .receiving: .unknown
                    }
                #expect(error.acceptance == expected)
                #expect(error.vendorCode == nil && error.retryAfter == nil && error.message.hasSuffix(": why"))
            }
        }
    }

    @Test(
        "the cause gives the reason",
        arguments: [
            (HTTPFailure.Cause.timedOut, Reason.timedOut), (.cancelled, .cancelled), (.unreachable, .unreachable),
            (.notTrusted, .notTrusted), (.connectionLost, .connectionLost), (.tooLarge, .invalidAnswer),
            (.malformedAnswer, .invalidAnswer), (.invalidRequest, .configuration), (.forbiddenAddress, .unreachable),
        ])
    func reason(cause: HTTPFailure.Cause, expected: Reason) {
        for phase in HTTPFailure.Phase.allCases {
            #expect(ProviderError(HTTPFailure(phase: phase, cause: cause, detail: "")).reason == expected)
        }
    }

    @Test("a shutdown or an unnamed cause is unreachable before the first byte, a lost connection after it")
    func others() {
        for cause in [HTTPFailure.Cause.shutDown, .other] {
            #expect(ProviderError(HTTPFailure(phase: .connect, cause: cause, detail: "")).reason == .unreachable)
            let late = HTTPFailure(phase: .waiting, cause: cause, bytesSent: 9, detail: "")
            #expect(ProviderError(late).reason == .connectionLost)
        }
    }

    @Test(
        "what the proxy refuses is not said of the vendor",
        arguments: [
            (HTTPFailure.Phase.nameResolution, "the proxy's host name could not be resolved: why"),
            (.connect, "no connection through the proxy: why"),
        ])
    func proxy(phase: HTTPFailure.Phase, message: String) {
        let failure = HTTPFailure(phase: phase, cause: .unreachable, isAtProxy: true, detail: "why")
        #expect(ProviderError(failure).message == message)
    }

    @Test("each phase has words of its own for people")
    func words() {
        let messages = HTTPFailure.Phase.allCases.map {
            ProviderError(HTTPFailure(phase: $0, cause: .other, detail: "")).message
        }
        #expect(Set(messages).count == HTTPFailure.Phase.allCases.count)
    }
}
