import GatewayTestKit
import NotificationGateway
import ProviderConformance
import Testing

@testable import notify

/// The subjects of every kind that `notify` offers.
enum Subjects {
    static let all = [ConformanceSubject.aliyun(signature: "v3"), .aliyun(signature: "v1"), .file, .log].map {
        var subject = $0
        // Nothing here is slow by itself: only a busy machine is, beside all the other suites.
        subject.patience = .seconds(120)
        return subject
    }

    /// Those of some kinds that have none.
    static func missing(for kinds: [ProviderKind]) -> [String] {
        kinds.map(\.type).filter { type in !all.contains { $0.kind == type } }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var subject: ConformanceSubject
        var rule: ConformanceRule
        var testDescription: String { "\(subject.kind): \(rule.name)" }
    }

    static var cases: [Case] {
        all.flatMap { subject in ConformanceRule.all.map { Case(subject: subject, rule: $0) } }
    }
}

/// The catalogue is that of the program: nothing is left out by forgetting.
@Suite("Every kind in the catalogue")
struct CatalogueTests {
    @Test("has a subject, without which this suite fails")
    func subjects() {
        #expect(Subjects.missing(for: Catalogue.kinds).isEmpty)
        let forgotten = ProviderKind(
            type: "forgotten", summary: "", capabilities: RecordingProvider.everything, options: OptionSchema()
        ) { _, _ in RecordingProvider() }
        #expect(Subjects.missing(for: Catalogue.kinds + [forgotten]) == ["forgotten"])
    }

    @Test("declares what its providers declare", arguments: Subjects.all)
    func declarations(subject: ConformanceSubject) async throws {
        let kind = try #require(Catalogue.kinds.first { $0.type == subject.kind })
        let bench = try await subject.make(.accepts)
        #expect(bench.provider.capabilities == kind.capabilities)
        await bench.provider.shutdown()
        await bench.dispose()
    }

    @Test("keeps every rule", arguments: Subjects.cases)
    func conforms(to conformance: Subjects.Case) async {
        let verdict = await conformance.rule.verdict(on: conformance.subject)
        for violation in verdict.violations { Issue.record("\(violation)") }
        #expect(
            verdict.checks > 0 || !verdict.notApplicable.isEmpty,
            "a rule that neither checked anything nor said why is a gap")
    }

    /// By place, since a kind may have several subjects.
    @Test("leaves out no more rules than are known", arguments: Subjects.all.indices)
    func omissions(index: Int) async {
        let subject = Subjects.all[index]
        let report = await ConformanceReport(of: subject)
        let known = ["aliyun-dysms": 0, "file": 3, "log": 7]
        #expect(report.verdicts.count { $0.checks == 0 } == known[subject.kind], "\(report)")
    }
}
