import MessageAuthentication
public import NotificationGateway

/// What a key allows.
public enum KeyScope: String, Sendable, Hashable, CaseIterable {
    /// Submitting and cancelling messages.
    case send
    /// Looking at messages, explanations, providers and metrics.
    case read
    /// Everything, and putting dead messages back into the queue.
    case admin
}

/// The name of a key, which is no secret.
public struct KeyID: Identifier {
    /// The bare string.
    public let rawValue: String
    /// Wraps a string.
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// The text of a key: `ngk_`, its id, `_`, 256 random bits, and a checksum that tells a slip from a wrong key.
///
/// The checksum is the first four bytes of the SHA-256 of all that stands before it.
enum KeyText {
    static let prefix = "ngk_"
    static let idLength = 12
    static let secretLength = 64
    static let checksumLength = 8

    /// Makes a key.
    static func make(_ random: any RandomSource) -> (id: KeyID, secret: String, text: String) {
        let id = String(random.identifier().prefix(idLength))
        let secret = random.identifier() + random.identifier()
        let head = "\(prefix)\(id)_\(secret)"
        return (KeyID(rawValue: id), secret, head + checksum(head))
    }

    /// What a text holds; `nil` when it is no key, or one with a slip.
    static func read(_ text: some StringProtocol) -> (id: KeyID, secret: String)? {
        let bytes = Array(text.utf8)
        let start = prefix.utf8.count + idLength
        guard bytes.count == start + 1 + secretLength + checksumLength, bytes.starts(with: prefix.utf8),
            bytes[start] == UInt8(ascii: "_")
        else { return nil }
        let head = String(decoding: bytes.dropLast(checksumLength), as: UTF8.self)
        guard checksum(head).utf8.elementsEqual(bytes.suffix(checksumLength)) else { return nil }
        let id = String(decoding: bytes[prefix.utf8.count..<start], as: UTF8.self)
        return (KeyID(rawValue: id), String(decoding: bytes[(start + 1)...].prefix(secretLength), as: UTF8.self))
    }

    /// The hash under which a secret is kept: it has 256 random bits, which nobody guesses from their hash.
    static func hash(_ secret: String) -> Digest { MessageDigest.digest(of: Array(secret.utf8), by: .sha256) }

    private static func checksum(_ head: String) -> String {
        String(MessageDigest.digest(of: Array(head.utf8), by: .sha256).hexLowercase.prefix(checksumLength))
    }
}
