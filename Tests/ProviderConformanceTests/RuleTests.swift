import Foundation
import ProviderConformance
import Testing

@Suite("The conformance rules")
struct RuleTests {
    @Test("pass a provider that keeps them, and leave nothing out", arguments: ConformanceRule.all)
    func sound(rule: ConformanceRule) async {
        let verdict = await rule.verdict(on: .model())
        #expect(verdict.violations.isEmpty && verdict.checks > 0 && verdict.notApplicable.isEmpty, "\(verdict)")
    }

    @Test("catch a provider that is broken on purpose, each by its rule and no other", arguments: Fault.all)
    func broken(fault: Fault) async {
        let report = await ConformanceReport(of: .model(fault: fault))
        #expect(Set(report.violations.map(\.rule)) == fault.rules, "\(report)")
    }

    @Test("call a provider stuck that does not end, and go on", arguments: Fault.endless)
    func stuck(fault: Fault) async {
        var subject = ConformanceSubject.model(fault: fault)
        subject.patience = .milliseconds(100)
        for name in fault.rules {
            let violations = await ConformanceRule.named(name).check(subject)
            #expect(violations.contains { $0.message.contains("did not") }, "\(violations)")
        }
    }

    @Test("bring a provider down that traps on an answer")
    func trapOnAnswer() async {
        await #expect(processExitsWith: .failure) {
            _ = await ConformanceRule.named("unreadable answers").check(.model(fault: .trapsOnForeignBytes))
        }
        await #expect(processExitsWith: .success) {
            let others = ConformanceRule.all.filter { $0.name != "unreadable answers" }
            _ = await ConformanceReport(of: .model(fault: .trapsOnForeignBytes), rules: others)
        }
    }

    @Test("bring a provider down that traps when it is shut down again")
    func trapOnShutdown() async {
        await #expect(processExitsWith: .failure) {
            _ = await ConformanceRule.named("shutdown").check(.model(fault: .trapsOnSecondShutdown))
        }
        await #expect(processExitsWith: .success) {
            let others = ConformanceRule.all.filter { $0.name != "shutdown" }
            _ = await ConformanceReport(of: .model(fault: .trapsOnSecondShutdown), rules: others)
        }
    }

    @Test("have broken providers each, of which one at least breaks nothing else")
    func complete() {
        let alone = (Fault.all + Fault.endless).filter { $0.rules.count == 1 }.flatMap(\.rules)
        #expect(Set(ConformanceRule.all.map(\.name)) == Set(alone))
        #expect(Set(ConformanceRule.all.map(\.name)).count == ConformanceRule.all.count)
        #expect(Set(Fault.all.map(\.testDescription)).count == Fault.all.count && Fault.all.count >= 70)
    }

    /// Both are read by people who write providers: the one before, the other after.
    @Test("stand in the documentation of MessageProvider, in their order")
    func documented() throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
            .appendingPathComponent("Sources/NotificationGateway/Provider/MessageProvider.swift")
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
        let names = lines.compactMap { try? /\/\/\/ \d+\. \*(.+?)\*: .*/.wholeMatch(in: $0)?.output.1 }
        #expect(names.map(String.init) == ConformanceRule.all.map(\.name))
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
