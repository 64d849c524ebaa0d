public import GatewayOutbox
public import NotificationGateway

/// Where the endpoint hands messages in, and asks what became of them.
///
/// Two closures, so that the endpoint is tested without an outbox and a service may bring its own; see
/// ``init(submit:entries:check:)`` for the one on ``GatewayOutbox``.
public struct MessageDesk: Sendable {
    /// Takes all messages of a submission, or none. Returns only when they will outlast a kill.
    ///
    /// The same ``DeskSubmission/identity`` is the same submission for at least the half hour in which a signed request may
    /// be sent again, also after a restart.
    public var submit: @Sendable (DeskSubmission) async throws(DeskRefusal) -> DeskAnswer
    /// What was handed in for an address.
    public var history: @Sendable (HistoryQuery) async throws(DeskRefusal) -> HistoryPage

    /// Joins two closures.
    public init(
        submit: @escaping @Sendable (DeskSubmission) async throws(DeskRefusal) -> DeskAnswer,
        history: @escaping @Sendable (HistoryQuery) async throws(DeskRefusal) -> HistoryPage
    ) {
        self.submit = submit
        self.history = history
    }
}

/// The messages of one request.
public struct DeskSubmission: Sendable {
    /// Whose they are.
    public var tenant: Tenant
    /// What makes the request the same one when it comes again.
    public var identity: RequestIdentity
    /// The messages with ids; none is empty.
    public var messages: [Message]
    /// What `QuerySendDetails` will echo of each message.
    public var echoes: [SubmissionEcho]
    /// What stands for the request's content.
    public var fingerprint: RequestFingerprint

    /// Describes a submission; there is one echo for each message.
    public init(
        tenant: Tenant, identity: RequestIdentity, messages: [Message], echoes: [SubmissionEcho],
        fingerprint: RequestFingerprint
    ) {
        self.tenant = tenant
        self.identity = identity
        self.messages = messages
        self.echoes = echoes
        self.fingerprint = fingerprint
    }
}

/// What became of a submission.
public enum DeskAnswer: Sendable, Hashable {
    /// It was taken.
    case taken
    /// It, or another one under its identity, had been taken before: nothing was taken now.
    case repeated
}

/// Why a desk did not do as asked.
public enum DeskRefusal: Error, Sendable, Hashable {
    /// The message itself is at fault, or may not be sent.
    case faulty(Reason)
    /// Nothing was taken; it may work in a moment.
    case unavailable
    /// The caller asks too much; nothing was taken.
    case throttled(retryAfter: Duration?)
    /// Nobody knows whether anything was taken.
    case uncertain
}

/// A question about what was handed in for an address in a span of time.
public struct HistoryQuery: Sendable {
    /// Whose messages.
    public var tenant: Tenant
    /// For whom.
    public var recipient: PhoneNumber
    /// Handed in then or later.
    public var from: WallTime
    /// Handed in before.
    public var before: WallTime
    /// The request by which they were handed in; `nil` wants all.
    public var bizID: String?
    /// How many records to pass over.
    public var offset: Int
    /// Most records wanted.
    public var limit: Int

    /// Describes a question.
    public init(
        tenant: Tenant, recipient: PhoneNumber, from: WallTime, before: WallTime, bizID: String?, offset: Int,
        limit: Int
    ) {
        self.tenant = tenant
        self.recipient = recipient
        self.from = from
        self.before = before
        self.bizID = bizID
        self.offset = offset
        self.limit = limit
    }
}

/// Some of the records that answer a question.
public struct HistoryPage: Sendable {
    /// How many there are in all.
    public var total: Int
    /// Those wanted, what was handed in first before what came later.
    public var records: [HistoryRecord]

    /// Describes a page.
    public init(total: Int, records: [HistoryRecord]) {
        self.total = total
        self.records = records
    }
}

/// What became of a message to one recipient. The default description is masked.
public struct HistoryRecord: Sendable, Hashable {
    /// How far it came.
    public enum State: Sendable, Hashable {
        /// On its way, or a vendor took it and has not said more.
        case waiting
        /// It did not arrive, and will not.
        case failed(code: String)
        /// It arrived.
        case received(code: String)
    }

    /// How far it came.
    public var state: State
    /// What the caller said of it.
    public var echo: SubmissionEcho
    /// The values of its template's parameters, by their logical names.
    public var parameters: [String: String]
    /// When it was handed in.
    public var submittedAt: WallTime
    /// When a carrier said how it ended.
    public var endedAt: WallTime?

    /// Describes a record.
    public init(
        state: State, echo: SubmissionEcho, parameters: [String: String], submittedAt: WallTime,
        endedAt: WallTime? = nil
    ) {
        self.state = state
        self.echo = echo
        self.parameters = parameters
        self.submittedAt = submittedAt
        self.endedAt = endedAt
    }
}

extension HistoryRecord: MaskedDescription {
    /// How far it came.
    public var description: String { "\(state)" }
}

extension HistoryQuery: MaskedDescription {
    /// Whose messages, without the number.
    public var description: String { "history of \(tenant) for \(recipient)" }
}

extension DeskSubmission: MaskedDescription {
    /// Whose it is, and the masked messages.
    public var description: String { "\(messages) of \(tenant)" }
}
