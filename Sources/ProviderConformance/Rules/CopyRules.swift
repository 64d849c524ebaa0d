import NotificationGateway

extension ConformanceRule {
    static let copies = ConformanceRule(
        "copies",
        """
        Where the vendor is declared to refuse a copy of a request that it has had, the error of one that may have arrived \
        hands out what makes the same bytes again; of one that surely did not arrive, none does.
        """
    ) { subject, findings in
        for behaviour in [VendorBehaviour.timesOutUnanswered, .closesUnanswered, .closesHalfWay] {
            await findings.with(behaviour, subject) { bench, findings in
                await checkCopy(behaviour, bench, subject, &findings)
            }
        }
        await findings.with(.refusesConnection, subject) { bench, findings in
            let ending = await bench.send(subject.requests[0], subject)
            findings.expect(
                ending.failure?.replay == nil,
                "what surely did not arrive may be sent anew, and needs nothing that makes a copy")
        }
    }

    private static func checkCopy(
        _ behaviour: VendorBehaviour, _ bench: ProviderUnderTest, _ subject: ConformanceSubject,
        _ findings: inout Findings
    ) async {
        var request = subject.requests[0]
        let isDeclared = bench.provider.capabilities.replayGuard != .none
        let ending = await bench.send(request, subject)
        // Whether it is unknown, and came once, other rules ask.
        guard let failure = ending.failure, failure.acceptance == .unknown, bench.received().count == 1 else { return }
        guard let token = failure.replay, isDeclared else {
            let (claim, deed) = isDeclared ? ("declared", "nothing that makes one") : ("not declared", "what makes one")
            return findings.expect(
                (failure.replay != nil) == isDeclared,
                "\(behaviour.name): that the vendor refuses copies is \(claim), but the error hands out \(deed)")
        }
        findings.expect(
            token.reference == request.reference,
            "a copy should carry the reference '\(request.reference)', but the token says '\(token.reference)'")
        request.replay = token
        request.attempt += 1
        _ = await bench.send(request, subject)
        let sent = bench.received().map(\.bytes)
        findings.expect(
            sent.count == 2 && sent[0] == sent[1],
            "\(behaviour.name): the copy should be the same bytes as the first request, but is not")
    }
}
