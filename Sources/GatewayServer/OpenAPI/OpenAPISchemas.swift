import GatewayOutbox
import HTTPProviderSupport
import NotificationGateway

/// What goes in and out, by name.
enum OpenAPISchemas {
    static let all = JSONValue.object(
        [
            ("Message", message), ("Batch", batch), ("Submitted", submitted), ("SubmittedBatch", submittedBatch),
            ("Entry", entry), ("EntrySummary", entrySummary), ("Page", page), ("Recipient", recipient),
            ("Attempt", attempt), ("Reconciliation", reconciliation), ("Counts", counts), ("Circuit", circuit),
            ("Providers", providers), ("Status", status), ("Problem", problem),
        ].map { JSONValue.Member($0.0, $0.1) } + plan)

    private static let states = EntryState.allCases.map(\.rawValue)
    private static let categories = Category.allCases.map(\.rawValue)
    private static let channels = Channel.allCases.map(\.rawValue)

    // MARK: In

    private static func bounded(_ longest: Int, _ description: String? = nil) -> JSONValue {
        .fields(
            ("type", .string("string")), ("minLength", .integer(1)), ("maxLength", .integer(longest)),
            ("description", description.map(JSONValue.string)))
    }

    private static let message = JSONValue.fields(
        ("type", .string("object")),
        ("description", .string("What to tell whom: either a template with parameters, or text.")),
        (
            "properties",
            .fields(
                ("id", bounded(200, "Your own id; vendors' records carry it. One is made where there is none.")),
                ("to", .fields(("oneOf", .array([bounded(512), .list(bounded(512), least: 1, most: 1_000)])))),
                ("template", bounded(200, "A logical template.")), ("parameters", .texts("The template's values.")),
                ("text", .fields(("type", .string("string")), ("minLength", .integer(1)))),
                (
                    "individual_parameters",
                    .fields(
                        ("type", .string("object")), ("additionalProperties", .texts()),
                        ("description", .string("Values for single recipients, by their address as it stands in to.")))
                ), ("category", .words(categories)), ("channel", .words(channels, "sms where it is left out.")),
                ("tags", .list(bounded(200), most: 32)), ("locale", .text("A language tag such as zh-CN.")),
                ("deadline", .text("The time for a send, such as 15s.")),
                ("expires", .time("It is never sent later.")), ("send_at", .time("It is not sent before.")))
        ), ("required", .strings(["to"])),
        (
            "oneOf",
            .array([.fields(("required", .strings(["template"]))), .fields(("required", .strings(["text"])))])
        ), ("additionalProperties", .boolean(false)))

    private static let batch = JSONValue.closed(
        nil, [("messages", .list(.reference("Message"), least: 1, most: MessageReader.mostMessages))])

    // MARK: Out

    private static let submitted = JSONValue.closed(
        "A message that is kept, as it was when it came.",
        [
            ("id", .text()), ("state", .words(["queued", "scheduled"])), ("submitted_at", .time()),
            ("location", .text("Where it is looked at.")),
        ])

    private static let submittedBatch = JSONValue.closed(
        "In the order of the request.",
        [
            (
                "messages",
                .list(
                    .fields(
                        (
                            "oneOf",
                            .array([
                                .reference("Submitted"),
                                .closed("Why this one was not kept.", [("problem", .reference("Problem"))]),
                            ])
                        )))
            )
        ])

    private static let head: [(String, JSONValue)] = [
        ("id", .text()), ("state", .words(states)), ("tenant", .text()), ("category", .words(categories)),
        ("channel", .words(channels)), ("template?", .text()), ("locale?", .text()), ("tags", .list(.text())),
        ("submitted_at", .time()), ("send_at", .time()), ("changed_at", .time()),
        ("due_at?", .time("When it is tried next.")),
        ("expires?", .time()), ("tries", .whole()), ("recipients", .list(.reference("Recipient"))),
    ]

    private static let entrySummary = JSONValue.closed("A message without its trail.", head)

    private static let entry = JSONValue.closed(
        "A message and all that is known of it.",
        head + [
            ("attempts", .list(.reference("Attempt"))),
            ("dropped_attempts", .whole("How many more there were than are kept.")),
        ])

    private static let page = JSONValue.closed(
        nil,
        [
            ("messages", .list(.reference("EntrySummary"))),
            ("next_cursor?", .text("Asks for the next page; missing on the last.")),
        ])

    private static let recipient = JSONValue.closed(
        "A recipient, and what became of it.",
        [
            ("to", .text("Masked for keys that see all tenants without scope admin.")),
            ("outcome?", .words(Outcome.allCases.map(\.rawValue))), ("country?", .text()), ("route?", .text()),
            ("provider?", .text()), ("vendor_message_id?", .text()), ("reason?", .text()), ("message?", .text()),
            ("retry_after_ms?", .milliseconds()),
            (
                "receipt?",
                .closed(
                    "The vendor's later word.",
                    [("delivered", .flag()), ("code?", .text()), ("explanation?", .text()), ("time", .time())])
            ),
        ])

