import NotificationGateway

/// A plan as `notify explain --json` prints it.
struct PlanReport: Encodable {
    struct Step: Encodable {
        var provider: String
        var type: String
        var why: String?
        var binding: [String: String]
        var destination: String?
        var request: [DeliveryReport.Field]?
        var refused: String?
        var reason: String?
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
        var plan: [Step]
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

    init(_ plan: Plan, _ settings: GatewaySettings) {
        message_id = plan.messageID.rawValue
        category = plan.category.rawValue
        channel = plan.channel.rawValue
        locale = plan.locale?.rawValue
        mode = settings.mode.rawValue
        recipients = plan.recipients.map(DeliveryReport.Recipient.init)
        batches = plan.batches.map { batch in
            Batch(
                rule: batch.route.rawValue, rule_index: batch.routeIndex, why: batch.why,
                country: batch.country?.rawValue, recipients: batch.places.map { plan.recipients[$0].address },
                strategy: batch.strategy.rawValue, deadline_ms: batch.deadline.milliseconds, retries: batch.retries,
                duplicates: batch.duplicates.rawValue, plan: batch.candidates.map(Step.init))
        }
        rule = batches.first?.rule
        rule_index = batches.first?.rule_index
        why = batches.first?.why
        self.plan = batches.first?.plan ?? []
    }
}

extension PlanReport.Step {
    init(_ candidate: Plan.Candidate) {
        self.init(
            provider: candidate.provider.rawValue, type: candidate.type, why: candidate.why,
            binding: candidate.binding.texts,
            destination: candidate.request?.destination,
            request: candidate.request.map { $0.fields.map(DeliveryReport.Field.init) },
            refused: candidate.refusal?.message, reason: candidate.refusal?.reason.rawValue)
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
