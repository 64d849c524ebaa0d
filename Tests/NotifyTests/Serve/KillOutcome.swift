import VendorSandbox

/// What became of all messages, and what the vendor knows of them.
struct KillOutcome {
    /// Those that were answered 202.
    var posted: [Posted] = []
    /// By id; those that the outbox does not know have none.
    var states: [String: String] = [:]
    /// By id, what the outbox says of how it went.
    var trails: [String: String] = [:]
    var inbox: [InboxMessage] = []
    var requests: [RecordedRequest] = []
    /// Posts without an answer.
    var lost = 0
    /// Posts that were to be repeated.
    var busy = 0

    /// How often each message reached its phone.
    private var copies: [String: Int] {
        let ids = inbox.compactMap { $0.out_id?.split(separator: "-").dropLast().joined(separator: "-") }
        return Dictionary(ids.map { ($0, 1) }, uniquingKeysWith: +)
    }

    /// Everything that must not be, in words.
    var faults: [String] {
        let copies = copies
        return posted.flatMap { message in
            let (state, count) = (states[message.id], copies[message.id] ?? 0)
            return faults(message, state ?? "missing", count).map {
                "\(message.id) \($0): \(state ?? "none"), \(count) copies; \(trails[message.id] ?? ""); \(story(of: message))"
            }
        }
    }

    private func faults(_ message: Posted, _ state: String, _ copies: Int) -> [String] {
        var faults: [String] = []
        if !message.isCode, copies > 1 { faults.append("doubled") }
        switch state {
        case "accepted", "delivered": if copies == 0 { faults.append("not sent") }
        case "uncertain": if !isDisturbed(message) { faults.append("uncertain without a reason") }
        // Of a code an earlier copy may have come, of which nobody heard.
        case "rejected", "dead", "expired": if !message.isCode, copies > 0 { faults.append("sent") }
        default: faults.append("not at its end")
        }
        return faults
    }

    /// What the vendor was asked about a message, in the order in which it dealt with it, and when each was signed: a send that
    /// was signed before a question and dealt with after it is the vendor's lateness, not ours.
    private func story(of message: Posted) -> String {
        requests(about: message)
            .map { "\($0.action ?? "?") of \($0.headers["x-acs-date"] ?? "?") \($0.answer)" }.joined(separator: ", ")
    }

    /// Whether the vendor left a question about a message without an answer, or a request.
    private func isDisturbed(_ message: Posted) -> Bool {
        requests(about: message).contains { $0.answer.contains("closed") || $0.answer.contains("silent") }
    }

    private func requests(about message: Posted) -> [RecordedRequest] {
        requests.filter { $0.body.contains(message.phone) || $0.target.contains(message.phone) }
    }

    /// The figures in one line.
    func summary(kills: Int, _ time: Duration) -> String {
        let counts = Dictionary(states.values.map { ($0, 1) }, uniquingKeysWith: +)
            .sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
        let doubled = copies.filter { $0.value > 1 }.count
        return
            "\(kills) kills, \(posted.count) submissions (\(lost) posts lost, \(busy) told to come again): \(counts); "
            + "\(inbox.count) received, \(doubled) codes or messages more than once; \(time)"
    }
}
