import GatewayOutbox
import HTTPProviderSupport
import NotificationGateway

/// What can be asked, and how that is answered.
enum OpenAPIPaths {
    static let all = JSONValue.object(
        Endpoint.allCases.map { endpoint in
            let operations = endpoint.methods.filter { $0 != "HEAD" }.map { method in
                JSONValue.Member(method.lowercased(), operation(endpoint, method))
            }
            return JSONValue.Member(endpoint.rawValue, .object(operations))
        })

    /// The problems that any request may end in, once for all.
    static let problems = JSONValue.object(
        statuses.map { status in
            let kinds = ProblemKind.allCases.filter { $0.status == status }
            var headers: [JSONValue.Member] = []
            switch status {
            case 401: headers = [header("WWW-Authenticate")]
            case 405: headers = [header("Allow")]
            case 409, 429, 503: headers = [header("Retry-After")]
            default: break
            }
            return JSONValue.Member(
                "Problem\(status)",
                .fields(
                    ("description", .string(kinds.map(\.title).joined(separator: "; "))),
                    ("headers", headers.isEmpty ? nil : .object(headers)),
                    (
                        "content",
                        .fields(("application/problem+json", .fields(("schema", .reference("Problem")))))
                    )))
        })

    private static let statuses = Set(ProblemKind.allCases.map(\.status)).sorted()

    private static func header(_ name: String) -> JSONValue.Member {
        JSONValue.Member(name, .fields(("$ref", .string("#/components/headers/\(name)"))))
    }

    // MARK: Operations

    private static func operation(_ endpoint: Endpoint, _ method: String) -> JSONValue {
        let parameters = parameters(endpoint, method)
        return .fields(
            ("operationId", .string(name(endpoint, method))), ("summary", .string(summary(endpoint, method))),
            ("security", endpoint.scope(method) == nil ? .array([]) : nil),
            ("parameters", parameters.isEmpty ? nil : .array(parameters)),
            ("requestBody", body(endpoint, method)),
            ("responses", .object(answers(endpoint, method) + failures(endpoint, method))))
    }

    private static func name(_ endpoint: Endpoint, _ method: String) -> String {
        switch endpoint {
        case .messages: method == "POST" ? "submit" : "list"
        case .message: "look"
        case .cancel: "cancel"
        case .requeue: "requeue"
        case .outbox: "count"
        case .explain: "explain"
        case .providers: "providers"
        case .health: "health"
        case .readiness: "readiness"
        case .metrics: "metrics"
        case .description: "description"
        }
    }

    private static func summary(_ endpoint: Endpoint, _ method: String) -> String {
        switch endpoint {
        case .messages: method == "POST" ? "Hand in a message, or a batch" : "Page through messages"
        case .message: "Look at a message: its state, and the trail of its last send"
        case .cancel: "Take a message back that is not sent yet"
        case .requeue: "Put a dead message back into the queue"
        case .outbox: "Count the messages in each state"
        case .explain: "Say what would happen to a message, and why"
        case .providers: "Say how the providers are"
        case .health: "Say that the process runs"
        case .readiness: "Say whether messages can be taken"
        case .metrics: "Show the metrics in Prometheus' text format"
        case .description: "Show this document"
        }
    }

    private static func body(_ endpoint: Endpoint, _ method: String) -> JSONValue? {
        guard endpoint.takesDocument(method) else { return nil }
        let schema =
            endpoint == .explain
            ? JSONValue.reference("Message")
            : .fields(("anyOf", .array([.reference("Message"), .reference("Batch")])))
        return .fields(
            ("required", .boolean(true)), ("content", .fields(("application/json", .fields(("schema", schema))))))
    }

    // MARK: Parameters

