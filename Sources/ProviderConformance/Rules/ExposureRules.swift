import NotificationGateway

extension ConformanceRule {
    static let privacy = ConformanceRule(
        "privacy", "No secret, address, value or text stands in an error, a description, a log line or a preview."
    ) { subject, findings in
        let forbidden = ForbiddenTexts(subject)
        await findings.with(.accepts, subject) { bench, findings in
            forbidden.check(
                [String(describing: bench.provider), String(reflecting: bench.provider)], "the provider's description",
                &findings)
            for request in subject.requests {
                guard let preview = try? bench.provider.preview(request) else { continue }
                forbidden.check(
                    [preview.destination] + preview.fields.flatMap { [$0.name, $0.value] }, "the preview", &findings)
            }
            for request in subject.requests { _ = await bench.send(request, subject) }
            forbidden.check(bench.logged(), "the log of an accepted request", &findings)
        }
        let behaviours: [VendorBehaviour] =
            [.refusesConnection, .timesOutUnanswered, .closesUnanswered, .closesHalfWay]
            + subject.failures.map(\.behaviour)
        for behaviour in behaviours {
            await findings.with(behaviour, subject) { bench, findings in
                let ending = await bench.send(subject.requests[0], subject)
                let error =
                    ending.failure.map { [$0.description, String(reflecting: $0), $0.reason.metricLabel] } ?? []
                forbidden.check(error, "the error after \(behaviour.name)", &findings)
                forbidden.check(bench.logged(), "the log after \(behaviour.name)", &findings)
            }
        }
    }

    static let preview = ConformanceRule(
        "preview", "A preview does no I/O and shows what the same request sends, with the private parts masked."
    ) { subject, findings in
        for request in subject.requests {
            await findings.with(.accepts, subject) { bench, findings in
                var request = request
                request.deadline = bench.clock.now + .seconds(30)
                let preview: RequestPreview
                do throws(ProviderError) { preview = try bench.provider.preview(request) } catch {
                    return findings.expect(false, "a good request should have a preview, but: \(error)")
                }
                findings.expect(
                    bench.received().isEmpty, "a preview should do no I/O, but a request reached the vendor")
                _ = await bench.send(request, subject)
                guard let sent = bench.received().last else {
                    return findings.expect(false, "the previewed request should reach the vendor when it is sent")
                }
                compare(preview, sent, subject, &findings)
            }
        }
    }

    private static func compare(
        _ preview: RequestPreview, _ sent: ReceivedRequest, _ subject: ConformanceSubject, _ findings: inout Findings
    ) {
        findings.expect(
            preview.destination == sent.destination,
            "the preview goes to '\(preview.destination)', the request to '\(sent.destination)'")
        let sentNames = Set(sent.fields.map(\.name))
        let shownNames = Set(preview.fields.map(\.name))
        findings.expect(
            sentNames == shownNames,
            "the preview should show the fields that are sent; it lacks \(sentNames.subtracting(shownNames).sorted()) "
                + "and adds \(shownNames.subtracting(sentNames).sorted())")
        let sentValues = Dictionary(sent.fields.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        for field in preview.fields where !subject.volatileFields.contains(field.name) {
            guard let value = sentValues[field.name], value != field.value else { continue }
            findings.expect(
                field.value.contains("***"),
                "the preview's field '\(field.name)' should be what is sent or be masked, and is neither")
        }
    }
}

/// What may not be shown of a subject's requests.
private struct ForbiddenTexts {
    /// Each with a name under which it may be reported.
    private var texts: [(name: String, text: String)] = []

    init(_ subject: ConformanceSubject) {
        texts += subject.secrets.map { ("a secret", $0) }
        for request in subject.requests {
            for recipient in request.recipients {
                texts.append(("an address", recipient.address))
                // Vendors write numbers without the plus sign and without the country.
                if case .phone = recipient { texts.append(("a phone number", String(recipient.address.suffix(10)))) }
            }
            texts += request.content.parameters.map { ("the value of a parameter", $0.value) }
            if let text = request.content.text { texts.append(("the text", text)) }
        }
        // Shorter ones stand in other words by chance.
        texts.removeAll { $0.text.utf8.count < 4 }
    }

    func check(_ shown: [String], _ place: String, _ findings: inout Findings) {
        let leaks = Set(
            texts.filter { forbidden in shown.contains { $0.contains(forbidden.text) } }.map(\.name))
        findings.expect(leaks.isEmpty, "\(place) shows \(leaks.sorted().joined(separator: " and "))")
    }
}
