import Logging
import Tracing

/// Carries out what the ``AttemptMachine`` decides for one batch: sends, waits, asks; decides nothing itself.
struct BatchDriver: Sendable {
    /// Recipients that travel together from here on, and where they stand.
    struct Piece: Sendable {
        var places: [Int]
        var recipients: [Recipient]
        /// How many of them have been cut off already.
        var done = 0
        var machine: AttemptMachine
        var action = AttemptMachine.Action.send(candidate: 0, attempt: 1)

        var count: Int { recipients.count - done }

        /// Takes the first recipients away, as a piece of their own.
        mutating func cut(_ size: Int) -> Piece {
            let range = done..<min(done + size, recipients.count)
            done = range.upperBound
            return Piece(
                places: Array(places[range]), recipients: Array(recipients[range]), machine: machine, action: action)
        }

        /// Both halves, which go on alike; the first comes last, because pieces are taken from the end.
        var halves: [Piece] {
            var rest = self
            let first = rest.cut((count + 1) / 2)
            return [rest.cut(rest.count), first]
        }
    }

    /// What became of some recipients that ended together.
    struct Ending: Sendable {
        var places: [Int]
        var outcome: Outcome
        /// How many of their attempts were taken, or may have been.
        var taken = 0
        var provider: ProviderName?
        /// The vendor's, of the attempt that was accepted.
        var vendorMessageID: String?
        var error = Rare<ProviderError>()
    }

    /// How far recipients travelled together.
    enum Run: Sendable {
        /// To their end.
        case ended(Ending, [Attempt])
        /// To where they part; each piece goes on by itself.
        case parted([Piece], [Attempt])
    }

    /// How the recipients of several runs ended.
    struct Result: Sendable {
        var endings: [Ending] = []
        var attempts: [Attempt] = []

        mutating func add(_ other: Result) {
            endings += other.endings
            attempts += other.attempts
        }
    }

    /// Most requests of one batch under way at a time; a transport may be told to take fewer.
    static let widestFanOut = 64

    let message: PreparedMessage
    /// By the places of recipients; empty where all have the same values.
    let individualValues: [[String?]]
    let order: HealthOrder
    let country: CountryCode?
    let services: GatewayServices

    var candidates: [ActiveProvider] { order.candidates }

    /// One recipient a request for codes: batches are slower, and one wrong number must not stop another's code.
    func chunkSize(_ candidate: Int) -> Int {
        if message.category == .verification { return 1 }
        let capabilities = candidates[candidate].capabilities
        return individualValues.isEmpty ? capabilities.maxRecipients : capabilities.maxIndividualRecipients
    }

    /// Carries recipients as long as they travel together: to their end, or to where they part.
    func run(_ piece: consuming Piece) async -> Run {
        var attempts: [Attempt] = []
        var ending = Ending(places: piece.places, outcome: .rejected)
        while true {
            switch piece.action {
            case .finish(let outcome):
                ending.outcome = outcome
                ending.taken = piece.machine.openAttempts
                if let last = attempts.indices.last, attempts[last].acceptance == .accepted { ending.taken += 1 }
                return .ended(consume ending, consume attempts)
            case .pause(let until, let candidate, let attempt):
                await pause(until)
                piece.action = .send(candidate: candidate, attempt: attempt)
            case .ask(let candidate, let until):
                piece.action = await reconcile(
                    candidate, until, piece.recipients, piece.places, &piece.machine, &attempts)
            case .narrow(let candidate, let attempt):
                piece.action = .send(candidate: candidate, attempt: attempt)
                return .parted(piece.halves, attempts)
            case .send(let candidate, let attempt):
                if piece.count > chunkSize(candidate) { return .parted([piece], attempts) }
                piece.action = await send(
                    candidate, attempt, piece.recipients, piece.places, &piece.machine, &attempts, &ending)
            }
        }
    }

    private func pause(_ until: MonotonicTime) async {
        // A cancelled pause ends early; the send that follows then reports the cancellation.
        try? await services.clock.sleep(until: until)
    }

    // MARK: One attempt

