import NotificationGateway

extension ConformanceRule {
    static let privacy = ConformanceRule(
        "privacy", "No secret, address, value or text stands in an error, a description, a log line or a preview."
    ) { subject, findings in
        let forbidden = ForbiddenTexts(subject)
        await findings.with(.accepts, subject) { bench, findings in
            var dumped = ""
            dump(bench.provider, to: &dumped)
            forbidden.check(
                [String(describing: bench.provider), String(reflecting: bench.provider), dumped],
                "the provider's description", &findings)
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
            + [200, 400, 503].map { .answers(forbidden.echo(status: $0)) }
        for behaviour in behaviours {
            await findings.with(behaviour, subject) { bench, findings in
                let ending = await bench.send(subject.requests[0], subject)
                forbidden.check(shown(ending.failure), "the error after \(behaviour.name)", &findings)
                if let lookup = bench.provider.statusLookup {
                    let request = subject.requests[0]
                    let answer = await bench.ask(lookup, request.reference, like: request, subject)
                    forbidden.check(
                        shown(answer.failure), "the look-up's error after \(behaviour.name)", &findings)
                }
                forbidden.check(bench.logged(), "the log after \(behaviour.name)", &findings)
            }
        }
    }

    private static func shown(_ error: ProviderError?) -> [String] {
        guard let error else { return [] }
        return [error.description, String(reflecting: error), error.reason.metricLabel]
    }

    static let preview = ConformanceRule(
        "preview",
        "A preview does no I/O, shows what the same request sends, with the private parts masked, and refuses what is refused."
    ) { subject, findings in
        await checkRefusedPreviews(subject, &findings)
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
                findings.expect(
                    bench.received().count == 1,
                    "the vendor should see one request, for the send alone, but saw \(bench.received().count)")
                compare(preview, sent, subject, &findings)
            }
        }
    }

    private static func checkRefusedPreviews(_ subject: ConformanceSubject, _ findings: inout Findings) async {
        await findings.with(.accepts, subject) { bench, findings in
            let declared = bench.provider.capabilities
            let larger = subject.request(to: declared.maxRecipients + 1).map { [("to too many recipients", $0)] } ?? []
            for (what, request) in subject.undeclaredRequests(declared) + larger {
                let reason: Reason?
                do throws(ProviderError) {
                    _ = try bench.provider.preview(request)
                    reason = nil
                } catch { reason = error.reason }
                findings.expect(
                    reason == .unsupported,
                    "a request \(what) should be refused as unsupported by the preview too, but "
                        + (reason.map { "the reason is \($0.rawValue)" } ?? "it is shown"))
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
    private struct Text {
        /// What it may be called in a report.
        var name: String
        var text: String
    }

    private var texts: [Text] = []

    init(_ subject: ConformanceSubject) {
        texts += subject.secrets.map { Text(name: "a secret", text: $0) }
        for request in subject.requests {
            for recipient in request.recipients {
                texts.append(Text(name: "an address", text: recipient.address))
                // Vendors write numbers without the plus sign and without the country.
                if case .phone = recipient {
                    texts.append(Text(name: "a phone number", text: String(recipient.address.suffix(10))))
                }
            }
            texts += request.content.parameters.map { Text(name: "the value of a parameter", text: $0.value) }
            if let text = request.content.text { texts.append(Text(name: "the text", text: text)) }
        }
        // Shorter ones stand in other words by chance.
        texts.removeAll { $0.text.utf8.count < 4 }
    }

    /// An answer that repeats all of it, as a proxy or a debugging vendor may.
    func echo(status: Int) -> VendorAnswer {
        VendorAnswer(status: status, text: "cannot serve: " + texts.map(\.text).joined(separator: " "))
    }

    func check(_ shown: [String], _ place: String, _ findings: inout Findings) {
        let leaks = Set(
            texts.filter { forbidden in shown.contains { $0.contains(forbidden.text) } }.map(\.name))
        findings.expect(leaks.isEmpty, "\(place) shows \(leaks.sorted().joined(separator: " and "))")
    }
}
