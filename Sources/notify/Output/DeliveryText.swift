import Foundation
import NotificationGateway

/// A delivery for people: the outcome of each recipient, and the trail.
struct DeliveryText {
    let delivery: Delivery

    /// More recipients than this are summed up by outcome.
    static let mostRecipients = 20
    /// More requests of a dry run than this are counted only.
    static let mostRequests = 20

    var lines: [String] {
        var lines = recipients
        lines += delivery.attempts.flatMap(Self.attempt)
        lines += requests
        lines.append(Console.paint("message \(Console.safe(delivery.messageID.rawValue))", .faint))
        return lines
    }

    private var requests: [String] {
        let more = delivery.previews.count - Self.mostRequests
        return delivery.previews.prefix(Self.mostRequests).flatMap(Self.request)
            + (more > 0 ? ["  and \("more request".counted(more)); --json shows all"] : [])
    }

    private var recipients: [String] {
        guard delivery.recipients.count > Self.mostRecipients else {
            return delivery.recipients.flatMap(Self.recipient)
        }
        let counts = Outcome.allCases.compactMap { outcome -> String? in
            let count = delivery.recipients.count { $0.outcome == outcome }
            return count == 0 ? nil : "\(count) \(outcome.rawValue)"
        }
        let refused = delivery.recipients.lazy.filter { $0.outcome != .accepted && $0.outcome != .dryRun }
        return ["\(delivery.recipients.count) recipients: \(counts.joined(separator: ", "))"]
            + refused.prefix(Self.mostRecipients).flatMap(Self.recipient)
    }

    private static func recipient(_ result: RecipientResult) -> [String] {
        let outcome = result.outcome.rawValue.padded(to: 10)
        let provider = result.provider.map { result.outcome == .accepted ? " by \($0)" : " at \($0)" } ?? ""
        let id = result.vendorMessageID.map { " (\(Console.safe($0)))" } ?? ""
        let line = Console.paint(outcome, colour(result.outcome)) + Console.safe(result.address) + provider + id
        guard result.outcome == .rejected || result.outcome == .uncertain, let error = result.error else {
            return [line]
        }
        return [line, Console.wrap("          \(error.reason.rawValue): \(Console.safe(error.message))", indent: 10)]
    }

    private static func attempt(_ attempt: Attempt) -> [String] {
        let code = attempt.error?.vendorCode.map { " \(Console.safe($0.rawValue))" } ?? ""
        let what = attempt.error.map { "\(attempt.acceptance.rawValue), \($0.reason.rawValue)\(code)" } ?? "accepted"
        let many = attempt.recipients == 1 ? "" : " for \(attempt.recipients)"
        let time = attempt.duration.milliseconds.formatted(.number.precision(.fractionLength(1)))
        var lines = [
            Console.wrap("  \(attempt.number). \(attempt.provider)\(many): \(what), \(time) ms", indent: 5),
            Console.wrap("     \(attempt.next.rawValue): \(attempt.why)", indent: 5),
        ]
        if let found = attempt.reconciliation {
            lines.append(
                Console.wrap(
                    "     asked \("time".counted(found.asked)): \(found.next.rawValue): \(found.why)", indent: 5))
            if let error = found.error {
                let code = error.vendorCode.map { " \($0)" } ?? ""
                let text = "     could not ask: \(error.reason.rawValue)\(code): \(error.message)"
                lines.append(Console.wrap(Console.safe(text), indent: 5))
            }
        }
        return lines
    }

    /// A request as it would be made.
    static func request(_ request: PlannedRequest) -> [String] {
        let many = request.recipients == 1 ? "" : " for \(request.recipients)"
        let head = "  \(request.number). would send to \(request.provider)\(many): \(request.preview.destination)"
        return [Console.wrap(head, indent: 4)]
            + request.preview.fields.map { Console.wrap("    \($0.name): \(Console.safe($0.value))", indent: 6) }
    }

    static func colour(_ outcome: Outcome) -> Console.Colour {
        switch outcome {
        case .accepted: .green
        case .rejected: .red
        case .uncertain: .yellow
        case .dryRun: .faint
        }
    }
}

extension String {
    /// The text filled up with spaces.
    func padded(to width: Int) -> String {
        self + String(repeating: " ", count: Swift.max(1, width - count))
    }

    /// A noun with its number: `1 error`, `2 errors`.
    func counted(_ number: Int) -> String { "\(number) \(self)\(number == 1 ? "" : "s")" }
}
