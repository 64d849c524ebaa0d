import NotificationGateway

extension ConformanceRule {
    static let capabilities = ConformanceRule(
        "capabilities are honest",
        "What is declared works; what is not is refused before any I/O with reason unsupported."
    ) { subject, findings in
        await findings.with(.accepts, subject) { bench, findings in
            let declared = bench.provider.capabilities
            await checkDeclared(declared, bench, subject, &findings)
            await checkUndeclared(declared, bench, subject, &findings)
        }
    }

    private static func checkDeclared(
        _ declared: Capabilities, _ bench: ProviderUnderTest, _ subject: ConformanceSubject, _ findings: inout Findings
    ) async {
        for channel in declared.channels {
            findings.expect(
                subject.requests.contains { $0.channel == channel },
                "channel \(channel.rawValue) is declared, and the subject has no request to prove it")
        }
        for form in declared.content {
            findings.expect(
                subject.requests.contains { $0.content.has(form) },
                "content \(form.rawValue) is declared, and the subject has no request to prove it")
        }
        for request in subject.requests {
            let ending = await bench.send(request, subject)
            findings.expect(
                ending.receipt != nil,
                "a good \(request.channel.rawValue) request should be accepted, but \(ending.words)")
        }
    }

    private static func checkUndeclared(
        _ declared: Capabilities, _ bench: ProviderUnderTest, _ subject: ConformanceSubject, _ findings: inout Findings
    ) async {
        for channel in Channel.allCases where !declared.channels.contains(channel) {
            guard let recipient = channel.sampleRecipient else { continue }
            var request = subject.requests[0]
            request.channel = channel
            request.recipients = [recipient]
            await expectRefusal(of: request, "on channel \(channel.rawValue)", bench, subject, &findings)
        }
        for form in Capabilities.ContentForm.allCases where !declared.content.contains(form) {
            var request = subject.requests[0]
            switch form {
            case .text: request.content = ProviderContent(text: "finished text")
            case .vendorTemplate:
                request.content.template = request.content.template ?? "template"
                request.content.text = nil
            }
            await expectRefusal(of: request, "with content \(form.rawValue) only", bench, subject, &findings)
        }
    }

    static let recipientLimit = ConformanceRule(
        "recipient limit",
        "As many recipients as declared travel in one request; more are refused before any I/O."
    ) { subject, findings in
        await findings.with(.accepts, subject) { bench, findings in
            let most = bench.provider.capabilities.maxRecipients
            let recipients = (0...most).compactMap(subject.recipient)
            guard recipients.count == most + 1 else {
                return findings.omit("the subject cannot name \(most + 1) recipients")
            }
            var request = subject.requests[0]
            request.recipients = Array(recipients.dropLast())
            let ending = await bench.send(request, subject)
            findings.expect(
                ending.receipt != nil && bench.received().count == 1,
                "\(most) recipients should be accepted in one request, but \(ending.words), "
                    + "and the vendor saw \(bench.received().count) requests")
            request.recipients = recipients
            await expectRefusal(of: request, "to \(most + 1) recipients", bench, subject, &findings)
        }
    }

    private static func expectRefusal(
        of request: ProviderRequest, _ what: String, _ bench: ProviderUnderTest, _ subject: ConformanceSubject,
        _ findings: inout Findings
    ) async {
        let before = bench.received().count
        let ending = await bench.send(request, subject)
        findings.expect(
            ending.failure?.reason == .unsupported && ending.failure?.acceptance == .rejected,
            "a request \(what) should be refused as unsupported (rejected), but \(ending.words)")
        findings.expect(
            bench.received().count == before,
            "a request \(what) should be refused before any I/O, but it reached the vendor")
    }
}

extension ProviderContent {
    fileprivate func has(_ form: Capabilities.ContentForm) -> Bool {
        switch form {
        case .text: text != nil
        case .vendorTemplate: template != nil
        }
    }
}

extension Channel {
    fileprivate var sampleRecipient: Recipient? {
        let address =
            switch self {
            case .sms, .voice: "+8613800138000"
            case .email: "somebody@example.com"
            case .webhook: "https://example.com/hook"
            case .chat: "room-4711-lobby"
            case .push: "0123456789abcdef"
            }
        return try? Recipient(address, channel: self)
    }
}
