import NotificationGateway

/// A plan as `notify explain --json` prints it.
struct PlanReport: Encodable {
    struct Step: Encodable {
        var provider: String
        var type: String
        var why: String?
        var health: [Circuit]
        var binding: [String: String]
        var binding_why: String
        var destination: String?
        var request: [DeliveryReport.Field]?
        var rate_limit: String?
        var rate_limit_key: String?
        var rate_limit_left: Int?
        var rate_limit_wait_ms: Double?
        var max_in_flight: Int?
        var in_flight: Int?
        var waiting: Int?
        var refused: String?
        var reason: String?
    }

    /// A rule that did not match.
    struct Unmatched: Encodable {
        var rule: String
        var rule_index: Int
        var failed: String
    }

    struct PolicyRow: Encodable {
        var reason: String
        var not_taken: String
        var may_be_taken: String
        var why: String
        var route_says_so: Bool
    }

    struct Unrouted: Encodable {
        var to: String
        var nearest: [Unmatched]
    }

    struct Circuit: Encodable {
        var scope: String
        var state: String
        var reason: String
        var message: String
        var since: String
        var until: String?
        var percent: Int?
    }

    /// Whom a limit keeps back.
    struct HeldBack: Encodable {
        var to: String
        var retry_after_ms: Double
    }

    struct Batch: Encodable {
        var rule: String
        var rule_index: Int
        var why: String
        var country: String?
        var recipients: [String]
        var strategy: String
        var deadline_ms: Double
        var retries: Int
        var duplicates: String
        var recipient_limit: [String]
        var held_back: [HeldBack]
        var quiet_hours: String?
        var plan: [Step]
        var nearest: [Unmatched]
        var policy: [PolicyRow]
    }

    var message_id: String
    var category: String
    var channel: String
    var locale: String?
    var mode: String
    var recipients: [DeliveryReport.Recipient]
    /// The rule and the plan of the first recipient that has one; `batches` has them for all.
    var rule: String?
    var rule_index: Int?
    var why: String?
    var plan: [Step]
    var batches: [Batch]
    /// The first few recipients that no route takes.
    var unrouted: [Unrouted]?

    init(_ explanation: Explanation) {
        let plan = explanation.plan
        message_id = plan.messageID.rawValue
        category = plan.category.rawValue
        channel = plan.channel.rawValue
        locale = plan.locale?.rawValue
        mode = plan.mode.rawValue
        recipients = plan.recipients.map(DeliveryReport.Recipient.init)
        batches = zip(plan.batches, explanation.batches).map { batch, why in
            Batch(
                rule: batch.route.rawValue, rule_index: batch.routeIndex, why: batch.why,
                country: batch.country?.rawValue, recipients: batch.places.map { plan.recipients[$0].address },
                strategy: batch.strategy.rawValue, deadline_ms: batch.deadline.milliseconds, retries: batch.retries,
                duplicates: batch.duplicates.rawValue, recipient_limit: batch.recipientLimits.map(\.spelling),
                held_back: batch.heldBack.map {
                    HeldBack(to: plan.recipients[$0.place].address, retry_after_ms: $0.retryAfter.milliseconds)
                },
                quiet_hours: batch.quietHours?.words,
                plan: zip(batch.candidates, why.bindings).map(Step.init),
                nearest: why.nearest.map(Unmatched.init), policy: why.policy.map(PolicyRow.init))
        }
        let unrouted = explanation.unrouted.map { unrouted in
            Unrouted(
                to: plan.recipients[unrouted.place].address, nearest: unrouted.nearest.map(Unmatched.init))
        }
        self.unrouted = unrouted.isEmpty ? nil : unrouted
        rule = batches.first?.rule
        rule_index = batches.first?.rule_index
        why = batches.first?.why
        self.plan = batches.first?.plan ?? []
    }
}

extension PlanReport.Step {
    init(_ candidate: Plan.Candidate, bindingWhy: String) {
        let (turns, places) = (candidate.limits.rateLimit, candidate.limits.maxInFlight)
        self.init(
            provider: candidate.provider.rawValue, type: candidate.type, why: candidate.why,
            health: candidate.health.circuits.map(PlanReport.Circuit.init),
            binding: candidate.binding.texts,
            binding_why: bindingWhy,
            destination: candidate.request?.destination,
            request: candidate.request.map { $0.fields.map(DeliveryReport.Field.init) },
            rate_limit: turns?.rate.spelling, rate_limit_key: turns?.key?.rawValue, rate_limit_left: turns?.left,
            rate_limit_wait_ms: turns?.wait.milliseconds, max_in_flight: places?.limit,
            in_flight: places?.underWay, waiting: places?.waiting,
            refused: candidate.refusal?.message, reason: candidate.refusal?.reason.rawValue)
    }
}

extension PlanReport.Unmatched {
    init(_ rule: Explanation.UnmatchedRule) {
        self.init(rule: rule.route.rawValue, rule_index: rule.routeIndex, failed: rule.failed)
    }
}

extension PlanReport.PolicyRow {
    init(_ row: Explanation.PolicyRow) {
        self.init(
            reason: row.reason.rawValue, not_taken: row.rejected.rawValue, may_be_taken: row.unknown.rawValue,
            why: row.why, route_says_so: row.isOverride)
    }
}

extension PlanReport.Circuit {
    init(_ circuit: ProviderHealth.Circuit) {
        self.init(
            scope: circuit.scope.metricLabel, state: circuit.state.name, reason: circuit.reason.rawValue,
            message: circuit.message, since: circuit.since.timestamp)
        switch circuit.state {
        case .open(let until): self.until = until.timestamp
        case .probing: break
        case .partial(let percent): self.percent = percent
        }
    }
}

extension OptionValues {
    /// The values as text, secrets hidden.
    var texts: [String: String] {
        var texts: [String: String] = [:]
        for name in names {
            switch self[name] {
            case .string(let value): texts[name] = value
            case .boolean(let value): texts[name] = "\(value)"
            case .integer(let value): texts[name] = "\(value)"
            case .duration(let value): texts[name] = "\(value)"
            case .rate(let value): texts[name] = "\(value)"
            case .secret, nil: texts[name] = "***"
            }
        }
        return texts
    }
}
