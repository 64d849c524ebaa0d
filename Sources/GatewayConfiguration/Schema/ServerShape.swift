import NotificationGateway

/// The shape of `server:`.
enum ServerShape {
    static let listen = OptionField(
        "listen", .string, default: .string("127.0.0.1:8080"),
        help: "Host and port; port 0 takes any that is free. Anything but this machine itself needs `keys`.")
    static let outbox = OptionField(
        "outbox", .outputFile, default: .string("outbox.sqlite"),
        help: "File that keeps the messages; on a local disk, beside room for a copy of itself.")
    static let keys = OptionField("keys", .path, help: "File of the API keys, which `notify keys` writes.")
    static let maxBody = OptionField(
        "max_body", .size, default: .string("1MiB"), help: "Largest body of a request.")
    static let maxConnections = OptionField(
        "max_connections", .integer(1...1_000_000), default: .integer(16_384), help: "Most connections at a time.")
    static let maxInFlight = OptionField(
        "max_in_flight", .integer(1...100_000), default: .integer(256),
        help: "Most messages under way to vendors at a time.")
    static let shutdownGrace = OptionField(
        "shutdown_grace", .duration, default: .duration(.seconds(20)),
        help: "How long what is under way may take to end when the server stops.")
    static let lease = OptionField(
        "lease", .duration, default: .duration(.seconds(30)),
        help: "How long after its last sign of life a server counts as dead and others take over what it was sending."
    )
    static let patience = OptionField(
        "patience", .duration, default: .duration(.seconds(600)),
        help: "How long vendors are asked about a message whose sender died; then it is uncertain.")
    static let retention = OptionField(
        "retention", .duration, default: .duration(.seconds(30 * 86_400)),
        help: "How long messages that are done with are kept, and their idempotency keys; a day at least.")
    static let pollRate = OptionField(
        "poll_rate", .rate, default: .rate(Rate(5, per: .seconds(1))),
        help: "Most questions about what became of messages, to all vendors together.")

    static let certificate = OptionField(
        "certificate", .path, required: true, help: "PEM file of the certificate and those that it hangs on.")
    static let key = OptionField("key", .path, required: true, help: "PEM file of the private key.")
    static let tls = Section("a TLS identity", [certificate, key].map(SectionKey.init))

    static let token = OptionField(
        "token", .secret,
        help: "Secret end of the path `/receipts/<provider>/<token>` to which the vendor posts receipts.")
    static let poll = OptionField(
        "poll", .boolean, help: "Whether the vendor is asked; `true` where it has receipts and no `token` is given.")
    static let receipts = Section("a provider's receipts", [token, poll].map(SectionKey.init))

    static let url = OptionField("url", .url, required: true, help: "Where events are posted to.")
    static let secret = OptionField(
        "secret", .secret, required: true,
        help: "`whsec_` and the secret in base64; a list signs with each, while a new one is brought in.")
    static let events = OptionField(
        "events",
        .choice(["accepted", "delivered", "undelivered", "rejected", "uncertain", "expired", "cancelled", "dead"]),
        help: "States that are told of; all where none is named.")
    static let tenants = OptionField("tenants", .string, help: "Whose messages; everyone's where none is named.")
    static let recipients = OptionField(
        "recipients", .choice(["masked", "full"]), default: .string("masked"), help: "How addresses are written.")
    static let allow = OptionField(
        "allow", .string,
        help:
            "Private addresses or networks that may be connected to all the same, such as `10.1.0.0/16`; allows `http://` too."
    )
    static let webhook = Section(
        "a webhook",
        [
            SectionKey(url),
            SectionKey(secret.name, .oneOrMany(.value(.secret)), required: true, help: secret.help),
            SectionKey(events.name, .oneOrMany(.value(events.type)), help: events.help),
            SectionKey(tenants.name, .oneOrMany(.value(.string)), help: tenants.help),
            SectionKey(recipients), SectionKey(allow.name, .oneOrMany(.value(.string)), help: allow.help),
        ])

    static let accessSecret = OptionField("secret", .secret, required: true, help: "What requests are signed with.")
    static let tenant = OptionField("tenant", .string, default: .string("default"), help: "Whose messages they are.")
    static let accessKey = Section("an access key", [accessSecret, tenant].map(SectionKey.init))
    static let templateMapping = Section(
        "a template's meaning",
        [
            SectionKey("template", .value(.string), required: true, help: "The template of this file."),
            SectionKey(
                "parameters", .names("caller's parameter", .value(.string)),
                help: "The template's parameter for one that is called otherwise."),
        ])
    static let ownListen = OptionField(
        "listen", .string, help: "Host and port of its own, served at `/`; without it `/compat/dysms/` alone.")
    static let dysms = Section(
        "a Dysms endpoint",
        [
            SectionKey(ownListen),
            SectionKey(
                "access_keys", .names("access key id", .section(accessKey)), required: true,
                help: "Keys that callers sign with, by id."),
            SectionKey(
                "templates", .names("template code", .anyOf([.value(.string), .section(templateMapping)])),
                required: true,
                help: "The template of this file for each code that callers use."),
            SectionKey(
                "sign_names", .oneOrMany(.value(.string)),
                help: "Sign names that callers may give; any where none is named."),
        ])

    /// The sections within, under the names of their keys.
    static let sections = [
        ("tls", tls), ("receipts", receipts), ("webhooks", webhook), ("dysms", dysms), ("access_keys", accessKey),
        ("templates", templateMapping),
    ]

    static let scalars = [
        listen, outbox, keys, maxBody, maxConnections, maxInFlight, shutdownGrace, lease, patience, retention,
        pollRate,
    ]
    static let server = Section(
        "the server",
        scalars.map(SectionKey.init) + [
            SectionKey("tls", .section(tls), help: "Serves HTTPS; plain HTTP where it is not given."),
            SectionKey(
                "receipts", .names("provider", .section(receipts)),
                help: "Where delivery receipts come from, by provider."),
            SectionKey(
                "webhooks", .names("webhook", .section(webhook)), help: "Who is told what became of messages, by name."),
            SectionKey("dysms", .section(dysms), help: "Serves callers that use Aliyun's own SDK."),
        ])
}
