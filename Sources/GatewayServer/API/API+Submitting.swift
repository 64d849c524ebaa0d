import GatewayOutbox
import HTTPProviderSupport
import MessageAuthentication
import NotificationGateway

extension API {
    /// `POST /v1/messages`.
    func submit(_ call: Call, _ level: inout TokenBucket.Level?) async throws(Problem) -> RawAnswer {
        guard !room.isClosed else {
            throw Problem(.shuttingDown, "the server is shutting down; try another", retryAfter: .seconds(1))
        }
        let wait = try call.query.value("wait", expected: "a time up to \(options.longestWait.words), such as 5s") {
            UnitParser.duration($0).flatMap { $0 <= options.longestWait ? $0 : nil }
        }
        let key = try idempotencyKey(call.request)
        let document = try document(call.request)
        let (drafts, isBatch) = try MessageReader.messages(in: document)
        if drafts.count > 1 { try spend(drafts.count - 1, by: call.caller, &level) }
        let request = SubmissionRequest(
            caller: call.caller, key: key, fingerprint: key.map { _ in Self.fingerprint(document) },
            isBatch: isBatch)
        guard let key else { return try await submit(drafts, request, wait) }
        guard inProgress.begin(key, call.caller.tenant) else {
            throw Problem(.inProgress, "a request with this key is under way", retryAfter: .seconds(1))
        }
        let kept: Result<Submitted, Problem>
        do throws(Problem) { kept = .success(try await keep(drafts, request)) } catch { kept = .failure(error) }
        inProgress.end(key, call.caller.tenant)
        return try await answer(try kept.get(), request, wait)
    }

    private func submit(
        _ drafts: [MessageDraft], _ request: SubmissionRequest, _ wait: Duration?
    ) async throws(Problem) -> RawAnswer {
        try await answer(try await keep(drafts, request), request, wait)
    }

    /// 1 to 255 visible characters.
    private func idempotencyKey(_ request: RawRequest) throws(Problem) -> IdempotencyKey? {
        let keys = request.headers("idempotency-key")
        guard let key = keys.first else { return nil }
        guard keys.count == 1, (1...255).contains(key.utf8.count), key.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else {
            throw Problem(
                .invalidParameter, at: .header("Idempotency-Key"),
                "expected one key of 1 to 255 visible ASCII characters")
        }
        return IdempotencyKey(rawValue: key)
    }

    /// What the key stands for: the request, however its members are ordered and spaced.
    private static func fingerprint(_ document: JSONValue) -> RequestFingerprint {
        RequestFingerprint(
            rawValue: MessageDigest.digest(of: document.canonical.serialized, by: .sha256).hexLowercase)
    }

    // MARK: Answers

    private func answer(
        _ kept: Submitted, _ request: SubmissionRequest, _ wait: Duration?
    ) async throws(Problem) -> RawAnswer {
        var headers: [(name: String, value: String)] = []
        if kept.isRepeated { headers.append(("idempotent-replayed", "true")) }
        if request.isBatch {
            return .json(.fields(("messages", .array(kept.documents))), status: 202, headers: headers)
        }
        guard let entry = kept.entries.first else { throw Problem.noMessage }
        if let wait, let final = try await settled(entry, within: wait) {
            return .json(EntryReport.whole(final, for: request.caller), headers: headers)
        }
        headers.append(("location", EntryReport.location(entry)))
        return .json(EntryReport.submitted(entry), status: 202, headers: headers)
    }

    /// The entry once nothing is left to do for it; `nil` where the time is over before.
    private func settled(_ entry: OutboxEntry, within wait: Duration) async throws(Problem) -> OutboxEntry? {
        let end = clock.now + wait
        let seat = room.enter(entry.id)
        defer { room.leave(seat) }
        // Rings at the end, and before that for what other processes do. Also where it begins only when the end is over: who waits
        // looked before, and hears of nothing else.
        let waker = Task { [clock, options] in
            repeat {
                try await clock.sleep(until: min(end, clock.now + options.waitPause))
                seat.bell.yield()
            } while clock.now < end
        }
        defer { waker.cancel() }
        for await _ in Self.atOnceAndThen(seat) {
            let found = try await storing { () async throws(OutboxStoreError) in try await store.entry(entry.id) }
            guard let found else { return nil }
            if !found.state.isOpen { return found }
            if room.isClosed || clock.now >= end || Task.isCancelled { return nil }
        }
        return nil
    }

    private static func atOnceAndThen(_ seat: WaitingRoom.Seat) -> AsyncStream<Void> {
        seat.bell.yield()
        return seat.news
    }
}

/// What belongs to all messages of a request.
struct SubmissionRequest: Sendable {
    var caller: Caller
    var key: IdempotencyKey?
    var fingerprint: RequestFingerprint?
    var isBatch: Bool

    /// The key of the message at a place: those of a batch need one each, of which the first is the caller's. No caller's own
    /// key has a space.
    func idempotency(_ place: Int) -> Idempotency? {
        guard let key, let fingerprint else { return nil }
        let own = place > 0 ? IdempotencyKey(rawValue: "\(key.rawValue) \(place)") : key
        return Idempotency(key: own, fingerprint: fingerprint)
    }
}

/// What became of the messages of a request.
struct Submitted: Sendable {
    var results: [Result<SubmissionAnswer, Problem>]

