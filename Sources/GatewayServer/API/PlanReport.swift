import HTTPProviderSupport
import NotificationGateway

/// A plan and its reasons as the API shows them: the fields of `notify explain --json`.
enum PlanReport {
    static func document(_ explanation: Explanation) -> JSONValue {
        let plan = explanation.plan
        let unrouted = explanation.unrouted.map { unrouted in
            JSONValue.fields(
                ("to", .string(plan.recipients[unrouted.place].address)),
                ("nearest", .array(unrouted.nearest.map(rule))))
        }
        return .fields(
            ("message_id", .string(plan.messageID.rawValue)), ("category", .string(plan.category.rawValue)),
            ("channel", .string(plan.channel.rawValue)), ("locale", plan.locale.map { .string($0.rawValue) }),
            ("mode", .string(plan.mode.rawValue)), ("recipients", .array(plan.recipients.map(recipient))),
            ("batches", .array(zip(plan.batches, explanation.batches).map { batch($0, $1, plan) })),
            ("unrouted", unrouted.isEmpty ? nil : .array(unrouted)))
    }

    private static func recipient(_ result: RecipientResult) -> JSONValue {
        .fields(
            ("to", .string(result.address)), ("outcome", .string(result.outcome.rawValue)),
            ("country", result.recipient?.country.map { .string($0.rawValue) }),
            ("route", result.route.map { .string($0.rawValue) }),
            ("provider", result.provider.map { .string($0.rawValue) }),
            ("reason", result.error.map { .string($0.reason.rawValue) }),
            ("message", result.error.map { .string($0.message) }),
            ("retry_after_ms", result.error?.retryAfter.map { .decimal($0.milliseconds) }))
    }

    private static func batch(_ batch: Plan.Batch, _ why: Explanation.Batch, _ plan: Plan) -> JSONValue {
        let held = batch.heldBack.map { held in
            JSONValue.fields(
                ("to", .string(plan.recipients[held.place].address)),
                ("retry_after_ms", .decimal(held.retryAfter.milliseconds)))
        }
        return .fields(
            ("rule", .string(batch.route.rawValue)), ("rule_index", .integer(batch.routeIndex)),
            ("why", .string(batch.why)), ("country", batch.country.map { .string($0.rawValue) }),
            ("recipients", .strings(batch.places.map { plan.recipients[$0].address })),
            ("strategy", .string(batch.strategy.rawValue)), ("deadline_ms", .decimal(batch.deadline.milliseconds)),
            ("retries", .integer(batch.retries)), ("duplicates", .string(batch.duplicates.rawValue)),
            ("recipient_limit", .strings(batch.recipientLimits.map(\.spelling))), ("held_back", .array(held)),
            ("quiet_hours", batch.quietHours.map { .string($0.words) }),
            ("plan", .array(zip(batch.candidates, why.bindings).map { step($0, $1) })),
            ("nearest", .array(why.nearest.map(rule))), ("policy", .array(why.policy.map(policy))))
    }

    private static func step(_ candidate: Plan.Candidate, _ bindingWhy: String) -> JSONValue {
        let (turns, places) = (candidate.limits.rateLimit, candidate.limits.maxInFlight)
        return .fields(
            ("provider", .string(candidate.provider.rawValue)), ("type", .string(candidate.type)),
            ("why", candidate.why.map(JSONValue.string)),
            ("health", .array(candidate.health.circuits.map(HealthReport.circuit))),
            ("binding", binding(candidate.binding)), ("binding_why", .string(bindingWhy)),
            ("destination", candidate.request.map { .string($0.destination) }),
            (
                "request",
                candidate.request.map { request in
                    .array(request.fields.map { .fields(("name", .string($0.name)), ("value", .string($0.value))) })
                }
            ),
            ("rate_limit", turns.map { .string($0.rate.spelling) }),
            ("rate_limit_key", turns?.key.map { .string($0.rawValue) }),
            ("rate_limit_left", turns.map { .integer($0.left) }),
            ("rate_limit_wait_ms", turns.map { .decimal($0.wait.milliseconds) }),
            ("max_in_flight", places.map { .integer($0.limit) }), ("in_flight", places.map { .integer($0.underWay) }),
            ("waiting", places.map { .integer($0.waiting) }),
            ("refused", candidate.refusal.map { .string($0.message) }),
            ("reason", candidate.refusal.map { .string($0.reason.rawValue) }))
    }

    /// The values as text, secrets hidden.
    private static func binding(_ values: OptionValues) -> JSONValue {
        .object(
            values.names.sorted().map { name in
                let text =
                    switch values[name] {
                    case .string(let value): value
                    case .boolean(let value): "\(value)"
                    case .integer(let value): "\(value)"
                    case .duration(let value): "\(value)"
                    case .rate(let value): "\(value)"
                    case .secret, nil: "***"
                    }
                return JSONValue.Member(name, .string(text))
            })
    }

    private static func rule(_ rule: Explanation.UnmatchedRule) -> JSONValue {
        .fields(
            ("rule", .string(rule.route.rawValue)), ("rule_index", .integer(rule.routeIndex)),
            ("failed", .string(rule.failed)))
    }

    private static func policy(_ row: Explanation.PolicyRow) -> JSONValue {
        .fields(
            ("reason", .string(row.reason.rawValue)), ("not_taken", .string(row.rejected.rawValue)),
            ("may_be_taken", .string(row.unknown.rawValue)), ("why", .string(row.why)),
            ("route_says_so", .boolean(row.isOverride)))
    }
}

/// The health of providers as the API shows it.
enum HealthReport {
    static func document(
        _ health: [ProviderName: ProviderHealth], _ capabilities: [ProviderName: Capabilities]
    ) -> JSONValue {
        let providers = health.sorted { $0.key < $1.key }.map { name, health in
            JSONValue.fields(
                ("provider", .string(name.rawValue)), ("healthy", .boolean(health.circuits.isEmpty)),
                ("channels", .strings((capabilities[name]?.channels ?? []).map(\.rawValue).sorted())),
                ("circuits", .array(health.circuits.map(circuit))))
        }
        return .fields(("providers", .array(providers)))
    }

    static func circuit(_ circuit: ProviderHealth.Circuit) -> JSONValue {
        var (until, percent): (JSONValue?, JSONValue?)
        switch circuit.state {
        case .open(let time): until = .string(time.timestamp)
        case .probing: break
        case .partial(let share): percent = .integer(share)
        }
        return .fields(
            ("scope", .string(circuit.scope.metricLabel)), ("state", .string(circuit.state.name)),
            ("reason", .string(circuit.reason.rawValue)), ("message", .string(circuit.message)),
            ("since", .string(circuit.since.timestamp)), ("until", until), ("percent", percent))
    }
}
