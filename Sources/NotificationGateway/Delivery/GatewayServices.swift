import Logging
import Metrics
import Tracing

/// What the gateway is given from outside besides its settings.
final class GatewayServices: Sendable {
    let clock: any GatewayClock
    let random: any RandomSource
    let logger: Logger
    /// `nil` when nobody collects spans, so that the hot path does not make them.
    let tracer: (any Tracer)?
    /// Whether there is one; asked for each message, and cheaper than to take it.
    let isTraced: Bool

    init(clock: any GatewayClock, random: any RandomSource, logger: Logger, tracer: (any Tracer)?) {
        self.clock = clock
        self.random = random
        self.logger = logger
        self.tracer = tracer
        isTraced = tracer != nil
    }

    func log(_ attempt: Attempt, _ id: MessageID) {
        guard logger.logLevel <= .debug else { return }
        logger.debug(
            "attempt ended",
            metadata: [
                "notify.message_id": "\(id)", "notify.provider": "\(attempt.provider)",
                "notify.attempt.number": "\(attempt.number)",
                "notify.attempt.acceptance": "\(attempt.acceptance.rawValue)",
                "notify.attempt.reason": "\(attempt.error?.reason.rawValue ?? "none")",
                "notify.attempt.next": "\(attempt.next.rawValue)",
            ])
    }

    func log(_ request: PlannedRequest, _ id: MessageID) {
        guard logger.logLevel <= .info else { return }
        logger.info(
            "dry run: not sent",
            metadata: [
                "notify.message_id": "\(id)", "notify.provider": "\(request.provider)",
                "notify.attempt.number": "\(request.number)", "notify.reference": "\(request.reference)",
                "notify.recipients": "\(request.recipients)", "notify.destination": "\(request.preview.destination)",
                "notify.request": .dictionary(
                    Dictionary(
                        request.preview.fields.map { ($0.name, .string($0.value)) }, uniquingKeysWith: { $1 })),
            ])
    }
}

/// Counts messages by outcome.
struct MessageCounters: Sendable {
    private let accepted = Metric.messages.counter(Outcome.accepted.rawValue)
    private let rejected = Metric.messages.counter(Outcome.rejected.rawValue)
    private let uncertain = Metric.messages.counter(Outcome.uncertain.rawValue)
    private let dryRun = Metric.messages.counter(Outcome.dryRun.rawValue)

    func count(_ outcome: Outcome) {
        switch outcome {
        case .accepted: accepted.increment()
        case .rejected: rejected.increment()
        case .uncertain: uncertain.increment()
        case .dryRun: dryRun.increment()
        }
    }
}
