public import NotificationGateway

/// What stands on the other side of a provider does: a vendor's server, or a file, or a mail host.
///
/// A subject need not be able to produce every behaviour: it throws ``NotApplicable`` with the reason, which is reported.
public enum VendorBehaviour: Sendable, Hashable {
    /// Takes every request, each under the id that the subject foretells for its reference, and knows it afterwards.
    case accepts
    /// As `accepts`, but answers nobody before so many requests have come.
    case acceptsTogether(Int)
    /// Answers every request with these bytes.
    case answers(VendorAnswer)
    /// Cannot be reached: surely nothing leaves this machine.
    case refusesConnection
    /// Has the request, and the time runs out without an answer.
    case timesOutUnanswered
    /// Has the request, and closes the connection without an answer.
    case closesUnanswered
    /// Has the request, and closes the connection in the middle of the answer.
    case closesHalfWay
    /// Has the request, and neither answers nor closes.
    case hangs
    /// Fails in a way of its own that the subject's ``ScriptedFailure`` names.
    case scripted(String)
}

/// An answer as it comes over the wire.
public struct VendorAnswer: Sendable, Hashable {
    /// The HTTP status, or what stands for it.
    public var status: Int
    /// Header fields, or what stands for them.
    public var headers: [String: String]
    /// The body.
    public var body: [UInt8]

    /// Describes an answer.
    public init(status: Int, headers: [String: String] = [:], body: [UInt8]) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// Describes an answer of text.
    public init(status: Int, headers: [String: String] = [:], text: String) {
        self.init(status: status, headers: headers, body: Array(text.utf8))
    }
}

/// A failure that the vendor can give, and what the provider must make of it.
public struct ScriptedFailure: Sendable {
    /// What is tried, for reports.
    public var name: String
    /// What the vendor does.
    public var behaviour: VendorBehaviour
    /// The reason that the provider must give.
    public var reason: Reason
    /// What it must say of the message.
    public var acceptance: Acceptance
    /// The code that it must pass on verbatim; `nil` where the vendor says none.
    public var vendorCode: VendorCode?
    /// The vendor's id of the exchange, which it must pass on; `nil` where the vendor says none.
    public var requestID: String?
    /// The pause that the vendor asks for; `nil` where it asks for none.
    public var retryAfter: Duration?

    /// Describes a failure.
    public init(
        _ name: String, _ behaviour: VendorBehaviour, gives reason: Reason, _ acceptance: Acceptance,
        vendorCode: VendorCode? = nil, requestID: String? = nil, retryAfter: Duration? = nil
    ) {
        self.name = name
        self.behaviour = behaviour
        self.reason = reason
        self.acceptance = acceptance
        self.vendorCode = vendorCode
        self.requestID = requestID
        self.retryAfter = retryAfter
    }
}

/// A part of the suite that cannot be checked for a subject, and why.
public struct NotApplicable: Error, Sendable, Hashable {
    /// One clause that completes "not applicable: ".
    public var why: String

    /// Says why.
    public init(_ why: String) { self.why = why }
}
