import MessageAuthentication
public import NotificationGateway

/// What makes a signed request the same one when it comes again: its key and its nonce.
///
/// All names that the gateway gives to what the request asks for are derived from it, so that a copy which comes after a
/// restart, when the nonces in memory are gone, finds the same messages and makes no new ones.
public struct RequestIdentity: Sendable, Hashable {
    /// The id of the key.
    public let keyID: String
    /// The nonce.
    public let nonce: String

    /// Joins a key's id and a nonce.
    public init(keyID: String, nonce: String) {
        self.keyID = keyID
        self.nonce = nonce
    }

    /// The `BizId` of the answer, in the vendor's form: eighteen digits, `^` and a digit.
    public var bizID: String {
        let number = digest("").bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        // Never a leading zero: some callers keep it as a number.
        return "\(100_000_000_000_000_000 + number % 900_000_000_000_000_000)^0"
    }

    /// The id of one of the request's messages, by its place: thirty-two hexadecimal digits.
    public func messageID(_ place: Int) -> MessageID {
        MessageID(rawValue: String(digest("\(place)").hexLowercase.prefix(32)))
    }

    /// The key that makes one of the request's messages the same one, by its place.
    public func idempotencyKey(_ place: Int) -> String { "dysms/\(keyID)/\(nonce)/\(place)" }

    private func digest(_ part: String) -> Digest {
        MessageDigest.digest(of: Array("dysms\u{0}\(keyID)\u{0}\(nonce)\u{0}\(part)".utf8), by: .sha256)
    }
}
