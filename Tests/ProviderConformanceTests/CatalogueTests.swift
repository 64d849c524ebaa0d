import AliyunProvider
import FileProvider
import GatewayTestKit
import NotificationGateway
import ProviderConformance
import Testing

/// Every kind that `notify` offers. A kind without a subject fails the suite: nothing is left out by forgetting.
enum Catalogue {
    static let kinds = [AliyunKind.dysms { _ in ScriptedTransport([]) }, FileKind.file, FileKind.log]

    static let subjects = [ConformanceSubject.aliyun(signature: "v3"), .aliyun(signature: "v1"), .file, .log].map {
        var subject = $0
        // Nothing here is slow by itself: only a busy machine is, beside all the other suites.
        subject.patience = .seconds(120)
        return subject
    }

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

    /// By place, since a kind may have several subjects.
    @Test("leaves out no more rules than are known", arguments: Catalogue.subjects.indices)
    func omissions(index: Int) async {
        let subject = Catalogue.subjects[index]
        let report = await ConformanceReport(of: subject)
        let known = ["aliyun-dysms": 0, "file": 1, "log": 4]
        #expect(report.verdicts.count { $0.checks == 0 } == known[subject.kind], "\(report)")
    }
}
