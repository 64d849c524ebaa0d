import ProviderConformance
import Testing

@Suite("The conformance rules")
struct RuleTests {
    @Test("pass a provider that keeps them, and leave nothing out", arguments: ConformanceRule.all)
    func sound(rule: ConformanceRule) async {
        let verdict = await rule.verdict(on: .model())
        #expect(verdict.violations.isEmpty && verdict.checks > 0 && verdict.notApplicable.isEmpty, "\(verdict)")
    }

    @Test("each catch the provider that is built to break it, and no other rule does", arguments: Fault.allCases)
    func broken(fault: Fault) async {
        let report = await ConformanceReport(of: .model(fault: fault))
        let catching = Set(report.violations.map(\.rule))
        #expect(catching == [fault.rawValue], "\(report)")
    }

    @Test("call a provider stuck that does not notice its cancellation, and go on")
    func stuck() async {
        var subject = ConformanceSubject.model(isDeaf: true)
        subject.patience = .milliseconds(100)
        let violations = await ConformanceRule.all.filter { $0.name == "cancellation" }[0].check(subject)
        #expect(violations.contains { $0.message.contains("the call did not end") }, "\(violations)")
    }

    @Test("have a broken provider each")
    func complete() {
        #expect(ConformanceRule.all.map(\.name).sorted() == Fault.allCases.map(\.rawValue).sorted())
        #expect(Set(ConformanceRule.all.map(\.name)).count == ConformanceRule.all.count)
    }

    @Test("report what they could not check, with the reason, and count it")
    func omissions() async {
        var subject = ConformanceSubject.model()
        subject.successAnswer = nil
        subject.failures = []
        subject.make = { (_: VendorBehaviour) throws(NotApplicable) in throw NotApplicable("the vendor is on holiday") }
        let report = await ConformanceReport(of: subject)
        #expect(report.verdicts.filter { $0.checks == 0 }.count >= 12)
        for verdict in report.verdicts { #expect(!verdict.notApplicable.isEmpty, "\(verdict)") }
        #expect(report.description.contains("a vendor that accepts: the vendor is on holiday"))
        #expect(report.description.contains("not applicable: it reads no answers"))
    }
}
