public import HTTPTransport
public import NotificationGateway

extension ProviderError {
    /// Turns "no complete answer" into what it means for the message.
    ///
    /// The acceptance is decided by how far the request came and by nothing else: what surely never reached the server
    /// is `rejected`; from the first byte that left, the vendor may have taken it: `unknown`.
    public init(_ failure: HTTPFailure) {
        let acceptance: Acceptance = failure.surelyNotSent ? .rejected : .unknown
        self.init(Self.reason(of: failure), acceptance, message: "\(Self.words(of: failure)): \(failure.detail)")
    }

    private static func reason(of failure: HTTPFailure) -> Reason {
        switch failure.cause {
        case .timedOut: .timedOut
        case .cancelled: .cancelled
        case .unreachable, .forbiddenAddress: .unreachable
        case .notTrusted: .notTrusted
        case .connectionLost: .connectionLost
        case .tooLarge, .malformedAnswer: .invalidAnswer
        case .invalidRequest: .configuration
        case .shutDown, .other: failure.surelyNotSent ? .unreachable : .connectionLost
        }
    }

    private static func words(of failure: HTTPFailure) -> String {
        switch failure.phase {
        case .notStarted: "the request was not started"
        case .nameResolution where failure.isAtProxy: "the proxy's host name could not be resolved"
        case .nameResolution: "the vendor's host name could not be resolved"
        case .connect where failure.isAtProxy: "no connection through the proxy"
        case .connect: "no connection to the vendor"
        case .tls: "no trusted connection to the vendor"
        case .sending: "the request could not be sent whole"
        case .waiting: "the request was sent and no answer came"
        case .receiving: "the request was sent and the answer broke off"
        }
    }
}
