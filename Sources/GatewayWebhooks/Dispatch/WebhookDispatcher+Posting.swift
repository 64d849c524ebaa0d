import GatewayOutbox
import HTTPTransport
import Logging
import NotificationGateway

/// One endpoint and one event.
extension WebhookDispatcher {
    /// What came of one try.
    private struct Answer: Sendable {
        var verdict: WebhookVerdict
        /// For the metric: `taken`, `refused`, `failed`, `gone`.
        var result: String
        /// For the log.
        var why: String
    }

    /// Waits for a place and tells the endpoint; gives how far it is then.
    func tell(_ index: Int, _ event: OutboxEvent, _ entry: OutboxEntry, tries: Int) async -> WebhookProgress {
        switch await enter(index) {
        case .enter: break
        case .later(let time): return .open(tries: tries, notBefore: time)
        case .gone: return .done
        }
        let start = clock.now
        let answer = await post(event, entry, to: lanes[index].endpoint, over: lanes[index].transport)
        let duration = clock.now - start
        // Last of all: the answer may close the lane to who waits for the place.
        defer { lanes[index].leave(after: duration) }
        // Who stops does not know what the endpoint made of it: the next one tells it again.
        if answer.verdict != .taken, Task.isCancelled { return .open(tries: tries, notBefore: clock.wallTime) }
        let name = lanes[index].endpoint.name.rawValue
        Metric.webhookDuration.time(duration, name)
        Metric.webhooks.count(name, answer.result)
        return conclude(answer, index, event, tries: tries + 1)
    }

    private func enter(_ index: Int) async -> WebhookLane.Admission {
        if let admission = lanes[index].admission(now: clock.wallTime) { return admission }
        return await withCheckedContinuation { lanes[index].wait($0) }
    }

    private func conclude(_ answer: Answer, _ index: Int, _ event: OutboxEvent, tries: Int) -> WebhookProgress {
        let now = clock.wallTime
        switch answer.verdict {
        case .taken: return .done
        case .gone:
            if !lanes[index].isGone {
                logger.warning(
                    "an endpoint wants no more webhooks and is told nothing until the next start",
                    metadata: metadata(index, event, answer, tries))
            }
            lanes[index].closeForGood()
            return .done
        case .again(let named):
            if let named { lanes[index].close(until: now + min(named, WebhookSchedule.longestNamed)) }
            guard let pause = options.schedule.pause(afterTries: tries, named: named, bits: random.next()) else {
                logger.error("an event is given up", metadata: metadata(index, event, answer, tries))
                Metric.webhooks.count(lanes[index].endpoint.name.rawValue, "given-up")
                return .done
            }
            logger.info(
                "an endpoint has not taken an event and is told again",
                metadata: metadata(index, event, answer, tries).merging(
                    ["notify.webhook.pause": "\(pause.words)"], uniquingKeysWith: { $1 }))
            return .open(tries: tries, notBefore: now + pause)
        }
    }

    private func metadata(_ index: Int, _ event: OutboxEvent, _ answer: Answer, _ tries: Int) -> Logger.Metadata {
        let name = lanes[index].endpoint.name
        return [
            "notify.webhook.endpoint": "\(name)", "notify.webhook.id": "\(WebhookID.of(event, for: name))",
            "notify.message.id": "\(event.messageID)", "notify.webhook.event": "\(event.state.rawValue)",
            "notify.webhook.tries": "\(tries)", "notify.webhook.answer": "\(answer.why)",
        ]
    }

    /// Not on the actor: bodies are made and signed side by side.
    @concurrent
    private nonisolated func post(
        _ event: OutboxEvent, _ entry: OutboxEntry, to endpoint: WebhookEndpoint, over transport: any HTTPTransport
    ) async -> Answer {
        let request = Self.request(event, entry, to: endpoint, now: clock.wallTime)
        do throws(HTTPFailure) {
            let response = try await transport.execute(request)
            let verdict = WebhookVerdict(response, now: clock.wallTime)
            let result =
                switch verdict {
                case .taken: "taken"
                case .gone: "gone"
                case .again: "refused"
                }
            return Answer(verdict: verdict, result: result, why: "status \(response.status)")
        } catch {
            // The detail names the host, which is configuration; the path, which may hold a token, it does not.
            return Answer(verdict: .again(after: nil), result: "failed", why: "\(error)")
        }
    }

    /// The request of one try: the same id as before, the time of this try.
    static func request(
        _ event: OutboxEvent, _ entry: OutboxEntry, to endpoint: WebhookEndpoint, now: WallTime
    ) -> HTTPRequest {
        let id = WebhookID.of(event, for: endpoint.name)
        let body = WebhookPayload(event: event, entry: entry, recipients: endpoint.recipients).json
        let seconds = now.secondsSinceEpoch
        return HTTPRequest(
            method: .post, url: endpoint.url.rawValue,
            headers: [
                .init("Content-Type", "application/json"), .init("User-Agent", "notification-gateway"),
                .init("webhook-id", id), .init("webhook-timestamp", "\(seconds)"),
                .init("webhook-signature", endpoint.signer.signatures(id: id, seconds: seconds, body: body)),
            ], body: body, timeout: endpoint.timeout)
    }
}
