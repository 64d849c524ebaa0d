/// One promise that every provider keeps, and how to check it.
///
/// No test framework is needed:
///
///     @Test(arguments: ConformanceRule.all)
///     func conforms(rule: ConformanceRule) async {
///         for violation in await rule.check(subject) { Issue.record("\(violation)") }
///     }
public struct ConformanceRule: Sendable, CustomStringConvertible {
    /// Its name: that of the rule in the documentation of `MessageProvider`.
    public let name: String
    /// The promise, in one sentence.
    public let promise: String
    private let body: @Sendable (ConformanceSubject, inout Findings) async -> Void

    init(
        _ name: String, _ promise: String,
        body: @escaping @Sendable (ConformanceSubject, inout Findings) async -> Void
    ) {
        self.name = name
        self.promise = promise
        self.body = body
    }

    /// Checks a subject: what it breaks. Empty when it keeps the promise *and* when nothing could be checked; ``verdict(on:)``
    /// tells these apart.
    public func check(_ subject: ConformanceSubject) async -> [Violation] { await verdict(on: subject).violations }

    /// Checks a subject.
    public func verdict(on subject: ConformanceSubject) async -> Verdict {
        var findings = Findings()
        await body(subject, &findings)
        return Verdict(
            rule: name, checks: findings.checks,
            violations: findings.violations.map { Violation(kind: subject.kind, rule: name, message: $0) },
            notApplicable: findings.omissions)
    }

    /// The name.
    public var description: String { name }

    /// Every rule.
    public static let all: [ConformanceRule] = [
        capabilities, recipientLimit, everyRecipient, ownContents, receipt, failures, unreadableAnswers, unanswered,
        noRepetition, copies, deadline, cancellation, concurrency, determinism, privacy, preview, statusLookup,
        receipts, shutdown,
    ]
}

/// A broken promise.
public struct Violation: Sendable, Hashable, CustomStringConvertible {
    /// The `type:` of the provider's kind.
    public var kind: String
    /// The rule's name.
    public var rule: String
    /// What was done, what was expected, and what happened.
    public var message: String

    /// Kind, rule and message on one line.
    public var description: String { "\(kind): \(rule): \(message)" }
}

/// How a subject did by one rule.
public struct Verdict: Sendable, Hashable {
    /// The rule's name.
    public var rule: String
    /// How many things were checked.
    public var checks: Int
    /// What was broken.
    public var violations: [Violation]
    /// What could not be checked, each with its reason.
    public var notApplicable: [String]

    /// Whether the promise was kept, as far as it could be checked at all.
    public var isKept: Bool { violations.isEmpty && checks > 0 }
}

/// How a subject did by all rules.
public struct ConformanceReport: Sendable, CustomStringConvertible {
    /// The `type:` of the kind.
    public var kind: String
    /// One for each rule, in their order.
    public var verdicts: [Verdict]

    /// Checks a subject by rules, one after the other.
    public init(of subject: ConformanceSubject, rules: [ConformanceRule] = ConformanceRule.all) async {
        kind = subject.kind
        verdicts = []
        for rule in rules { verdicts.append(await rule.verdict(on: subject)) }
    }

    /// Everything that was broken.
    public var violations: [Violation] { verdicts.flatMap(\.violations) }

    /// A line for each rule, a total at the end; nothing that was left out is left unsaid.
    public var description: String {
        var lines = verdicts.map { verdict in
            let state = verdict.checks == 0 ? "not applicable" : verdict.violations.isEmpty ? "kept" : "BROKEN"
            return "\(kind): \(verdict.rule): \(state), \(verdict.checks) checks"
                + verdict.violations.map { "\n    broken: \($0.message)" }.joined()
                + verdict.notApplicable.map { "\n    not applicable: \($0)" }.joined()
        }
        let broken = verdicts.count { !$0.violations.isEmpty }
        let omitted = verdicts.count { $0.violations.isEmpty && $0.checks == 0 }
        lines.append(
            "\(kind): \(verdicts.count - broken - omitted) rules kept, \(broken) broken, \(omitted) not applicable")
        return lines.joined(separator: "\n")
    }
}
