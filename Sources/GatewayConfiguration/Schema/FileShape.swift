import NotificationGateway

/// The shape of `providers.yaml`: every key that the gateway itself knows. The kinds add theirs.
enum FileShape {
    static let categories = Category.allCases.map(\.rawValue)
    static let channels = Channel.allCases.map(\.rawValue)

    static func root(_ kinds: [ProviderKind]) -> Section {
        Section(
            "the file",
            [
                SectionKey("version", .value(.integer(1...1)), default: "1", help: "Version of this format."),
                SectionKey(
                    "mode", .value(.choice(GatewaySettings.Mode.allCases.map(\.rawValue))), default: "live",
                    help: "Whether messages leave the machine; `--live`, `--dry-run` and `NOTIFY_MODE` override it."),
                SectionKey(
                    "default_country", .country,
                    help: "Country of phone numbers that are written without a country code."),
                SectionKey("default_locale", .locale, help: "Language of messages that name none."),
                SectionKey(repeatWindow),
                SectionKey(
                    "providers", .names("provider", .anyOf(kinds.map { .section(provider($0)) })), required: true,
                    help: "Vendor accounts by name."),
                SectionKey("templates", .names("template", .section(template(kinds))), help: "Templates by name."),
                SectionKey(
                    "routes", .list(.section(route)), required: true,
                    help: "Routes in order; the first whose `match` fits takes the message."),
                SectionKey("server", .section(ServerShape.server), help: "How `notify serve` serves."),
            ])
    }

    static let repeatWindow = OptionField(
        "repeat_window", .duration, default: .duration(GatewaySettings.defaultRepeatWindow),
        help: "How long a message's id, given by the caller, is sent once; `0s` sends every call.")

    // MARK: Providers

    static let type = OptionField("type", .string, required: true, help: "Kind of provider.")
    static let rateLimit = OptionField("rate_limit", .rate, help: "Most requests that the provider is given.")

    static let rateLimitKey = OptionField(
        "rate_limit_key", .string,
        help: "Providers with the same key share one `rate_limit`, such as that of a vendor's account.")
    static let maxInFlight = OptionField(
        "max_in_flight", .integer(1...100_000), help: "Most requests that the provider has under way at a time.")
    static let prices = SectionKey(
        "prices", .names("country or `*`", .price),
        help: "What a message costs, by the recipient's country, for `strategy: cheapest`; `*` is all others.")

    static func provider(_ kind: ProviderKind) -> Section {
        let type = SectionKey("type", .value(.choice([kind.type])), required: true, help: "`\(kind.type)`")
        return Section(
            "a provider of type \(kind.type)",
            [type, SectionKey(rateLimit), SectionKey(rateLimitKey), SectionKey(maxInFlight), prices]
                + kind.options.fields.map(SectionKey.init))
    }

    // MARK: Templates

    static func template(_ kinds: [ProviderKind]) -> Section {
        let choices = kinds.filter { !$0.binding.fields.isEmpty }.map { Shape.section(binding($0)) }
        return Section(
            "a template",
            [
                SectionKey(
                    "category", .value(.choice(categories)), default: Category.notification.rawValue,
                    help: "Why messages made from it are sent; decides deadlines and what may come twice."),
                SectionKey(
                    "parameters", .names("parameter", .anyOf([.section(parameter), .null])),
                    help: "Values that a message gives."),
                SectionKey(
                    "text", .anyOf([.value(.string), .names("locale or default", .value(.string))]),
                    help: "Finished text with `${name}` places, by locale; `default` serves all others."),
                SectionKey(
                    "bindings", .names("provider", .anyOf(choices + [.list(.anyOf(choices))])),
                    help: "How each provider's own template is filled; a list is tried in order."),
                recipientLimit("Messages made from it that a recipient may get, such as `[1/min, 5/h, 10/day]`."),
            ])
    }

    static let recipientRate = OptionField("recipient_limit", .rate, help: "")

    private static func recipientLimit(_ help: String) -> SectionKey {
        SectionKey(recipientRate.name, .oneOrMany(.value(recipientRate.type)), help: help)
    }

    static let required = OptionField(
        "required", .boolean, help: "Whether a message must give it; `true` unless it has a default.")
    static let defaultValue = OptionField("default", .string, help: "Value where a message gives none.")
    static let pattern = OptionField(
        "pattern", .string,
        help: "Regular expression that the whole value must match; without look-around and back-references.")
    static let maxLength = OptionField("max_length", .integer(1...100_000), help: "Most characters.")
    static let parameter = Section(
        "a parameter", [required, defaultValue, pattern, maxLength].map(SectionKey.init))

    static let variables = OptionField(
        "variables", .choice(["approved"]),
        help: "`approved`: the vendor allowed variables in this marketing template.")

    static func binding(_ kind: ProviderKind) -> Section {
        Section(
            "a binding of type \(kind.type)",
            kind.binding.fields.map(SectionKey.init) + [
                SectionKey("country", .oneOrMany(.country), help: "Countries that it serves; all where none is named."),
                SectionKey("locale", .oneOrMany(.locale), help: "Languages that it serves; all where none is named."),
                SectionKey(
                    "parameters", .names("parameter", .anyOf([.value(.string), .null])),
                    help: "The vendor's name for a parameter of the template; `~` does not send it."),
                SectionKey(
                    "constants", .names("vendor's parameter", .value(.string)),
                    help: "Values that are the same for every message."),
                SectionKey(variables),
            ])
    }

