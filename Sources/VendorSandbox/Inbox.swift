/// What the phones received, oldest first. A status query finds a phone's messages without going through all of them.
struct Inbox: Sendable {
    private(set) var messages: [InboxMessage] = []
    private var byPhone: [String: [InboxMessage]] = [:]

    private static let mostKept = 200_000

    /// What a phone received, oldest first.
    func messages(to phone: String) -> [InboxMessage] { byPhone[phone] ?? [] }

    mutating func take(_ taken: [InboxMessage]) {
        messages += taken
        for message in taken { byPhone[message.phone, default: []].append(message) }
        // Half at a time, so that each message is moved but once.
        guard messages.count > 2 * Self.mostKept else { return }
        messages.removeFirst(messages.count - Self.mostKept)
        byPhone = Dictionary(grouping: messages, by: \.phone)
    }
}