    @inline(__always)
    private func send(
        _ candidate: Int, _ attempt: Int, _ recipients: [Recipient], _ places: [Int], _ machine: inout AttemptMachine,
        _ attempts: inout [Attempt], _ ending: inout Ending
    ) async -> AttemptMachine.Action {
        let provider = candidates[candidate]
        let started = services.clock.now
        let number = message.nextRequestNumber()
        var record = Attempt(
            provider: provider.name, number: number,
            reference: machine.replay?.reference ?? Self.reference(message.id, number), recipients: recipients.count)
        ending.provider = provider.name
        let decision: AttemptMachine.Decision
        do throws(ProviderError) {
            let request = try self.request(
                provider, attempt, recipients, places, record.reference, started, machine.shareEnd, machine.replay)
            let receipt: ProviderReceipt
            if services.isTraced, let tracer = services.tracer {
                receipt = try await traced(request, provider, by: tracer)
            } else {
                receipt = try await provider.provider.send(request)
            }
            (ending.vendorMessageID, ending.error.value) = (receipt.vendorMessageID, nil)
            (record.acceptance, record.receipt) = (.accepted, receipt)
            record.duration = services.clock.now - started
            decision = machine.accepted()
            if provider.breakers.isMarked { noteAcceptance(provider) }
            provider.countAcceptance(after: record.duration)
        } catch {
            (record.acceptance, record.error, ending.error.value) = (error.acceptance, error, error)
            let now = services.clock.now
            record.duration = now - started
            decision = machine.failed(
                error, recipients: recipients.count, now: now, canAsk: provider.provider.statusLookup != nil,
                replayGuard: provider.capabilities.replayGuard, bits: services.random.next())
            note(error, provider, record)
        }
        (record.next, record.why) = (decision.next, decision.why)
        if order.isLastResort, candidate == 0, attempt == 1 { record.why += "; \(HealthOrder.lastResort)" }
        services.log(record, message.id)
        attempts.append(record)
        return decision.action
    }

    func request(
        _ provider: ActiveProvider, _ attempt: Int, _ recipients: [Recipient], _ places: [Int], _ reference: String,
        _ now: MonotonicTime, _ deadline: MonotonicTime, _ replay: ReplayToken? = nil
    ) throws(ProviderError) -> ProviderRequest {
        if Task.isCancelled {
            throw ProviderError(.cancelled, .rejected, message: "cancelled before the request was made")
        }
        if let permit = SendPermit.current, !permit.isValid {
            throw ProviderError(
                .cancelled, .rejected, message: "the time to send it alone was over before the request was made")
        }
        guard now < deadline else {
            throw ProviderError(.deadlineExceeded, .rejected, message: "no time was left to make the request")
        }
        var request = ProviderRequest(
            messageID: message.id, reference: reference, recipients: recipients, channel: message.channel,
            category: message.category, content: try content(for: provider, places.first), attempt: attempt,
            deadline: deadline, replay: replay)
        if !individualValues.isEmpty, recipients.count > 1 {
            for place in places.prefix(recipients.count) {
                request.individualContents.append(try content(for: provider, place))
            }
        }
        return request
    }

    func content(for provider: ActiveProvider, _ place: Int?) throws(ProviderError) -> ProviderContent {
        let values = individualValues.isEmpty ? message.values : place.map { individualValues[$0] } ?? []
        return try message.content(for: provider, country: country, values: values)
    }

    private func traced(
        _ request: ProviderRequest, _ provider: ActiveProvider, by tracer: any Tracer
    ) async throws(ProviderError) -> ProviderReceipt {
        let span = tracer.startSpan("notify.attempt", context: .current ?? .topLevel, ofKind: .client)
        span.attributes["notify.provider"] = provider.name.rawValue
        span.attributes["notify.reference"] = request.reference
        defer { span.end() }
        do throws(ProviderError) {
            return try await provider.provider.send(request)
        } catch {
            span.attributes["notify.reason"] = error.reason.rawValue
            span.setStatus(SpanStatus(code: .error))
            throw error
        }
    }

    static func reference(_ id: MessageID, _ number: Int) -> String {
        let digits = String(number)
        var reference = ""
        reference.reserveCapacity(id.rawValue.utf8.count + 1 + digits.utf8.count)
        reference += id.rawValue
        reference += "-"
        reference += digits
        return reference
    }

    // MARK: Several requests

    /// Carries pieces to their end, a bounded number of requests at a time; `attempts` are those that went before.
    func finish(_ pieces: [Piece], after attempts: [Attempt] = []) async -> Result {
        await withTaskGroup(of: Run.self) { group in
            var waiting = pieces
            var result = Result(attempts: attempts)
            var running = 0
            while true {
                while running < Self.widestFanOut, let piece = nextPiece(of: &waiting, now: services.clock.now) {
                    group.addTask { await run(piece) }
                    running += 1
                }
                guard let done = await group.next() else { return result }
                running -= 1
                switch done {
                case .ended(let ending, let attempts):
                    result.endings.append(ending)
                    result.attempts += attempts
                case .parted(let rest, let attempts):
                    waiting += rest
                    result.attempts += attempts
                }
            }
        }
    }

    /// Takes what came last, so that what was begun ends before more is begun; no more of it than one request may carry.
    func nextPiece(of waiting: inout [Piece], now: MonotonicTime) -> Piece? {
        guard var piece = waiting.popLast() else { return nil }
        guard case .send(let candidate, _) = piece.action, piece.count > chunkSize(candidate) || piece.done > 0 else {
            return piece
        }
        var next = piece.cut(chunkSize(candidate))
        if piece.count > 0 { waiting.append(piece) }
        // A request that waited for its turn starts with a share of its own.
        next.machine.startShare(now: now)
        return next
    }
}
