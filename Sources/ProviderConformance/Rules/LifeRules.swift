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
            let taken = try? await lookup.records(for: query(request.reference, request, bench))
            findings.expect(
                taken?.contains { $0.reference == request.reference } == true,
                "the request that was taken should be found, but \(taken.map { "\($0.count)" } ?? "no") records came")
            let other = try? await lookup.records(for: query("conformance-never-sent", request, bench))
            findings.expect(
                other?.contains { $0.reference == nil || $0.reference == "conformance-never-sent" } == false,
                "a request that was never sent should not be found, and its absence should be said")
        }
        await findings.with(.refusesConnection, subject) { bench, findings in
            guard let lookup = bench.provider.statusLookup else { return }
            let answer = try? await lookup.records(for: query(request.reference, request, bench))
            findings.expect(answer == nil, "a question that could not be asked should fail, but it was answered")
        }
    }

    private static func query(
        _ reference: String, _ request: ProviderRequest, _ bench: ProviderUnderTest
    ) -> StatusQuery {
        StatusQuery(
            reference: reference, recipient: request.recipients.first, sentAt: bench.clock.wallTime,
            deadline: bench.clock.now + .seconds(30))
    }

    static let shutdown = ConformanceRule(
        "shutdown", "Shutting down twice is harmless, and what comes later is refused at once."
    ) { subject, findings in
        await findings.with(.accepts, subject) { bench, findings in
            _ = await bench.send(subject.requests[0], subject)
            await bench.provider.shutdown()
            await bench.provider.shutdown()
            let before = bench.received().count
            let ending = await bench.send(subject.requests[0], subject)
            findings.expect(
                ending.failure?.acceptance == .rejected,
                "a send after the shutdown should be rejected, but \(ending.words)")
            findings.expect(
                bench.received().count == before, "a send after the shutdown should not reach the vendor, but it did")
        }
        await findings.with(.accepts, subject) { bench, findings in
            await bench.provider.shutdown()
            await bench.provider.shutdown()
            findings.expect(bench.received().isEmpty, "a provider that was never used should shut down in silence")
        }
    }
}
