import NotificationGateway

extension ConformanceRule {
    static let statusLookup = ConformanceRule(
        "status look-up",
        "The look-up finds what was taken, finds nothing else, and never calls an unanswered question a no."
    ) { subject, findings in
        let request = subject.requests[0]
        await findings.with(.accepts, subject) { bench, findings in
            guard let lookup = bench.provider.statusLookup else { return findings.omit("the vendor cannot be asked") }
            _ = await bench.send(request, subject)
            await checkTaken(request, lookup, bench, subject, &findings)
            await checkNeverSent(like: request, lookup, bench, subject, &findings)
        }
        var behaviours: [VendorBehaviour] =
            [.refusesConnection, .timesOutUnanswered, .closesUnanswered, .closesHalfWay]
        if let success = subject.successAnswer {
            behaviours += UnreadableAnswer.short(like: success).map { .answers($0.answer) }
        }
        for behaviour in behaviours {
            await findings.with(behaviour, subject) { bench, findings in
                guard let lookup = bench.provider.statusLookup else { return }
                let ending = await bench.ask(lookup, request.reference, like: request, subject)
                findings.expect(
                    ending.failure != nil,
                    "a question to \(behaviour.name) should fail, but \(ending.words("it was answered"))")
            }
        }
    }

    private static func checkTaken(
        _ request: ProviderRequest, _ lookup: any StatusLookup, _ bench: ProviderUnderTest,
        _ subject: ConformanceSubject, _ findings: inout Findings
    ) async {
        let ending = await bench.ask(lookup, request.reference, like: request, subject)
        let records = ending.value ?? []
        findings.expect(
            records.contains { $0.reference == request.reference },
            "the request that was taken should be found, but \(ending.words("\(records.count) records came"))")
        findings.expect(
            records.allSatisfy { $0.recipient == nil || $0.recipient == request.recipients.first },
            "only records of the receiver who was asked for should come, but somebody else's did")
        let limit = bench.received().last?.timeLimit
        findings.expect(
            bench.advance != nil || limit.map { $0 > .zero && $0 <= .seconds(30) } == true,
            "the time that the caller waits should bound the question, but it was given "
                + (limit.map { "\($0)" } ?? "no limit"))
    }

    private static func checkNeverSent(
        like request: ProviderRequest, _ lookup: any StatusLookup, _ bench: ProviderUnderTest,
        _ subject: ConformanceSubject, _ findings: inout Findings
    ) async {
        let reference = "conformance-never-sent"
        let ending = await bench.ask(lookup, reference, like: request, subject)
        findings.expect(
            ending.value?.contains { $0.reference == nil || $0.reference == reference } == false,
            "a request that was never sent should not be found, and its absence should be said, but "
                + ending.words("a record came"))
    }

    static let shutdown = ConformanceRule(
        "shutdown", "Shutting down twice is harmless, and what comes later is refused at once."
    ) { subject, findings in
        await findings.with(.accepts, subject) { bench, findings in
            _ = await bench.send(subject.requests[0], subject)
            guard await shutsDownTwice(bench, subject, &findings) else { return }
            let before = bench.received().count
            let ending = await bench.send(subject.requests[0], subject)
            findings.expect(
                ending.failure?.acceptance == .rejected,
                "a send after the shutdown should be rejected, but \(ending.words)")
            findings.expect(
                bench.received().count == before, "a send after the shutdown should not reach the vendor, but it did")
        }
        await findings.with(.accepts, subject) { bench, findings in
            guard await shutsDownTwice(bench, subject, &findings) else { return }
            findings.expect(bench.received().isEmpty, "a provider that was never used should shut down in silence")
        }
    }

    private static func shutsDownTwice(
        _ bench: ProviderUnderTest, _ subject: ConformanceSubject, _ findings: inout Findings
    ) async -> Bool {
        for which in ["first", "second"] {
            let ends = await bench.shutdown(subject)
            findings.expect(ends, "the \(which) shutdown should end, but it did not")
            if !ends { return false }
        }
        return true
    }
}