    private static func parameters(_ endpoint: Endpoint, _ method: String) -> [JSONValue] {
        switch (endpoint, method) {
        case (.messages, "POST"):
            [
                parameter("wait", "query", .text("How long to wait for the outcome, such as 5s.")),
                parameter(
                    "Idempotency-Key", "header",
                    .fields(
                        ("type", .string("string")), ("minLength", .integer(1)), ("maxLength", .integer(255)),
                        ("pattern", .string("^[!-~]+$")))),
            ]
        case (.messages, _):
            [
                parameter("state", "query", .words(EntryState.allCases.map(\.rawValue))),
                parameter("tenant", "query", .text()),
                parameter("category", "query", .words(Category.allCases.map(\.rawValue))),
                parameter("template", "query", .text()), parameter("tag", "query", .text()),
                parameter("from", "query", .time("Handed in then or later.")),
                parameter("before", "query", .time("Handed in before.")),
                parameter("limit", "query", .whole("50 where it is left out.", least: 1, most: 500)),
                parameter("cursor", "query", .text("The next_cursor of the page before.")),
                parameter("order", "query", .words(["newest", "oldest"], "newest where it is left out.")),
            ]
        case (.message, _), (.cancel, _), (.requeue, _):
            [parameter("id", "path", .fields(("type", .string("string")), ("minLength", .integer(1))))]
        default: []
        }
    }

    private static func parameter(_ name: String, _ place: String, _ schema: JSONValue) -> JSONValue {
        .fields(
            ("name", .string(name)), ("in", .string(place)), ("required", place == "path" ? .boolean(true) : nil),
            ("schema", schema))
    }

    // MARK: Answers

    private static func answers(_ endpoint: Endpoint, _ method: String) -> [JSONValue.Member] {
        switch endpoint {
        case .messages where method == "POST":
            [
                answer(200, "The outcome came in time.", .reference("Entry"), [header("Idempotent-Replayed")]),
                answer(
                    202, "Kept, and sent when its turn comes.",
                    .fields(("anyOf", .array([.reference("Submitted"), .reference("SubmittedBatch")]))),
                    [header("Location"), header("Idempotent-Replayed")]),
            ]
        case .messages: [answer(200, "A page.", .reference("Page"))]
        case .message: [answer(200, "The message.", .reference("Entry"))]
        case .cancel, .requeue: [answer(200, "The message as it is then.", .reference("Entry"))]
        case .outbox: [answer(200, "The counts.", .reference("Counts"))]
        case .explain: [answer(200, "The plan.", .reference("Plan"))]
        case .providers: [answer(200, "The providers.", .reference("Providers"))]
        case .health, .readiness: [answer(200, "Yes.", .reference("Status"))]
        case .metrics: [answer(200, "The metrics.", .text(), type: "text/plain")]
        case .description: [answer(200, "This document.", .fields(("type", .string("object"))))]
        }
    }

    private static func answer(
        _ status: Int, _ description: String, _ schema: JSONValue, _ headers: [JSONValue.Member] = [],
        type: String = "application/json"
    ) -> JSONValue.Member {
        JSONValue.Member(
            String(status),
            .fields(
                ("description", .string(description)), ("headers", headers.isEmpty ? nil : .object(headers)),
                ("content", .object([JSONValue.Member(type, .fields(("schema", schema)))]))))
    }

    /// What a request of this kind may end in but its good answers.
    private static func failures(_ endpoint: Endpoint, _ method: String) -> [JSONValue.Member] {
        var statuses: Set<Int> = [400, 405, 406, 408, 413, 414, 417, 431, 501, 503, 505]
        if endpoint.scope(method) != nil { statuses.formUnion([401, 403, 429]) }
        switch endpoint {
        case .message: statuses.insert(404)
        case .cancel, .requeue: statuses.formUnion([404, 409])
        case .messages where method == "POST": statuses.formUnion([409, 411, 415, 422])
        case .explain: statuses.formUnion([411, 415, 422])
        default: break
        }
        return statuses.sorted().map { status in
            JSONValue.Member(String(status), .fields(("$ref", .string("#/components/responses/Problem\(status)"))))
        }
    }
}