    // MARK: Routes

    static let strategy = OptionField(
        "strategy", .choice(Strategy.allCases.map(\.rawValue)), default: .string(Strategy.ordered.rawValue),
        help: "How the providers are ordered for a message.")
    static let deadline = OptionField(
        "deadline", .duration,
        help: """
            Time from the call to the outcome; the message's own counts where it is shorter. 15s, 1m, 5m by category where \
            neither names one.
            """)
    static let retries = OptionField(
        "retries", .integer(0...10), default: .integer(Route.defaultRetries),
        help: "Retries with the same provider, at most.")
    static let duplicates = OptionField(
        "duplicates", .choice(Route.Duplicates.allCases.map(\.rawValue)),
        default: .string(Route.Duplicates.avoid.rawValue),
        help: "When nobody knows whether a vendor took a message: `avoid` sends no second one.")
    static let weight = OptionField(
        "weight", .integer(0...1_000_000), default: .integer(1), help: "Share under `strategy: weighted` and `sticky`.")

    static let timeOfDay = Shape.value(.string)
    static let quietHours = Section(
        "a span of quiet hours",
        [
            SectionKey("from", timeOfDay, required: true, help: "First quiet minute of a day, such as `\"21:00\"`."),
            SectionKey("to", timeOfDay, required: true, help: "First minute that is not quiet any more."),
            SectionKey(
                "time_zone", .value(.string), default: "recipient",
                help: "`recipient`: any clock of the recipient's country; or a fixed one such as `\"+08:00\"`."),
            SectionKey(
                "categories", .oneOrMany(.value(.choice(QuietHours.quietable.map(\.rawValue)))),
                default: Category.marketing.rawValue, help: "Messages that are refused then; codes never are."),
        ])

    static let match = Section(
        "a match",
        [
            SectionKey("channel", .oneOrMany(.value(.choice(channels))), help: "The path."),
            SectionKey("category", .oneOrMany(.value(.choice(categories))), help: "The purpose."),
            SectionKey("country", .oneOrMany(.country), help: "The recipient's country."),
            SectionKey("template", .oneOrMany(.value(.string)), help: "The template."),
            SectionKey("tag", .oneOrMany(.value(.string)), help: "A tag of the message."),
            SectionKey(
                "prefix", .oneOrMany(.prefix), help: "First digits of the recipient's number, with country code."),
        ])

    static let candidate = Section(
        "a provider of a route",
        [
            SectionKey("provider", .value(.string), required: true, help: "Name of the provider."),
            SectionKey(weight),
        ])

    /// The steps that can follow: there is nothing to reconcile when the message was surely not taken.
    static func steps(after acceptance: Acceptance) -> [FallbackPolicy.Step] {
        FallbackPolicy.Step.allCases.filter { $0 != .reconcile || acceptance == .unknown }
    }

    private static func stepShape(after acceptance: Acceptance) -> Shape {
        .value(.choice(steps(after: acceptance).map(\.rawValue)))
    }

    static let policySteps = Section(
        "a policy's steps",
        [
            SectionKey("rejected", stepShape(after: .rejected), help: "When the message was surely not taken."),
            SectionKey("unknown", stepShape(after: .unknown), help: "When it may have been taken."),
        ])

    /// Ends of the whole message, after which no route can do anything.
    private static let finalReasons: [Reason: String] = [
        .cancelled: "nothing follows a send that the caller cancelled; remove it",
        .deadlineExceeded: "nothing can be sent when the message's time is over; remove it",
    ]

    /// The reasons that a route may have a step for.
    static let reasons = Reason.allCases.filter { finalReasons[$0] == nil }
    static let policy = Section(
        "a policy",
        reasons.map {
            SectionKey(
                $0.rawValue, .anyOf([stepShape(after: .rejected), .section(policySteps)]),
                help: "Step instead of the standard one.")
        }, refused: Dictionary(uniqueKeysWithValues: finalReasons.map { ($0.key.rawValue, $0.value) }))

    static let route = Section(
        "a route",
        [
            SectionKey("name", .value(.string), help: "Name for people; `route 1` and so on where none is given."),
            SectionKey("match", .section(match), help: "Which messages it takes; all where nothing is named."),
            SectionKey(
                "providers",
                .oneOrMany(.anyOf([.value(.string), .section(candidate), .names("provider", .value(weight.type))])),
                required: true, help: "Candidates in order: names, or `{name: weight}`."),
            SectionKey(strategy), SectionKey(deadline), SectionKey(retries), SectionKey(duplicates),
            recipientLimit("Messages that a recipient may get by this route; counts beside the template's own limit."),
            SectionKey("quiet_hours", .section(quietHours), help: "When it disturbs nobody."),
            SectionKey("policy", .section(policy), help: "Steps that differ from the standard fallback policy."),
        ])
}
