import FileProvider
import NotificationGateway
import ProviderConformance
import Testing

/// Every kind that `notify` offers. A kind without a subject fails the suite: nothing is left out by forgetting.
enum Catalogue {
    static let kinds: [ProviderKind] = [FileKind.file, FileKind.log]

    static let subjects: [ConformanceSubject] = [.file, .log]

    struct Case: Sendable, CustomTestStringConvertible {
        var subject: ConformanceSubject
        var rule: ConformanceRule
        var testDescription: String { "\(subject.kind): \(rule.name)" }
    }

    static var cases: [Case] {
        subjects.flatMap { subject in ConformanceRule.all.map { Case(subject: subject, rule: $0) } }
    }
}

@Suite("Every kind in the catalogue")
struct CatalogueTests {
    @Test("has a subject", arguments: Catalogue.kinds.map(\.type))
    func hasSubject(type: String) {
        #expect(Catalogue.subjects.contains { $0.kind == type }, "write a subject for '\(type)'")
    }

    @Test("keeps every rule", arguments: Catalogue.cases)
    func conforms(to conformance: Catalogue.Case) async {
        let verdict = await conformance.rule.verdict(on: conformance.subject)
        for violation in verdict.violations { Issue.record("\(violation)") }
        #expect(
            verdict.checks > 0 || !verdict.notApplicable.isEmpty,
            "a rule that neither checked anything nor said why is a gap")
    }

    @Test("leaves out no more rules than are known", arguments: ["file": 1, "log": 4])
    func omissions(kind: String, expected: Int) async throws {
        let subject = try #require(Catalogue.subjects.first { $0.kind == kind })
        let report = await ConformanceReport(of: subject)
        #expect(report.verdicts.count { $0.checks == 0 } == expected, "\(report)")
    }
}
