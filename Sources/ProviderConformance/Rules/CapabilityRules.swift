import NotificationGateway

extension ConformanceRule {
    static let capabilities = ConformanceRule(
        "capabilities are honest",
        "What is declared works; what is not is refused before any I/O with reason unsupported."
    ) { subject, findings in
        await findings.with(.accepts, subject) { bench, findings in
            let declared = bench.provider.capabilities
            await checkDeclared(declared, bench, subject, &findings)
            for (what, request) in subject.undeclaredRequests(declared) {
                await expectRefusal(of: request, what, bench, subject, &findings)
            }
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
            guard let request = subject.requests.first(where: { $0.content.has(form) }) else {
                findings.expect(
                    false, "content \(form.rawValue) is declared, and the subject has no request to prove it")
                continue
            }
            let ending = await bench.send(request.with(form), subject)
            findings.expect(
                ending.receipt != nil,
                "a good request with content \(form.rawValue) only should be accepted, but \(ending.words)")
        }
        for request in subject.requests {
            let ending = await bench.send(request, subject)
            findings.expect(
                ending.receipt != nil,
                "a good \(request.channel.rawValue) request should be accepted, but \(ending.words)")
        }
    }

    static let recipientLimit = ConformanceRule(
        "recipient limit",
        "As many recipients as declared travel in one request; more are refused before any I/O."
    ) { subject, findings in
        await findings.with(.accepts, subject) { bench, findings in
            let most = bench.provider.capabilities.maxRecipients
            guard let request = subject.request(to: most), let larger = subject.request(to: most + 1) else {
                return findings.omit("the subject cannot name \(most + 1) recipients")
            }
            let ending = await bench.send(request, subject)
            findings.expect(
                ending.receipt != nil && bench.received().count == 1,
                "\(most) recipients should be accepted in one request, but \(ending.words), "
                    + "and the vendor saw \(bench.received().count) requests")
            await expectRefusal(of: larger, "to \(most + 1) recipients", bench, subject, &findings)
        }
    }

    static let everyRecipient = ConformanceRule(
        "every recipient", "What is sent names each recipient of the request once, in their order."
    ) { subject, findings in
        await findings.with(.accepts, subject) { bench, findings in
            guard let request = subject.request(to: bench.provider.capabilities.maxRecipients) else {
                return findings.omit("the subject cannot name as many recipients as declared")
            }
            let ending = await bench.send(request, subject)
            guard !bench.received().isEmpty else {
                return findings.omit("a request to as many recipients as declared did not get through: \(ending.words)")
            }
            let named = NamedRecipients(request.recipients, spelt: subject.spellings).places(in: bench.received())
            findings.expect(
                named == Array(request.recipients.indices),
                "the vendor should see the recipients 1 to \(request.recipients.count), each once and in order, but saw "
                    + "\(named.prefix(20).map { $0 + 1 })")
        }
    }

    static let ownContents = ConformanceRule(
        "own contents",
        "As many recipients as declared, each with a content of its own, travel in one request, and each gets its own."
    ) { subject, findings in
        await findings.with(.accepts, subject) { bench, findings in
            let most = bench.provider.capabilities.maxIndividualRecipients
            guard most > 1 else {
                return findings.omit("it declares no request that says something of its own to each")
            }
            guard var request = subject.request(to: most), let parameter = request.content.parameters.first else {
                return findings.omit("the subject cannot name \(most) recipients, or its request has no parameter")
            }
            // Digits look the same in every encoding.
            let values = (0..<most).map { "\(700_001 + $0)" }
            request.individualContents = values.map { value in
                var content = request.content
                content.parameters[0] = ProviderContent.Parameter(parameter.name, value)
                return content
            }
            let ending = await bench.send(request, subject)
            findings.expect(
                ending.receipt != nil && bench.received().count == 1,
                "\(most) recipients with contents of their own should be accepted in one request, but \(ending.words), "
                    + "and the vendor saw \(bench.received().count) requests")
            let text = bench.received().map { String(decoding: $0.bytes, as: UTF8.self) }.joined()
            let places = values.map { text.firstRange(of: $0)?.lowerBound }
            findings.expect(
                !places.contains(nil) && places.compactMap { $0 } == places.compactMap { $0 }.sorted(),
                "each recipient should get its own value, in their order")
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

extension ConformanceSubject {
    /// The first request to so many recipients; `nil` where the subject cannot name them.
    func request(to count: Int) -> ProviderRequest? {
        let recipients = (0..<count).compactMap(recipient)
        guard recipients.count == count else { return nil }
        var request = requests[0]
        request.recipients = recipients
        return request
    }

    /// Requests for what a provider does not declare, each with words for reports.
    func undeclaredRequests(_ declared: Capabilities) -> [(what: String, request: ProviderRequest)] {
        let channels = Channel.allCases.filter { !declared.channels.contains($0) }
        let forms = Capabilities.ContentForm.allCases.filter { !declared.content.contains($0) }
        return channels.compactMap { channel in
            request(on: channel).map { ("on channel \(channel.rawValue)", $0) }
        } + forms.map { ("with content \($0.rawValue) only", requests[0].with($0)) }
    }

    private func request(on channel: Channel) -> ProviderRequest? {
        guard let recipient = channel.sampleRecipient else { return nil }
        var request = requests[0]
        request.channel = channel
        request.recipients = [recipient]
        return request
    }

}

extension ProviderRequest {
    /// The request with one form of content and no other.
    fileprivate func with(_ form: Capabilities.ContentForm) -> ProviderRequest {
        var request = self
        switch form {
        case .text: request.content = ProviderContent(text: content.text ?? "finished text", locale: content.locale)
        case .vendorTemplate:
            request.content.template = content.template ?? "template"
            request.content.text = nil
        }
        return request
    }
}

/// Finds out whom a request names.
private struct NamedRecipients {
    /// Places in the list of recipients by every way to spell an address.
    private var places: [Substring: Int]

    init(_ recipients: [Recipient], spelt spellings: (Recipient) -> [String]) {
        places = Dictionary(
            recipients.enumerated().flatMap { place, recipient in spellings(recipient).map { ($0[...], place) } },
            uniquingKeysWith: { first, _ in first })
    }

    /// The places of the recipients that the fields of requests name, in the order in which they do.
    func places(in requests: [ReceivedRequest]) -> [Int] {
        requests.flatMap(\.fields).flatMap { field in
            field.value.split { !($0.isLetter || $0.isNumber || "+*@._-".contains($0)) }
        }.compactMap { places[$0] }
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
