import Logging
import Tracing

/// Carries out what the ``AttemptMachine`` decides for one batch: sends, waits, asks; decides nothing itself.
struct BatchDriver: Sendable {
    /// What became of some recipients that ended together.
    struct Ending: Sendable {
        var places: [Int]
        var outcome: Outcome
        var provider: ProviderName?
        var receipt: ProviderReceipt?
        var error: ProviderError?
    }

    struct Result: Sendable {
        var endings: [Ending] = []
        var attempts: [Attempt] = []
    }

    /// Most requests of one message under way at a time; a transport may be told to take fewer.
    static let widestFanOut = 64

    let message: PreparedMessage
    let candidates: [ActiveProvider]
    let country: CountryCode?
    let services: GatewayServices

    /// One recipient a request for codes: batches are slower, and one wrong number must not stop another's code.
    private func chunkSize(_ candidate: Int) -> Int {
        message.category == .verification ? 1 : candidates[candidate].capabilities.maxRecipients
    }

    /// Carries the recipients to their end, beginning with an action.
    func run(
        _ places: [Int], _ recipients: [Recipient], _ start: AttemptMachine,
        from first: AttemptMachine.Action = .send(candidate: 0, attempt: 1)
    ) async -> Result {
        var machine = start
        var action = first
        var result = Result()
        var ending = Ending(places: places, outcome: .rejected)
        while true {
            switch action {
            case .finish(let outcome):
                ending.outcome = outcome
                result.endings.append(ending)
                return result
            case .pause(let until, let candidate, let attempt):
                await pause(until)
                action = .send(candidate: candidate, attempt: attempt)
            case .ask(let candidate, let until):
                action = await reconcile(candidate, until, recipients, &machine, &result)
            case .send(let candidate, let attempt):
                if recipients.count > chunkSize(candidate) {
                    let chunks = await runChunks(places, recipients, chunkSize(candidate), machine, action)
                    result.endings += chunks.endings
                    result.attempts += chunks.attempts
                    return result
                }
                action = await send(candidate, attempt, recipients, &machine, &result, &ending)
            }
        }
    }

    private func pause(_ until: ContinuousClock.Instant) async {
        // A cancelled pause ends early; the send that follows then reports the cancellation.
        try? await services.clock.sleep(until: until)
    }

    // MARK: One attempt

    @inline(__always)
    private func send(
        _ candidate: Int, _ attempt: Int, _ recipients: [Recipient], _ machine: inout AttemptMachine,
        _ result: inout Result, _ ending: inout Ending
    ) async -> AttemptMachine.Action {
        let provider = candidates[candidate]
        let started = services.clock.now
        let number = message.nextRequestNumber()
        var record = Attempt(
            provider: provider.name, number: number, reference: Self.reference(message.id, number),
            recipients: recipients.count, acceptance: .rejected, duration: .zero, next: .stop, why: "")
        ending.provider = provider.name
        let decision: AttemptMachine.Decision
        do throws(ProviderError) {
            let request = try self.request(
                provider, attempt, recipients, record.reference, started, machine.shareEnd)
            let receipt =
                services.tracer == nil
                ? try await provider.provider.send(request) : try await traced(request, provider)
            (record.acceptance, record.receipt, ending.receipt, ending.error) = (.accepted, receipt, receipt, nil)
            record.duration = services.clock.now - started
            decision = machine.accepted()
            provider.health.recordAcceptance()
            provider.countAcceptance(after: record.duration)
        } catch {
            (record.acceptance, record.error, ending.error) = (error.acceptance, error, error)
            let now = services.clock.now
            record.duration = now - started
            decision = machine.failed(
                error, now: now, canAsk: provider.provider.statusLookup != nil, bits: services.random.next())
            note(error, provider, record)
        }
        (record.next, record.why) = (decision.next, decision.why)
        services.log(record, message.id)
        result.attempts.append(record)
        return decision.action
    }

    private func request(
        _ provider: ActiveProvider, _ attempt: Int, _ recipients: [Recipient], _ reference: String,
        _ now: ContinuousClock.Instant, _ deadline: ContinuousClock.Instant
    ) throws(ProviderError) -> ProviderRequest {
        if Task.isCancelled {
            throw ProviderError(.cancelled, .rejected, message: "cancelled before the request was made")
        }
        guard now < deadline else {
            throw ProviderError(.deadlineExceeded, .rejected, message: "no time was left to make the request")
        }
        return ProviderRequest(
            messageID: message.id, reference: reference, recipients: recipients, channel: message.channel,
            category: message.category, content: try message.content(for: provider, country: country),
            attempt: attempt, deadline: deadline)
    }

    private func traced(
        _ request: ProviderRequest, _ provider: ActiveProvider
    ) async throws(ProviderError) -> ProviderReceipt {
        let tracer = services.tracer ?? NoOpTracer()
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

    private func note(_ error: ProviderError, _ provider: ActiveProvider, _ record: Attempt) {
        provider.countFailure(error, after: record.duration)
        if provider.health.record(error, at: services.clock.wallTime) {
            services.logger.error(
                "provider unhealthy",
                metadata: [
                    "notify.provider": "\(provider.name)", "notify.reason": "\(error.reason.rawValue)",
                    "notify.vendor_code": "\(error.vendorCode?.rawValue ?? "")",
                ])
        }
    }

    static func reference(_ id: MessageID, _ number: Int) -> String {
        var reference = id.rawValue
        reference.append("-")
        reference.append(String(number))
        return reference
    }

    // MARK: Several requests

    private func runChunks(
        _ places: [Int], _ recipients: [Recipient], _ size: Int, _ machine: AttemptMachine,
        _ action: AttemptMachine.Action
    ) async -> Result {
        await withTaskGroup(of: Result.self) { group in
            var result = Result()
            var running = 0
            for start in stride(from: 0, to: recipients.count, by: size) {
                if running == Self.widestFanOut, let done = await group.next() {
                    result.add(done)
                    running -= 1
                }
                let range = start..<min(start + size, recipients.count)
                let (places, recipients) = (Array(places[range]), Array(recipients[range]))
                group.addTask {
                    // A request that waited for its turn starts with a share of its own.
                    var machine = machine
                    machine.startShare(now: services.clock.now)
                    return await run(places, recipients, machine, from: action)
                }
                running += 1
            }
            for await done in group { result.add(done) }
            return result
        }
    }
}

extension BatchDriver.Result {
    mutating func add(_ other: Self) {
        endings += other.endings
        attempts += other.attempts
    }
}
