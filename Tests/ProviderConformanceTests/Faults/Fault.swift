import ProviderConformance
import Testing

/// One way to get a provider wrong, and the rules that find it: as a rule one.
struct Fault: Sendable, CustomTestStringConvertible {
    var testDescription: String
    /// The names of all rules that it breaks.
    var rules: Set<String>
    /// Builds it in; called for each provider that is made.
    var tamper: @Sendable (inout Tampering) -> Void

    /// - Parameters:
    ///   - rule: the rule that is there to find it.
    ///   - others: rules that find it too.
    init(
        _ name: String, breaks rule: ConformanceRule, _ others: ConformanceRule...,
        tamper: @escaping @Sendable (inout Tampering) -> Void
    ) {
        testDescription = name
        rules = Set(([rule] + others).map(\.name))
        self.tamper = tamper
    }

    /// Those that a rule sees in what it gets.
    static let all =
        ofCapabilities + ofOwnContents + ofCopies + ofOutcomes + ofFailures + ofCalls + ofExposure + ofPreviews + ofLife

    /// Those that a rule sees in what it never gets: it waits for as long as its patience lasts.
    static let endless = [notEndedByCancellation, oneAtATime, endlessShutdown]
}

extension ConformanceRule {
    /// The rule of a name, which there must be.
    static func named(_ name: String) -> ConformanceRule {
        guard let rule = all.first(where: { $0.name == name }) else { preconditionFailure("no rule '\(name)'") }
        return rule
    }
}
