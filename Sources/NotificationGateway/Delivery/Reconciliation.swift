/// Asking the vendor what it knows, with growing pauses, until its records are settled or the time is over.
///
/// | question | after |
/// | --- | --- |
/// | 1 | 0.5 s |
/// | 2 | 1 s more |
/// | 3 | 2 s more |
/// | 4 | 4 s more |
/// | 5 and later | 8 s more each |
extension BatchDriver {
    static let firstQuestion = Duration.milliseconds(500)
    static let longestPause = Duration.seconds(8)

    func reconcile(
        _ candidate: Int, _ until: ContinuousClock.Instant, _ recipients: [Recipient],
        _ machine: inout AttemptMachine, _ result: inout Result
    ) async -> AttemptMachine.Action {
        guard let last = result.attempts.indices.last else { return .finish(.uncertain) }
        let (finding, asked) = await find(
            result.attempts[last].reference, recipients, candidates[candidate].provider.statusLookup, until)
        let decision = machine.reconciled(finding, now: services.clock.now)
        result.attempts[last].reconciliation = Attempt.Reconciliation(
            asked: asked, next: decision.next, why: decision.why)
        return decision.action
    }

    private func find(
        _ reference: String, _ recipients: [Recipient], _ lookup: (any StatusLookup)?,
        _ until: ContinuousClock.Instant
    ) async -> (AttemptMachine.Finding, asked: Int) {
        guard let lookup else { return (.unsettled, 0) }
        let settled = services.clock.now + lookup.settlingTime
        let sentAt = services.clock.wallTime
        var pause = Self.firstQuestion
        var asked = 0
        while true {
            // The last question is asked once the records are settled: only that one can prove absence.
            let next = services.clock.now + pause
            let due = next < settled ? next : max(settled, services.clock.now)
            guard due < until else { return (.unsettled, asked) }
            do { try await services.clock.sleep(until: due) } catch { return (.unsettled, asked) }
            asked += 1
            let query = StatusQuery(
                reference: reference, recipient: recipients.first, sentAt: sentAt, deadline: until)
            if let records = try? await lookup.records(for: query) {
                // Exactly this request's: the reference of message `a-1` begins with that of a request for message `a`.
                if records.contains(where: { $0.reference == reference }) { return (.found, asked) }
                if services.clock.now >= settled { return (.absent, asked) }
            } else if Task.isCancelled || services.clock.now >= settled + Self.longestPause {
                return (.unsettled, asked)
            }
            pause = min(pause * 2, Self.longestPause)
        }
    }
}
