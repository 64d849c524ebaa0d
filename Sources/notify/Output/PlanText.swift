import NotificationGateway

/// A plan for people.
struct PlanText {
    let plan: Plan

    var lines: [String] {
        var lines = [
            "\(plan.category.rawValue) by \(plan.channel.rawValue), \(plan.mode.rawValue), message \(plan.messageID)"
        ]
        for result in plan.recipients where result.outcome == .rejected && result.route == nil {
            lines.append(Console.paint("rejected  ", .red) + Console.safe(result.address))
            if let error = result.error {
                lines.append(Console.wrap("          \(error.reason.rawValue): \(error.message)", indent: 10))
            }
        }
        for batch in plan.batches { lines += self.lines(batch) }
        return lines
    }

    private func lines(_ batch: Plan.Batch) -> [String] {
        let shown = batch.places.prefix(5).map { Console.safe(plan.recipients[$0].address) }
        let more = batch.places.count > shown.count ? " and \(batch.places.count - shown.count) more" : ""
        let country = batch.country.map { " (\($0))" } ?? ""
        var lines = [
            Console.wrap("to \(shown.joined(separator: ", "))\(more)\(country)", indent: 3),
            Console.wrap("  rule \(batch.routeIndex + 1) '\(batch.route)': \(batch.why)", indent: 4),
            "  \(batch.strategy.rawValue), deadline \(batch.deadline), \(batch.retries) retries, "
                + "duplicates: \(batch.duplicates.rawValue)",
        ]
        for (index, candidate) in batch.candidates.enumerated() { lines += self.lines(candidate, number: index + 1) }
        return lines
    }

    private func lines(_ candidate: Plan.Candidate, number: Int) -> [String] {
        let why = candidate.why.map { ", \($0)" } ?? ""
        let head = "  \(number). \(candidate.provider) (\(candidate.type))\(why)"
        if let refusal = candidate.refusal {
            return [head, Console.wrap("     cannot carry it: \(refusal.message)", indent: 5)]
        }
        guard let request = candidate.request else { return [head] }
        return ["\(head): \(request.destination)"]
            + request.fields.map { Console.wrap("       \($0.name): \(Console.safe($0.value))", indent: 9) }
    }
}

/// The fallback policy's standard table for people.
enum PolicyText {
    static var lines: [String] {
        let head = "reason".padded(to: 24) + "not taken".padded(to: 12) + "may be taken (code / other)"
        return ["", "fallback policy", head]
            + FallbackPolicy.standardRows.map { row in
                row.reason.rawValue.padded(to: 24) + row.rejected.notification.rawValue.padded(to: 12)
                    + "\(row.unknown.verification.rawValue) / \(row.unknown.notification.rawValue)"
            }
    }
}
