import NotificationGateway

extension ConformanceRule {
    static let deadline = ConformanceRule("deadline", "The request's deadline bounds the call.") { subject, findings in
        let time = Duration.seconds(7)
        await findings.with(.accepts, subject) { bench, findings in
            guard bench.advance == nil else { return }
            _ = await bench.send(subject.requests[0], subject, time: time)
            let limit = bench.received().last?.timeLimit
            findings.expect(
                limit.map { $0 > .zero && $0 <= time } == true,
                "the \(time) that are left should reach the transport, but it was given "
                    + (limit.map { "\($0)" } ?? "no limit"))
        }
        await findings.with(.hangs, subject) { bench, findings in
            guard let advance = bench.advance else { return }
            let send = bench.start(subject.requests[0], subject, time: time)
            await bench.waitForRequests(1)
            advance(time)
            let ending = await send.ending
            findings.expect(
                ending.failure.map { [.timedOut, .deadlineExceeded].contains($0.reason) } == true,
                "the call should end with its time, but \(ending.words)")
        }
    }

    static let cancellation = ConformanceRule(
        "cancellation",
        "Cancelling the task ends the call promptly with reason cancelled, and with the acceptance as far as known."
    ) { subject, findings in
        await findings.with(.hangs, subject) { bench, findings in
            let send = bench.start(subject.requests[0], subject)
            await bench.waitForRequests(1)
            send.cancel()
            let ending = await send.ending
            findings.expect(
                ending.failure?.reason == .cancelled, "a cancelled call should end as cancelled, but \(ending.words)")
            let received = bench.received().count
            findings.expect(
                received == 0 || ending.failure.map { $0.acceptance == .unknown } ?? true,
                "the vendor has the request, so its acceptance should be unknown, but \(ending.words)")
            findings.expect(
                received <= 1, "a cancelled call should not be repeated, but the vendor saw \(received) requests")
        }
        await findings.with(.accepts, subject) { bench, findings in
            let ending = await bench.start(subject.requests[0], subject, cancelledBefore: true).ending
            findings.expect(
                ending.failure?.reason == .cancelled && ending.failure?.acceptance == .rejected,
                "a call of a cancelled task should end as cancelled (rejected), but \(ending.words)")
        }
    }

    static let concurrency = ConformanceRule(
        "concurrency", "A hundred sends at once do not mix: each gets its own answer."
    ) { subject, findings in
        await findings.with(.acceptsTogether(100), subject) { bench, findings in
            let sends = (0..<100).map { number in
                var request = subject.requests[0]
                request.reference = "conformance-\(number)"
                request.recipients = subject.recipient(number).map { [$0] } ?? request.recipients
                return (request.reference, bench.start(request, subject))
            }
            for (reference, send) in sends {
                let ending = await send.ending
                if ending.isStuck {
                    for (_, send) in sends { send.cancel() }
                    return findings.expect(
                        false, "a hundred sends at once should all be under way, but one did not end")
                }
                let expected = subject.vendorMessageID(reference)
                findings.expect(
                    ending.receipt.map { $0.vendorMessageID ?? expected } == expected,
                    "the request '\(reference)' should get the answer to itself, but "
                        + (ending.receipt.map { "it got '\($0.vendorMessageID ?? "")'" } ?? ending.words))
            }
            findings.expect(
                Set(bench.received().map(\.bytes)).count == 100,
                "a hundred different requests should reach the vendor, but there came "
                    + "\(Set(bench.received().map(\.bytes)).count)")
        }
    }

    static let determinism = ConformanceRule(
        "same input, same bytes", "The same clock, random numbers and request give the same bytes."
    ) { subject, findings in
        for request in subject.requests {
            var bytes: [[[UInt8]]] = []
            for _ in 0..<2 {
                await findings.with(.accepts, subject) { bench, _ in
                    _ = await bench.send(request, subject)
                    bytes.append(bench.received().map(\.bytes))
                }
            }
            findings.expect(
                bytes.count == 2 && bytes[0] == bytes[1] && !bytes[0].isEmpty,
                "two providers made alike should send the same bytes for '\(request.reference)'")
            await findings.with(.accepts, subject) { bench, findings in
                _ = await bench.send(request, subject)
                let wrong = MachineTime.fields(of: bench)
                findings.expect(
                    wrong.isEmpty,
                    "times should be told by the clock that the provider was given, but \(wrong) tell that of this machine"
                )
            }
        }
    }
}

/// Finds times in requests that were not told by the clock that a provider was given.
///
/// Two sends of one second carry the same time, so equal bytes alone would not show it.
private enum MachineTime {
    /// The names of fields that tell the time of this machine, where that is more than two days from the provider's.
    static func fields(of bench: ProviderUnderTest) -> [String] {
        let now = SystemClock().wallTime
        guard (now.secondsSinceEpoch - bench.clock.wallTime.secondsSinceEpoch).magnitude > 2 * 86_400 else { return [] }
        let days = [-60, 0].map { String(now.advanced(by: $0).timestamp.prefix(10)) }
        return bench.received().flatMap(\.fields).filter { field in
            days.contains { field.value.contains($0) || field.value.contains($0.filter(\.isNumber)) }
                || isEpoch(field.value, now)
        }.map(\.name)
    }

    /// Whether a text is nothing but the seconds or milliseconds of today.
    private static func isEpoch(_ text: String, _ now: WallTime) -> Bool {
        guard let number = Int64(text), [10, 13].contains(text.utf8.count) else { return false }
        return ((text.utf8.count == 13 ? number / 1_000 : number) - now.secondsSinceEpoch).magnitude < 86_400
    }
}
