import NotificationGateway

/// The fallback policy for people.
enum PolicyText {
    /// The standard table, for codes and for everything else.
    static var standard: [String] {
        let head = "reason".padded(to: 24) + "not taken".padded(to: 12) + "may be taken (code / other)"
        return ["", "fallback policy", head]
            + FallbackPolicy.standardRows.map { row in
                row.reason.rawValue.padded(to: 24) + row.rejected.notification.rawValue.padded(to: 12)
                    + "\(row.unknown.verification.rawValue) / \(row.unknown.notification.rawValue)"
            }
    }

    /// Every row of a route.
    static func whole(_ rows: [Explanation.PolicyRow]) -> [String] {
        let head = "  " + "when it fails".padded(to: 22) + "not taken".padded(to: 11) + "maybe taken".padded(to: 13)
        return [head + "because"]
            + rows.map { row in
                Console.wrap(
                    "  " + row.reason.rawValue.padded(to: 22) + row.rejected.rawValue.padded(to: 11)
                        + row.unknown.rawValue.padded(to: 13) + row.why, indent: 48)
            }
    }

    /// The rows of a route in few words: the reasons by the step that follows.
    static func steps(_ rows: [Explanation.PolicyRow]) -> [String] {
        [
            Console.wrap("  if it is not taken: \(words(rows, \.rejected))", indent: 4),
            Console.wrap("  if it may be taken: \(words(rows, \.unknown))", indent: 4),
        ]
    }

    /// The step that follows most reasons is said last and without them.
    private static func words(
        _ rows: [Explanation.PolicyRow], _ step: (Explanation.PolicyRow) -> FallbackPolicy.Step
    ) -> String {
        let groups = FallbackPolicy.Step.allCases
            .map { wanted in (step: wanted, reasons: rows.filter { step($0) == wanted }.map(\.reason.rawValue)) }
            .filter { !$0.reasons.isEmpty }
        guard let usual = groups.max(by: { $0.reasons.count < $1.reasons.count })?.step else {
            return "nothing follows"
        }
        let named = groups.filter { $0.step != usual }
            .map { "\($0.step.rawValue) after \($0.reasons.joined(separator: ", "))" }
        return (named + [named.isEmpty ? usual.rawValue : "else \(usual.rawValue)"]).joined(separator: "; ")
    }
}