    var entries: [OutboxEntry] { results.compactMap { try? $0.get().entry } }

    /// Whether all of it that is kept had been handed in before.
    var isRepeated: Bool {
        let answers = results.compactMap { try? $0.get() }
        return !answers.isEmpty && answers.allSatisfy { !$0.isNew }
    }

    var documents: [JSONValue] {
        results.map { result in
            switch result {
            case .success(let answer): EntryReport.submitted(answer.entry)
            case .failure(let problem): .fields(("problem", problem.document))
            }
        }
    }
}

extension API {
    /// Keeps messages, or none of them where one is surely wrong.
    ///
    /// What only the store can refuse (an id that is taken) is refused for each message by itself.
    func keep(_ drafts: [MessageDraft], _ request: SubmissionRequest) async throws(Problem) -> Submitted {
        let submissions = try await check(drafts, request)
        // Of a batch under a key that stands for another one nothing may be kept, not even what is longer than that.
        if submissions.count > 1, let first = submissions.first { try await refuseReuse(of: first) }
        if submissions.count == 1, let submission = submissions.first {
            let result = await submit(submission)
            if case .failure(let problem) = result { throw problem }
            return Submitted(results: [result])
        }
        let results = await withTaskGroup(of: (Int, Result<SubmissionAnswer, Problem>).self) { group in
            for (place, submission) in submissions.enumerated() {
                group.addTask { (place, await submit(submission)) }
            }
            return await group.reduce(into: [Int: Result<SubmissionAnswer, Problem>]()) { $0[$1.0] = $1.1 }
        }
        let ordered = results.sorted { $0.key < $1.key }.map(\.value)
        // Where nothing at all was kept, the request as a whole may be made again.
        if case .failure(let problem)? = ordered.first,
            ordered.allSatisfy({ if case .failure = $0 { true } else { false } })
        {
            throw problem
        }
        return Submitted(results: ordered)
    }

    private func submit(_ submission: Submission) async -> Result<SubmissionAnswer, Problem> {
        do throws(OutboxStoreError) { return .success(try await dispatcher.submit(submission)) } catch {
            guard error == .conflict else { return .failure(Problem(store: error)) }
            return .failure(await conflict(submission))
        }
    }

    /// Which of key and id is another submission's.
    private func conflict(_ submission: Submission) async -> Problem {
        do throws(Problem) { try await refuseReuse(of: submission) } catch { return error }
        return Problem(.idInUse, "another message has the id; what it says stays as it is")
    }

    private func refuseReuse(of submission: Submission) async throws(Problem) {
        guard let own = submission.idempotency else { return }
        let other = try await storing { () async throws(OutboxStoreError) in
            try await store.entry(under: own.key, of: submission.tenant)
        }
        guard let other, other.idempotency?.fingerprint != own.fingerprint else { return }
        throw Problem(.keyReused, at: .header("Idempotency-Key"), "the key stands for another request")
    }

    /// The submissions of messages with which nothing is surely wrong.
    private func check(
        _ drafts: [MessageDraft], _ request: SubmissionRequest
    ) async throws(Problem) -> [Submission] {
        var faults: [Problem.Fault] = []
        var submissions: [Submission] = []
        for (place, draft) in drafts.enumerated() {
            let examination = await gateway.examine(draft.message)
            let idempotency = request.idempotency(place)
            var found: [Problem.Fault] = []
            if !examination.faults.isEmpty || request.caller.isLimited {
                // What was taken once is answered so again, whatever the configuration says by now.
                let isRepeated = try await isKnown(idempotency, request.caller.tenant)
                if !isRepeated { found = try await refuse(draft, examination, request.caller) }
            }
            faults += found
            guard found.isEmpty else { continue }
            var message = draft.message
            message.category = examination.category
            submissions.append(
                Submission(
                    message, tenant: request.caller.tenant, sendAt: draft.sendAt, idempotency: idempotency,
                    clock: clock, random: random))
        }
        guard faults.isEmpty else {
            throw Problem(
                .invalidMessage, faults.first?.detail ?? "a message cannot be sent", faults: Array(faults.prefix(100)))
        }
        return submissions
    }

    private func isKnown(_ idempotency: Idempotency?, _ tenant: Tenant) async throws(Problem) -> Bool {
        guard let key = idempotency?.key else { return false }
        return try await storing { () async throws(OutboxStoreError) in
            try await store.entry(under: key, of: tenant) != nil
        }
    }

    private func refuse(
        _ draft: MessageDraft, _ examination: Examination, _ caller: Caller
    ) async throws(Problem) -> [Problem.Fault] {
        if let refusal = caller.refusal(draft.message, examination.routes) {
            throw Problem(.forbidden, at: .pointer(draft.place), refusal)
        }
        return examination.faults.map { fault in
            Problem.Fault(place: .pointer(draft.pointer(to: fault.part)), detail: fault.message)
        }
    }
}

extension MessageDraft {
    func pointer(to part: Examination.Fault.Part) -> JSONPointer {
        switch part {
        case .id: place / "id"
        case .recipients: place / "to"
        case .recipient(let index): message.recipients.count > 1 ? place / "to" / index : place / "to"
        case .template: place / "template"
        case .parameters: place / "parameters"
        case .text: place / "text"
        case .expires: place / "expires"
        }
    }
}
