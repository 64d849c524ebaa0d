import GatewayOutbox
import HTTPProviderSupport
import NotificationGateway

/// Answers the API's requests; knows no connection.
struct API: Sendable {
    let gateway: ServedGateway
    let store: any OutboxStore
    let dispatcher: OutboxDispatcher
    let keys: KeyBook
    let options: ServerOptions
    let clock: any GatewayClock
    let random: any RandomSource
    /// Where `?wait=` waits.
    let room: WaitingRoom
    /// What `/readyz` knows of writing; `nil` where the store is not watched.
    let lastWrite: LastWrite?
    let inProgress = RequestsInProgress()
    let writeMetrics: @Sendable () async -> [UInt8]

    /// A request that was let in by its head, and everything that its handling needs to know.
    struct Call: Sendable {
        var request: RawRequest
        var destination: Destination
        var caller: Caller
        var query: Query
        /// What its key's rate leaves; `nil` where it has none.
        var level: TokenBucket.Level?

        /// The id in the path; only for paths that have one.
        var id: MessageID { MessageID(rawValue: destination.id ?? "") }
    }

    /// What the head of a request leads to.
    enum Admission: Sendable {
        case admitted(Call)
        /// The problem, and what was asked, for counting; `nil` for what there is not.
        case refused(RawAnswer, Endpoint?)
    }

    /// Decides by the head alone whether a request is let in: nothing of a body is kept for who may not send it.
    func admit(_ head: RawRequest) -> Admission {
        guard let destination = Destination(path: head.path) else {
            return .refused(Problem(.notFound, "there is nothing at this path").answer, nil)
        }
        var level: TokenBucket.Level?
        do throws(Problem) {
            let caller = try admit(head, destination.endpoint, &level)
            let query = try Query(head.query, known: destination.endpoint.parameters(head.method))
            return .admitted(
                Call(request: head, destination: destination, caller: caller, query: query, level: level))
        } catch {
            return .refused(error.answer.with(level), destination.endpoint)
        }
    }

    /// Answers a request that was let in; a problem is an answer too.
    func answer(_ admitted: Call, _ body: [UInt8]) async -> RawAnswer {
        var call = admitted
        call.request.body = body
        var level = call.level
        do throws(Problem) { return try await carryOut(call, &level).with(level) } catch {
            return error.answer.with(level)
        }
    }

    private func admit(
        _ head: RawRequest, _ endpoint: Endpoint, _ level: inout TokenBucket.Level?
    ) throws(Problem) -> Caller {
        guard endpoint.methods.contains(head.method) else {
            throw Problem(.methodNotAllowed, "the path has other methods", allow: endpoint.methods)
        }
        for name in ["authorization", "content-type", "content-encoding"] where head.headers(name).count > 1 {
            throw Problem(.invalidParameter, at: .header(name), "the field stands twice")
        }
        var caller = Caller.anybody
        if let scope = endpoint.scope(head.method) {
            caller = try keys.caller(head.header("authorization"))
            // A page in a browser of this machine may call us by a name that its owner has pointed here; it cannot know a key.
            guard caller.key != nil || ServerOptions.isLoopback(hostHeader: head.header("host") ?? "") else {
                throw Problem(.forbidden, "a server without API keys is called by localhost or a loopback address")
            }
            guard caller.may(scope) else {
                throw Problem(.forbidden, "the API key lacks the scope '\(scope.rawValue)'")
            }
            try spend(1, by: caller, &level)
        }
        guard Negotiation.takes(endpoint.mediaType, head.headers("accept")) else {
            throw Problem(.notAcceptable, "the answer is \(endpoint.mediaType)")
        }
        guard endpoint.takesDocument(head.method) else { return caller }
        guard head.header("content-length") != nil || head.header("transfer-encoding") != nil else {
            throw Problem(.lengthRequired, "the request needs a body, and Content-Length or Transfer-Encoding")
        }
        guard Negotiation.isJSON(head.header("content-type")), head.header("content-encoding") == nil else {
            throw Problem(.unsupportedMediaType, "the body is application/json in UTF-8, not compressed")
        }
        return caller
    }

    func spend(_ count: Int, by caller: Caller, _ level: inout TokenBucket.Level?) throws(Problem) {
        do throws(RateProblem) {
            level = try keys.spend(count, by: caller) ?? level
        } catch {
            level = error.level
            throw error.problem
        }
    }

    private func carryOut(_ call: Call, _ level: inout TokenBucket.Level?) async throws(Problem) -> RawAnswer {
        switch call.destination.endpoint {
        case .messages where call.request.method == "POST": try await submit(call, &level)
        case .messages: try await list(call)
        case .message: .json(EntryReport.whole(try await entry(call), for: call.caller))
        case .cancel: try await cancel(call)
        case .requeue: try await requeue(call)
        case .outbox: try await counts()
        case .explain: try await explain(call)
        case .providers: .json(HealthReport.document(await gateway.health(), await gateway.providers()))
        case .health: .json(.fields(("status", .string("ok"))))
        case .readiness: try await readiness()
        case .metrics:
            RawAnswer(
                status: 200,
                headers: [("content-type", PrometheusMetrics.contentType)] + RawAnswer.common,
                body: await writeMetrics())
        case .description:
            RawAnswer(
                status: 200, headers: [("content-type", "application/json")] + RawAnswer.common,
                body: OpenAPIDocument.bytes)
        }
    }

