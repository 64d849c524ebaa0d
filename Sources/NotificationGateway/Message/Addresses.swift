/// Why a text is no address of its kind; says what is expected and never repeats the text.
public struct InvalidAddress: Error, Sendable, Hashable, CustomStringConvertible {
    /// One sentence for people.
    public let description: String

    /// Wraps the sentence.
    public init(_ description: String) {
        self.description = description
    }
}

/// An e-mail address: one `@`, a local part of at most 64 bytes, a domain of at most 255.
///
/// Source: RFC 5321, section 4.5.3.1. Deliberately lenient inside these limits: only the mail server knows more.
public struct EmailAddress: Sendable, Hashable, MaskedDescription {
    /// The address as given, surrounding space removed.
    public let rawValue: String

    /// Reads an address.
    ///
    /// - Throws: ``InvalidAddress`` when there is no local part, no domain, or a character that no address has.
    public init(_ text: String) throws(InvalidAddress) {
        let address = text.trimmed
        guard let at = address.lastIndex(of: "@") else {
            throw InvalidAddress("an e-mail address has one @, as in name@example.com")
        }
        let local = address[..<at]
        let domain = address[address.index(after: at)...]
        guard !local.isEmpty, !domain.isEmpty, local.utf8.count <= 64, domain.utf8.count <= 255 else {
            throw InvalidAddress("an e-mail address has 1 to 64 bytes before the @ and 1 to 255 after it")
        }
        guard !address.unicodeScalars.contains(where: { $0.value <= 0x20 || $0.value == 0x7F }), !local.contains("@")
        else {
            throw InvalidAddress("an e-mail address has no spaces, control characters or second @")
        }
        rawValue = address
    }

    /// The address with its local part hidden but for the first character.
    public var masked: String {
        guard let at = rawValue.lastIndex(of: "@"), let first = rawValue.first else { return "***" }
        return "\(first)***\(rawValue[at...])"
    }

    /// The masked address.
    public var description: String { masked }
}

/// The HTTP or HTTPS address of a receiver's own service.
public struct WebhookURL: Sendable, Hashable, MaskedDescription {
    /// The URL as given, surrounding space removed.
    public let rawValue: String

    /// Reads a URL.
    ///
    /// - Throws: ``InvalidAddress`` when it is no absolute `http` or `https` URL with a host.
    public init(_ text: String) throws(InvalidAddress) {
        let url = text.trimmed
        let scheme = ["https://", "http://"].first { url.lowercased().hasPrefix($0) }
        guard let scheme, let first = url.dropFirst(scheme.count).first, first != "/", first != "?",
            !url.unicodeScalars.contains(where: { $0.value <= 0x20 || $0.value == 0x7F })
        else {
            throw InvalidAddress("a webhook address is an absolute URL such as https://example.com/hook")
        }
        rawValue = url
    }

    /// Scheme and host; the path may hold a token.
    public var masked: String {
        let end = rawValue.firstRange(of: "://")?.upperBound ?? rawValue.startIndex
        let authority = rawValue[end...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let host = authority.split(separator: "@").last ?? ""
        return "\(rawValue[..<end])\(host)/***"
    }

    /// The masked URL.
    public var description: String { masked }
}

/// A chat room, user or bot in a vendor's own spelling.
public struct ChatAddress: Sendable, Hashable, MaskedDescription {
    /// The address as given, surrounding space removed.
    public let rawValue: String

    /// Reads an address.
    ///
    /// - Throws: ``InvalidAddress`` when it is empty, longer than 512 bytes or has control characters.
    public init(_ text: String) throws(InvalidAddress) {
        rawValue = try Masking.opaque(text, name: "a chat address")
    }

    /// The masked address.
    public var description: String { Masking.keepingEnds(rawValue) }
}

/// A device's push token in a vendor's own spelling.
public struct DeviceToken: Sendable, Hashable, MaskedDescription {
    /// The token as given, surrounding space removed.
    public let rawValue: String

    /// Reads a token.
    ///
    /// - Throws: ``InvalidAddress`` when it is empty, longer than 512 bytes or has control characters.
    public init(_ text: String) throws(InvalidAddress) {
        rawValue = try Masking.opaque(text, name: "a push token")
    }

    /// The masked token.
    public var description: String { Masking.keepingEnds(rawValue) }
}

/// How personal data is hidden, in one place.
enum Masking {
    /// The first and last two characters around stars; short texts vanish whole.
    static func keepingEnds(_ text: String) -> String {
        text.count < 8 ? "***" : "\(text.prefix(2))***\(text.suffix(2))"
    }

    /// Reads an address whose inside only its vendor understands.
    static func opaque(_ text: String, name: String) throws(InvalidAddress) -> String {
        let address = text.trimmed
        guard !address.isEmpty, address.utf8.count <= 512,
            !address.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F })
        else { throw InvalidAddress("\(name) has 1 to 512 bytes and no control characters") }
        return address
    }
}

extension String {
    /// The text without spaces and line breaks at its ends.
    var trimmed: String {
        let start = drop { $0.isWhitespace }
        guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(start[...last])
    }
}
