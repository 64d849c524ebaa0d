/// The kind of path on which a message reaches its receiver.
public enum Channel: String, Sendable, Hashable, CaseIterable {
    /// Text messages to phone numbers.
    case sms
    /// Calls that speak a text to phone numbers.
    case voice
    /// E-mail.
    case email
    /// Chat rooms and bots.
    case chat
    /// Push messages to devices.
    case push
    /// HTTP call-backs of the receiver.
    case webhook

    /// Numbers the channels from 0.
    var place: Int {
        switch self {
        case .sms: 0
        case .voice: 1
        case .email: 2
        case .chat: 3
        case .push: 4
        case .webhook: 5
        }
    }
}
