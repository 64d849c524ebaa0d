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
}
