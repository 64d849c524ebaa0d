import HTTPProviderSupport
import NotificationGateway

/// Why a request was not carried out, as RFC 9457 tells it. Holds no address, value or secret of the request.
struct Problem: Error, Sendable {
    /// One thing that is wrong.
    struct Fault: Sendable, Hashable {
        /// Where.
        enum Place: Sendable, Hashable {
            case pointer(JSONPointer)
            case parameter(String)
            case header(String)
        }

        var place: Place
        var detail: String
    }

    var kind: ProblemKind
    /// What happened, in words for people.
    var detail: String
    var faults: [Fault] = []
    /// When the same request may go better.
    var retryAfter: Duration?
    /// The methods that the path has.
    var allow: [String] = []

    init(
        _ kind: ProblemKind, _ detail: String, faults: [Fault] = [], retryAfter: Duration? = nil, allow: [String] = []
    ) {
        self.kind = kind
        self.detail = detail
        self.faults = faults
        self.retryAfter = retryAfter
        self.allow = allow
    }

    /// The problem of one query parameter or header field.
    init(_ kind: ProblemKind, at place: Fault.Place, _ detail: String) {
        self.init(kind, detail, faults: [Fault(place: place, detail: detail)])
    }

    var document: JSONValue {
        .fields(
            ("type", .string(kind.type)), ("title", .string(kind.title)), ("status", .integer(kind.status)),
            ("detail", .string(detail)), ("errors", faults.isEmpty ? nil : .array(faults.map(\.document))))
    }

    var answer: RawAnswer {
        var headers: [(name: String, value: String)] = [("content-type", "application/problem+json")]
        if let retryAfter { headers.append(("retry-after", String(retryAfter.wholeSecondsUp))) }
        if !allow.isEmpty { headers.append(("allow", allow.joined(separator: ", "))) }
        if kind == .unauthorized { headers.append(("www-authenticate", "Bearer realm=\"notification gateway\"")) }
        return RawAnswer(status: kind.status, headers: headers + RawAnswer.common, body: document.serialized)
    }
}

extension Problem.Fault {
    var document: JSONValue {
        let member: (String, JSONValue) =
            switch place {
            case .pointer(let pointer): ("pointer", .string(pointer.description))
            case .parameter(let name): ("parameter", .string(name))
            case .header(let name): ("header", .string(name))
            }
        return .fields(("detail", .string(detail)), (member.0, member.1))
    }
}

/// The kinds of problem; each has a URI that programs tell it by.
enum ProblemKind: String, Sendable, Hashable, CaseIterable {
    case malformedRequest = "malformed-request"
    case malformedJSON = "malformed-json"
    case invalidParameter = "invalid-parameter"
    case unauthorized
    case forbidden
    case notFound = "not-found"
    case methodNotAllowed = "method-not-allowed"
    case notAcceptable = "not-acceptable"
    case requestTimeout = "request-timeout"
    case idInUse = "id-in-use"
    case inProgress = "in-progress"
    case wrongState = "wrong-state"
    case lengthRequired = "length-required"
    case contentTooLarge = "content-too-large"
    case targetTooLong = "target-too-long"
    case unsupportedMediaType = "unsupported-media-type"
    case expectationFailed = "expectation-failed"
    case invalidMessage = "invalid-message"
    case keyReused = "idempotency-key-reused"
    case tooManyRequests = "too-many-requests"
    case headerTooLarge = "header-too-large"
    case codingUnknown = "coding-unknown"
    case methodUnknown = "method-unknown"
    case overloaded
    case storeUnavailable = "store-unavailable"
    case shuttingDown = "shutting-down"
    case versionUnknown = "version-unknown"

    /// The URI.
    var type: String { "urn:notification-gateway:problem:\(rawValue)" }

    var status: Int { row.status }

    var title: String { row.title }

