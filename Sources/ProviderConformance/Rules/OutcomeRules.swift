import NotificationGateway

extension ConformanceRule {
    static let receipt = ConformanceRule(
        "receipt", "The receipt of an accepted request carries the vendor's ids, of the message and of the exchange."
    ) { subject, findings in
        await findings.with(.accepts, subject) { bench, findings in
            for request in subject.requests {
                let ending = await bench.send(request, subject)
                let expected = subject.vendorMessageID(request.reference)
                findings.expect(
                    ending.receipt?.vendorMessageID == expected,
                    "the vendor's id '\(expected)' should be on the receipt, but "
                        + (ending.receipt.map { "it is \($0.vendorMessageID.map { "'\($0)'" } ?? "missing")" }
                            ?? ending.words))
                guard let requestID = subject.requestID(request.reference) else { continue }
                findings.expect(
                    ending.receipt?.requestID == requestID,
                    "the vendor's id of the exchange '\(requestID)' should be on the receipt, but it is "
                        + "'\(ending.receipt?.requestID ?? "")'")
            }
        }
    }

    static let failures = ConformanceRule(
        "failures are classified",
        "Every failure of the vendor gives its reason, its acceptance, and what the vendor says with it."
    ) { subject, findings in
        if subject.failures.isEmpty { findings.omit("the subject scripts no failure") }
        for failure in subject.failures {
            await findings.with(failure.behaviour, subject) { bench, findings in
                let ending = await bench.send(subject.requests[0], subject)
                let error = ending.failure
                findings.expect(
                    error?.reason == failure.reason && error?.acceptance == failure.acceptance,
                    "\(failure.name) should give \(failure.reason.rawValue) (\(failure.acceptance.rawValue)), "
                        + "but \(ending.words)")
                findings.expect(error?.message.isEmpty == false, "\(failure.name) should be explained by a message")
                checkWords(of: failure, error, &findings)
            }
        }
    }

    /// What the vendor says beside the reason: for the trail, for its support, and for when to come again.
    private static func checkWords(of failure: ScriptedFailure, _ error: ProviderError?, _ findings: inout Findings) {
        if let code = failure.vendorCode {
            findings.expect(
                error?.vendorCode == code,
                "\(failure.name) should pass on the code '\(code)', but it is '\(error?.vendorCode?.rawValue ?? "")'")
        }
        if let id = failure.requestID {
            findings.expect(
                error?.requestID == id,
                "\(failure.name) should pass on the vendor's id '\(id)', but it is '\(error?.requestID ?? "")'")
        }
        if let pause = failure.retryAfter {
            findings.expect(
                error?.retryAfter == pause,
                "\(failure.name) should ask for a pause of \(pause), but it asks for "
                    + (error?.retryAfter.map { "\($0)" } ?? "none"))
        }
    }

    static let unreadableAnswers = ConformanceRule(
        "unreadable answers",
        "Whatever bytes come back, nothing traps, and what cannot be understood is never taken for acceptance."
    ) { subject, findings in
        guard let success = subject.successAnswer else { return findings.omit("it reads no answers") }
        for (name, answer) in UnreadableAnswer.short(like: success) + UnreadableAnswer.long(like: success) {
            await findings.with(.answers(answer), subject) { bench, findings in
                let ending = await bench.send(subject.requests[0], subject)
                let error = ending.failure
                // A server error or a success that cannot be read says nothing of the message.
                let mustBeUnknown = (200..<300).contains(answer.status) || answer.status >= 500
                findings.expect(
                    mustBeUnknown ? error?.acceptance == .unknown : error != nil,
                    "\(name) with status \(answer.status) should fail"
                        + (mustBeUnknown ? ", acceptance unknown" : "") + ", but \(ending.words)")
            }
        }
    }

    static let unanswered = ConformanceRule(
        "unanswered requests", "What was never sent is rejected; what was sent and not fully answered is unknown."
    ) { subject, findings in
        let cases: [(VendorBehaviour, Acceptance)] = [
            (.refusesConnection, .rejected), (.timesOutUnanswered, .unknown), (.closesUnanswered, .unknown),
            (.closesHalfWay, .unknown),
        ]
        for (behaviour, acceptance) in cases {
            await findings.with(behaviour, subject) { bench, findings in
                let ending = await bench.send(subject.requests[0], subject)
                findings.expect(
                    ending.failure?.acceptance == acceptance,
                    "\(behaviour.name) should give acceptance \(acceptance.rawValue), but \(ending.words)")
            }
        }
    }

    static let noRepetition = ConformanceRule(
        "no repetition", "One call issues at most one request, however it ends."
    ) { subject, findings in
        let behaviours: [VendorBehaviour] =
            [.accepts, .refusesConnection, .timesOutUnanswered, .closesUnanswered, .closesHalfWay]
            + subject.failures.map(\.behaviour)
        for behaviour in behaviours {
            await findings.with(behaviour, subject) { bench, findings in
                _ = await bench.send(subject.requests[0], subject)
                findings.expect(
                    bench.received().count <= 1,
                    "\(behaviour.name) should see one request, but saw \(bench.received().count)")
            }
        }
    }
}

/// Answers that no vendor should give, and some gives some day.
enum UnreadableAnswer {
    /// What stands in for an answer when something else is broken.
    static func short(like success: VendorAnswer) -> [(name: String, answer: VendorAnswer)] {
        [200, 400, 503].flatMap { status in
            bodies(like: success.body).map { name, body in (name, VendorAnswer(status: status, body: body)) }
        }
    }

    /// Too much of one, and too little.
    static func long(like success: VendorAnswer) -> [(name: String, answer: VendorAnswer)] {
        let huge = VendorAnswer(status: 200, body: Array(repeating: UInt8(ascii: "{"), count: 10_000_000))
        return [("an answer of 10 MB", huge)] + truncated(success)
    }

    private static func bodies(like success: [UInt8]) -> [(String, [UInt8])] {
        // The same bytes in every run: a failure must come back.
        var state: UInt32 = 1
        let noise = (0..<4_096).map { _ in
            state = state &* 1_664_525 &+ 1_013_904_223
            return UInt8(truncatingIfNeeded: state >> 24)
        }
        return [
            ("an empty answer", []),
            ("an HTML page", Array("<!DOCTYPE html><html><body><h1>Bad gateway</h1></body></html>".utf8)),
            ("an answer that is not UTF-8", [0xFF, 0xFE, 0xC0, 0x80] + success.map { $0 ^ 0x80 }),
            ("an answer of zeros", Array(repeating: 0, count: 512)),
            ("noise", noise),
            ("null", Array("null".utf8)),
            ("a list", Array("[]".utf8)),
            ("an empty object", Array("{}".utf8)),
        ]
    }

    /// The success answer cut at some forty places, never after its last visible byte: that may be a whole answer.
    private static func truncated(_ success: VendorAnswer) -> [(String, VendorAnswer)] {
        let end = success.body.lastIndex { $0 > 0x20 } ?? 0
        let step = max(1, end / 40)
        return stride(from: 0, to: end, by: step).map { length in
            let cut = VendorAnswer(status: success.status, body: Array(success.body[..<length]))
            return ("a success cut after \(length) bytes", cut)
        }
    }
}