    private static let attempt = JSONValue.closed(
        "One request to one provider, and what followed.",
        [
            ("provider", .text()), ("number", .whole()), ("reference", .text()), ("recipients", .whole()),
            ("acceptance", .words(Acceptance.allCases.map(\.rawValue))), ("reason?", .text()),
            ("vendor_code?", .text()),
            ("vendor_message?", .text()), ("request_id?", .text()), ("retry_after_ms?", .milliseconds()),
            ("duration_ms", .milliseconds()), ("next", .words(Attempt.Next.allCases.map(\.rawValue))), ("why", .text()),
            ("reconciliation?", .reference("Reconciliation")),
        ])

    private static let reconciliation = JSONValue.closed(
        "What came of asking the vendor.",
        [
            ("asked", .whole()), ("next", .text()), ("why", .text()), ("reason?", .text()), ("vendor_code?", .text()),
            ("vendor_message?", .text()),
        ])

    private static let counts = JSONValue.closed(
        nil, [("states", .closed("How many messages are in each state.", states.map { ($0, .whole()) }))])

    private static let circuit = JSONValue.closed(
        "Why a provider is spared.",
        [
            ("scope", .words(["account", "service", "pace", "binding"])),
            ("state", .words(["open", "probing", "partial"])), ("reason", .text()), ("message", .text()),
            ("since", .time()), ("until?", .time()), ("percent?", .whole(most: 100)),
        ])

    private static let providers = JSONValue.closed(
        nil,
        [
            (
                "providers",
                .list(
                    .closed(
                        nil,
                        [
                            ("provider", .text()), ("healthy", .flag()), ("channels", .list(.words(channels))),
                            ("circuits", .list(.reference("Circuit"))),
                        ]))
            )
        ])

    private static let status = JSONValue.closed(nil, [("status", .words(["ok", "ready"]))])

    private static let problem = JSONValue.closed(
        "RFC 9457.",
        [
            ("type", .words(ProblemKind.allCases.map(\.type))), ("title", .text()),
            ("status", .whole(least: 400, most: 599)), ("detail", .text()),
            (
                "errors?",
                .list(
                    .closed(
                        "One thing that is wrong, and where.",
                        [
                            ("detail", .text()), ("pointer?", .text("In the body: RFC 6901.")),
                            ("parameter?", .text("In the query.")), ("header?", .text()),
                        ]))
            ),
        ])

    // MARK: Plans

    private static let rule: [(String, JSONValue)] = [
        ("rule", .text()), ("rule_index", .whole()),
        ("failed", .text("The first condition that the message did not meet.")),
    ]

    private static let plan: [JSONValue.Member] = [
        JSONValue.Member("Plan", planItself), JSONValue.Member("PlanBatch", planBatch),
        JSONValue.Member("PlanStep", planStep),
        JSONValue.Member("UnmatchedRule", .closed(nil, rule)),
    ]

    private static let planItself = JSONValue.closed(
        "What would happen to a message.",
        [
            ("message_id", .text()), ("category", .words(categories)), ("channel", .words(channels)),
            ("locale?", .text()),
            ("mode", .words(["live", "dry-run"])), ("recipients", .list(.reference("Recipient"))),
            ("batches", .list(.reference("PlanBatch"))),
            (
                "unrouted?",
                .list(.closed(nil, [("to", .text()), ("nearest", .list(.reference("UnmatchedRule")))]))
            ),
        ])

    private static let planBatch = JSONValue.closed(
        "Recipients that travel together.",
        [
            ("rule", .text()), ("rule_index", .whole()), ("why", .text()), ("country?", .text()),
            ("recipients", .list(.text())), ("strategy", .text()), ("deadline_ms", .milliseconds()),
            ("retries", .whole()),
            ("duplicates", .text()), ("recipient_limit", .list(.text())),
            ("held_back", .list(.closed(nil, [("to", .text()), ("retry_after_ms", .milliseconds())]))),
            ("quiet_hours?", .text()), ("plan", .list(.reference("PlanStep"))),
            ("nearest", .list(.reference("UnmatchedRule"))),
            (
                "policy",
                .list(
                    .closed(
                        nil,
                        [
                            ("reason", .text()), ("not_taken", .text()), ("may_be_taken", .text()), ("why", .text()),
                            ("route_says_so", .flag()),
                        ]))
            ),
        ])

    private static let planStep = JSONValue.closed(
        "A provider of the route.",
        [
            ("provider", .text()), ("type", .text()), ("why?", .text()), ("health", .list(.reference("Circuit"))),
            ("binding", .texts()), ("binding_why", .text()), ("destination?", .text()),
            ("request?", .list(.closed(nil, [("name", .text()), ("value", .text())]))), ("rate_limit?", .text()),
            ("rate_limit_key?", .text()), ("rate_limit_left?", .whole()), ("rate_limit_wait_ms?", .milliseconds()),
            ("max_in_flight?", .whole()), ("in_flight?", .whole()), ("waiting?", .whole()), ("refused?", .text()),
            ("reason?", .text()),
        ])
}

/// The header fields of answers, by name.
enum OpenAPIHeaders {
    static let all = JSONValue.fields(
        ("Location", header("Where the message is looked at.", .text())),
        ("Retry-After", header("Seconds until the same request may go better.", .whole())),
        ("Idempotent-Replayed", header("There where the request had been made before.", .words(["true"]))),
        ("Allow", header("The methods of the path.", .text())),
        ("WWW-Authenticate", header("How to show a key.", .text())))

    private static func header(_ description: String, _ schema: JSONValue) -> JSONValue {
        .fields(("description", .string(description)), ("schema", schema))
    }
}