    func document(_ request: RawRequest) throws(Problem) -> JSONValue {
        do throws(JSONError) { return try JSONValue(parsing: request.body) } catch {
            throw Problem(error, in: request.body)
        }
    }

    // MARK: Looking

    private func counts() async throws(Problem) -> RawAnswer {
        let counts = try await storing { () async throws(OutboxStoreError) in try await store.counts() }
        let states = EntryState.allCases.map { JSONValue.Member($0.rawValue, .integer(counts[$0] ?? 0)) }
        return .json(.fields(("states", .object(states))))
    }

    private func explain(_ call: Call) async throws(Problem) -> RawAnswer {
        let (drafts, isBatch) = try MessageReader.messages(in: try document(call.request))
        guard !isBatch, let draft = drafts.first else {
            throw Problem(.invalidMessage, at: .pointer(.root / "messages"), "one message is explained at a time")
        }
        return .json(PlanReport.document(await gateway.explain(draft.message)))
    }

    /// How long a write that failed makes a server unready: without requests nothing else would tell that it works again.
    private static let writeMemory = Duration.seconds(30)

    private func readiness() async throws(Problem) -> RawAnswer {
        guard !room.isClosed else {
            throw Problem(.shuttingDown, "the server is shutting down", retryAfter: .seconds(1))
        }
        _ = try await storing { () async throws(OutboxStoreError) in try await store.counts() }
        // What can be read may still be full.
        if let trouble = lastWrite?.trouble(within: Self.writeMemory) { throw Problem(trouble) }
        return .json(.fields(("status", .string("ready"))))
    }
}

extension API {
    /// The entry that the path names, if the caller may know of it.
    func entry(_ call: Call) async throws(Problem) -> OutboxEntry {
        let entry = try await storing { () async throws(OutboxStoreError) in try await store.entry(call.id) }
        guard let entry, call.caller.maySee(entry) else { throw Problem.noMessage }
        return entry
    }

    func cancel(_ call: Call) async throws(Problem) -> RawAnswer {
        let entry = try await entry(call)
        // Who cancels twice has what it wants.
        if entry.state == .cancelled { return .json(EntryReport.whole(entry, for: call.caller)) }
        return try await change(.cancelled, call)
    }

    func requeue(_ call: Call) async throws(Problem) -> RawAnswer {
        _ = try await entry(call)
        let answer = try await change(.requeued, call)
        dispatcher.wake()
        return answer
    }

    private func change(_ event: EntryEvent, _ call: Call) async throws(Problem) -> RawAnswer {
        let change = EntryChange(event, now: clock.wallTime)
        let entry = try await storing { () async throws(OutboxStoreError) in
            try await store.change(call.id, by: change)
        }
        return .json(EntryReport.whole(entry, for: call.caller))
    }

    // MARK: Listing

    private static let mostListed = 500

    func list(_ call: Call) async throws(Problem) -> RawAnswer {
        let query = call.query
        var filter = EntryFilter()
        filter.state = try word("state", query)
        filter.category = try word("category", query)
        filter.template = query["template"].map(TemplateName.init)
        filter.tag = query["tag"].map(Tag.init)
        filter.submittedFrom = try time("from", query)
        filter.submittedBefore = try time("before", query)
        filter.tenant = query["tenant"].map(Tenant.init) ?? call.caller.onlyTenant
        if let own = call.caller.onlyTenant, filter.tenant != own {
            throw Problem(.forbidden, at: .parameter("tenant"), "the API key sees one tenant alone")
        }
        let limit = try query.value("limit", expected: "a number from 1 to \(Self.mostListed)") { text in
            Int(text).flatMap { (1...Self.mostListed).contains($0) ? $0 : nil }
        }
        let cursor = try query.value("cursor", expected: "the next_cursor of an answer", EntryCursor.init)
        let order = try query.value("order", expected: "newest or oldest") { text -> EntryOrder? in
            ["newest": .newestFirst, "oldest": .oldestFirst][text]
        }
        return try await page(filter, order ?? .newestFirst, cursor, limit ?? 50, call.caller)
    }

    private func page(
        _ filter: EntryFilter, _ order: EntryOrder, _ cursor: EntryCursor?, _ limit: Int, _ caller: Caller
    ) async throws(Problem) -> RawAnswer {
        // One more than wanted tells whether there is another page.
        let entries = try await storing { () async throws(OutboxStoreError) in
            try await store.entries(matching: filter, order, after: cursor, limit: limit + 1)
        }
        let page = entries.prefix(limit)
        let next = entries.count > limit ? page.last.map { JSONValue.string($0.cursor.description) } : nil
        return .json(
            .fields(
                ("messages", .array(page.map { EntryReport.summary($0, for: caller) })), ("next_cursor", next)))
    }

    private func word<Word: RawRepresentable<String> & CaseIterable>(
        _ name: String, _ query: Query
    ) throws(Problem) -> Word? {
        let known = Word.allCases.map(\.rawValue).joined(separator: ", ")
        return try query.value(name, expected: "one of \(known)", Word.init(rawValue:))
    }

    private func time(_ name: String, _ query: Query) throws(Problem) -> WallTime? {
        try query.value(name, expected: "a time such as 2026-11-24T12:00:00Z, before 2262", WallTime.init(timestamp:))
    }
}

extension RawAnswer {
    /// With what a key's rate leaves, where it has one.
    fileprivate func with(_ level: TokenBucket.Level?) -> RawAnswer {
        var answer = self
        if let level { answer.headers += level.headers }
        return answer
    }
}