    private var row: (status: Int, title: String) {
        switch self {
        case .malformedRequest: (400, "The request is not HTTP that is taken")
        case .malformedJSON: (400, "The body is not JSON")
        case .invalidParameter: (400, "A parameter or header field is wrong")
        case .unauthorized: (401, "An API key is needed")
        case .forbidden: (403, "The API key does not allow this")
        case .notFound: (404, "There is no such thing")
        case .methodNotAllowed: (405, "The path has no such method")
        case .notAcceptable: (406, "The answer has another media type")
        case .requestTimeout: (408, "The request came too slowly")
        case .idInUse: (409, "The message id is in use")
        case .inProgress: (409, "The same request is being carried out")
        case .wrongState: (409, "The message's state does not allow this")
        case .lengthRequired: (411, "The request has no body")
        case .contentTooLarge: (413, "The body is too large")
        case .targetTooLong: (414, "The path and query are too long")
        case .unsupportedMediaType: (415, "The body has another media type")
        case .expectationFailed: (417, "The expectation is not known")
        case .invalidMessage: (422, "The message cannot be sent as it is")
        case .keyReused: (422, "The idempotency key was used for another request")
        case .tooManyRequests: (429, "The API key's rate is used up")
        case .headerTooLarge: (431, "The header fields are too large")
        case .codingUnknown: (501, "The transfer coding is not known")
        case .methodUnknown: (501, "The method is not known")
        case .overloaded: (503, "The server has too much to do")
        case .storeUnavailable: (503, "The outbox cannot be used")
        case .shuttingDown: (503, "The server is shutting down")
        case .versionUnknown: (505, "The version of HTTP is not known")
        }
    }
}

extension Problem {
    /// Why a connection takes no request.
    init(_ refusal: Refusal, _ options: ServerOptions) {
        switch refusal {
        case .malformed:
            self.init(.malformedRequest, "the request cannot be read, or has not just one Host that may be")
        case .methodUnknown: self.init(.methodUnknown, "the method is none of HTTP's")
        case .overloaded:
            self.init(
                .overloaded, "too many requests are under way; nothing was kept, try again", retryAfter: .seconds(1))
        case .timedOut: self.init(.requestTimeout, "the request was not whole in time")
        case .contentTooLarge: self.init(.contentTooLarge, "the body is larger than is taken here")
        case .targetTooLong:
            self.init(
                .targetTooLong,
                "path and query are longer than is taken here; those of the API have at most \(options.maxTarget) bytes"
            )
        case .expectationFailed: self.init(.expectationFailed, "the only expectation known is 100-continue")
        case .headerTooLarge:
            self.init(.headerTooLarge, "all header fields have at most \(options.maxHeader) bytes, and are at most 100")
        case .codingUnknown: self.init(.codingUnknown, "the only transfer coding known is chunked")
        case .versionUnknown: self.init(.versionUnknown, "this is HTTP/1.1")
        }
    }

    /// What the store's trouble means for the caller.
    init(_ error: OutboxTrouble) {
        switch error {
        case .locked:
            self.init(
                .storeUnavailable, "the outbox is busy; nothing was kept, try again", retryAfter: .seconds(1))
        case .diskFull:
            self.init(
                .storeUnavailable, "the outbox has no room left; nothing was kept, try again later",
                retryAfter: .seconds(30))
        case .corrupted:
            self.init(
                .storeUnavailable, "the outbox is damaged; nothing was kept, and a person has to look",
                retryAfter: .seconds(60))
        case .failed:
            self.init(
                .storeUnavailable, "the outbox cannot be used; nothing was kept, try again later",
                retryAfter: .seconds(30))
        }
    }
}

extension RawAnswer {
    /// What every answer of the API says: it is not to be kept, nor taken for something else.
    static let common: [(name: String, value: String)] = [
        ("cache-control", "no-store"), ("x-content-type-options", "nosniff"),
    ]

    /// An answer in JSON.
    static func json(
        _ value: JSONValue, status: Int = 200, headers: [(name: String, value: String)] = []
    ) -> RawAnswer {
        RawAnswer(
            status: status, headers: [("content-type", "application/json")] + headers + common, body: value.serialized)
    }
}

extension Duration {
    /// Whole seconds, rounded up: never too early.
    var wholeSecondsUp: Int64 {
        let (seconds, attoseconds) = components
        return attoseconds > 0 ? seconds + 1 : max(0, seconds)
    }
}
