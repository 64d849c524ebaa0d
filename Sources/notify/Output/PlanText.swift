import NotificationGateway

/// An explained plan for people.
struct PlanText {
    let explanation: Explanation
    /// Whether every row of the fallback policy is shown, or its steps only.
    var showsWholePolicy = false
    private var plan: Plan { explanation.plan }

    var lines: [String] {
        var lines = [
            "\(plan.category.rawValue) by \(plan.channel.rawValue), \(plan.mode.rawValue), message \(plan.messageID)"
        ]
        for (place, result) in plan.recipients.enumerated() where result.outcome == .rejected && result.route == nil {
            lines.append(Console.paint("rejected  ", .red) + Console.safe(result.address))
            if let error = result.error {
                lines.append(Console.wrap("          \(error.reason.rawValue): \(error.message)", indent: 10))
            }
            guard let unrouted = explanation.unrouted.first(where: { $0.place == place }) else { continue }
            lines += Self.unmatched(unrouted.nearest)
        }
        for (batch, why) in zip(plan.batches, explanation.batches) { lines += self.lines(batch, why) }
        // Without a route there is no policy in force but the standard one.
        return plan.batches.isEmpty && showsWholePolicy ? lines + PolicyText.standard : lines
    }

    /// The rules that did not match, each with the first condition that failed.
    private static func unmatched(_ rules: [Explanation.UnmatchedRule]) -> [String] {
        rules.map { rule in
            Console.wrap("  not rule \(rule.routeIndex + 1) '\(rule.route)': \(Console.safe(rule.failed))", indent: 4)
        }
    }

    private func lines(_ batch: Plan.Batch, _ why: Explanation.Batch) -> [String] {
        let shown = batch.places.prefix(5).map { Console.safe(plan.recipients[$0].address) }
        let more = batch.places.count > shown.count ? " and \(batch.places.count - shown.count) more" : ""
        let country = batch.country.map { " (\($0))" } ?? ""
        var lines = [
            Console.wrap("to \(shown.joined(separator: ", "))\(more)\(country)", indent: 3),
            Console.wrap("  rule \(batch.routeIndex + 1) '\(batch.route)': \(batch.why)", indent: 4),
        ]
        lines += Self.unmatched(why.nearest)
        let others = why.unmatchedCount - why.nearest.count
        if others > 0 {
            lines.append("  nor \(others == 1 ? "the other rule" : "any of the other \(others) rules") before it")
        }
        lines.append(
            "  \(batch.strategy.rawValue), deadline \(batch.deadline), \(batch.retries == 1 ? "1 retry" : "\(batch.retries) retries"), "
                + "duplicates: \(batch.duplicates.rawValue)")
        if !batch.recipientLimits.isEmpty {
            lines.append("  a recipient gets at most \(batch.recipientLimits.map(\.spelling).joined(separator: ", "))")
        }
        lines += heldBack(batch)
        if let hours = batch.quietHours { lines.append("  quiet hours: \(hours.words)") }
        for (index, candidate) in batch.candidates.enumerated() {
            lines += self.lines(candidate, number: index + 1, binding: why.bindings[index])
        }
        return lines + (showsWholePolicy ? PolicyText.whole(why.policy) : PolicyText.steps(why.policy))
    }

    private func heldBack(_ batch: Plan.Batch) -> [String] {
        let more = batch.heldBack.count - 5
        return batch.heldBack.prefix(5).map { held in
            let address = Console.safe(plan.recipients[held.place].address)
            return Console.wrap("    \(address) has had that; allowed again in \(held.retryAfter.words)", indent: 6)
        } + (more > 0 ? ["    and \(more) more"] : [])
    }

    /// What a provider is given at most, and what is left of it: a word for each that is in use.
    static func limits(_ limits: ProviderLimits) -> [String] {
        var lines: [String] = []
        if let turns = limits.rateLimit {
            let whose = turns.key.map { " with all of '\($0)'" } ?? ""
            let state = turns.left > 0 ? "\(turns.left) left now" : "the next in \(turns.wait.words)"
            lines.append("     at most \(turns.rate.spelling)\(whose): \(state)")
        }
        if let places = limits.maxInFlight {
            let waiting = places.waiting > 0 ? ", \(places.waiting) waiting" : ""
            lines.append("     at most \(places.limit) in flight: \(places.underWay) under way\(waiting)")
        }
        return lines
    }

    private func lines(_ candidate: Plan.Candidate, number: Int, binding: String) -> [String] {
        let why = candidate.why.map { ", \($0)" } ?? ""
        let head = "  \(number). \(candidate.provider) (\(candidate.type))\(why)"
        let choice = [Console.wrap("     binding: \(binding)", indent: 7)]
        let health = candidate.health.circuits.map { Console.wrap("     \(Console.safe($0.description))", indent: 5) }
        if let refusal = candidate.refusal {
            return [head] + choice + health + [Console.wrap("     cannot carry it: \(refusal.message)", indent: 5)]
        }
        guard let request = candidate.request else { return [head] + choice + health }
        return ["\(head): \(request.destination)"] + choice + health + Self.limits(candidate.limits)
            + request.fields.map { Console.wrap("       \($0.name): \(Console.safe($0.value))", indent: 9) }
    }
}
