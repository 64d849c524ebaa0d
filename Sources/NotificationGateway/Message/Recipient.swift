/// A typed address on a channel.
///
/// The default description is masked: an address is personal data.
public enum Recipient: Sendable, Hashable, MaskedDescription {
    /// A phone number: channels `sms` and `voice`.
    case phone(PhoneNumber)
    /// An e-mail address.
    case email(EmailAddress)
    /// An HTTP call-back.
    case webhook(WebhookURL)
    /// A chat room or user.
    case chat(ChatAddress)
    /// A device's push token.
    case device(DeviceToken)

    /// The address written out. Personal data: not for logs.
    public var address: String {
        switch self {
        case .phone(let number): number.e164
        case .email(let address): address.rawValue
        case .webhook(let url): url.rawValue
        case .chat(let address): address.rawValue
        case .device(let token): token.rawValue
        }
    }

    /// The country of a phone number; `nil` for other addresses and for numbers of no country.
    public var country: CountryCode? { phoneNumber?.country }

    /// `nil` for other addresses.
    var phoneNumber: PhoneNumber? {
        guard case .phone(let number) = self else { return nil }
        return number
    }

    /// The address with its private part hidden, as it may stand in a log.
    public var masked: String {
        switch self {
        case .phone(let number): number.masked
        case .email(let address): address.masked
        case .webhook(let url): url.masked
        case .chat(let address): Masking.keepingEnds(address.rawValue)
        case .device(let token): Masking.keepingEnds(token.rawValue)
        }
    }

    /// The masked address.
    public var description: String { masked }
}

/// An address as the caller gave it: already typed, or text that the gateway reads for the message's channel.
public enum Address: Sendable, Hashable, ExpressibleByStringLiteral, MaskedDescription {
    /// Text in any usual spelling, such as `138 0013 8000`.
    case text(String)
    /// A typed address.
    case recipient(Recipient)

    /// Wraps a string literal as text.
    public init(stringLiteral value: String) { self = .text(value) }

    /// The masked address; text is hidden whole, because nobody has read it yet.
    public var description: String {
        switch self {
        case .text: "***"
        case .recipient(let recipient): recipient.masked
        }
    }
}
