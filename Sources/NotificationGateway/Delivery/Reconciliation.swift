/// Asking the vendor what it knows, with growing pauses, until its records are settled or the time is over.
///
/// | question | after |
/// | --- | --- |
/// | 1 | 0.5 s |
/// | 2 | 1 s more |
/// | 3 | 2 s more |
/// | 4 | 4 s more |
/// | 5 and later | 8 s more each |
///
/// Where the next question would come too late, a last one is asked a second before the time is over.
///
/// A vendor whose records never count as settled is asked until the time is over, and only its "yes" is believed.
/// The first question after the records are settled is not put off: only from then on can "not found" prove absence.
extension BatchDriver {
    static let firstQuestion = Duration.milliseconds(500)
    static let longestPause = Duration.seconds(8)
    /// What the last question leaves for its answer.
    static let timeForLastAnswer = Duration.seconds(1)

    /// What the questions brought.
    private struct Inquiry {
        var finding = AttemptMachine.Finding.unsettled
        var asked = 0
        var error: ProviderError?
        /// Whether the last question was answered, if only by "not found".
        var isAnswered = false
        var isCancelled = false

        /// Why nothing is settled: a vendor that did not answer does not therefore not know.
        var doubt: String {
            if isCancelled || error?.reason == .cancelled {
                return "the send was cancelled before the vendor could say"
            }
            if let error, !isAnswered {
                return "the vendor did not answer when it was asked (\(error.reason.rawValue))"
            }
            return asked == 0
                ? "there was no time left to ask the vendor" : "the vendor does not know whether it took it"
        }
    }

    func reconcile(
        _ candidate: Int, _ until: MonotonicTime, _ recipients: [Recipient], _ places: [Int],
        _ machine: inout AttemptMachine, _ attempts: inout [Attempt]
    ) async -> AttemptMachine.Action {
        guard let last = attempts.indices.last else { return .finish(.uncertain) }
        let inquiry = await find(
            attempts[last].reference, personalData(candidates[candidate], recipients, places),
            candidates[candidate].provider.statusLookup, until)
        Metric.reconciliations.count(candidates[candidate].name.rawValue, inquiry.finding.rawValue)
        let decision = machine.reconciled(inquiry.finding, doubt: inquiry.doubt, now: services.clock.now)
        attempts[last].reconciliation = Attempt.Reconciliation(
            asked: inquiry.asked, error: inquiry.error, next: decision.next, why: decision.why)
        return decision.action
    }

    /// What the request in question said in confidence.
    private func personalData(
        _ provider: ActiveProvider, _ recipients: [Recipient], _ places: [Int]
    ) -> PersonalData {
        let distinct = individualValues.isEmpty ? places.prefix(1) : places[...]
        let contents = distinct.compactMap { try? content(for: provider, $0) }
        return PersonalData(recipients: recipients, texts: contents.flatMap(\.personalTexts))
    }

    private func find(
        _ reference: String, _ personalData: PersonalData, _ lookup: (any StatusLookup)?,
        _ until: MonotonicTime
    ) async -> Inquiry {
        var inquiry = Inquiry()
        guard let lookup else { return inquiry }
        let settled = lookup.settlingTime.map { services.clock.now + $0 }
        let query = StatusQuery(
            reference: reference, recipient: personalData.recipients.first, sentAt: services.clock.wallTime,
            deadline: until, personalData: personalData)
        var pause = Self.firstQuestion
        var isSettledAsked = false
        var isLast = false
        while !isLast {
            let now = services.clock.now
            var due = now + pause
            if let settled, !isSettledAsked, due > settled { due = max(now, settled) }
            if due + Self.timeForLastAnswer > until {
                isLast = true
                due = until - Self.timeForLastAnswer
                guard due > now else { return inquiry }
            }
            do { try await services.clock.sleep(until: due) } catch {
                inquiry.isCancelled = true
                return inquiry
            }
            let isSettled = settled.map { services.clock.now >= $0 } ?? false
            isSettledAsked = isSettledAsked || isSettled
            inquiry.asked += 1
            do throws(ProviderError) {
                let records = try await lookup.records(for: query)
                inquiry.isAnswered = true
                // Exactly this request's: the reference of message `a-1` begins with that of a request for message `a`.
                let isFound = records.contains { $0.reference == reference }
                if isFound || isSettled { inquiry.finding = isFound ? .found : .absent }
                if inquiry.finding != .unsettled { return inquiry }
            } catch {
                inquiry.error = error
                inquiry.isAnswered = false
                // A busy vendor may answer the next question; one that refuses this one refuses them all.
                guard FallbackPolicy.row(for: error.reason).blame.isOfTheMoment else { return inquiry }
            }
            pause = min(pause * 2, Self.longestPause)
        }
        return inquiry
    }
}
