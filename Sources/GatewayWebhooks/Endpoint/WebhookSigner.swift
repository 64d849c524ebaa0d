import MessageAuthentication
import NotificationGateway

/// Signs as the Standard Webhooks ask for: HMAC-SHA256 over id, time and body, once with each secret.
///
/// Source: https://github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md, "Signature scheme".
struct WebhookSigner: Sendable {
    private static let prefix = "whsec_"
    /// How long a secret may be, in bytes.
    private static let lengths = 24...64

    private let keys: [HMACKey]

    /// Prepares the keys of one or two secrets.
    init(_ secrets: [Secret]) throws(InvalidWebhookEndpoint) {
        guard (1...2).contains(secrets.count) else {
            throw InvalidWebhookEndpoint(.secrets, "expected one secret, or two while one takes the other's place")
        }
        var keys: [HMACKey] = []
        for secret in secrets { keys.append(try Self.key(secret)) }
        self.keys = keys
    }

    private static func key(_ secret: Secret) throws(InvalidWebhookEndpoint) -> HMACKey {
        let text = secret.reveal()
        guard text.hasPrefix(prefix),
            let bytes = Base64Bytes(text.utf8.dropFirst(prefix.utf8.count)), lengths.contains(bytes.byteCount)
        else {
            throw InvalidWebhookEndpoint(.secrets, "expected \(prefix) and 24 to 64 bytes in Base64")
        }
        // Decoded as it is read, so that no copy of the key stays in freed memory.
        return HMACKey(.sha256, bytes)
    }

    /// The value of `webhook-signature`: `v1,` and Base64 for each secret, with spaces between them.
    func signatures(id: String, seconds: Int64, body: [UInt8]) -> String {
        let head = Array("\(id).\(seconds).".utf8)
        return keys.map { key in
            var code = key.begin()
            code.update(head)
            code.update(body)
            return "v1,\(code.finalized().base64)"
        }
        .joined(separator: " ")
    }
}

/// What Base64 stands for (RFC 4648, section 4; padding may be left out), decoded byte by byte as it is read.
struct Base64Bytes: Sequence, IteratorProtocol {
    /// How many bytes there are.
    let byteCount: Int
    private var digits: Substring.UTF8View.Iterator
    private var bits: UInt32 = 0
    private var bitCount = 0

    /// `nil` when the text is something else.
    init?(_ text: Substring.UTF8View) {
        let digits = text.prefix { $0 != UInt8(ascii: "=") }
        let padding = text.dropFirst(digits.count)
        guard digits.allSatisfy({ Self.value($0) != nil }), digits.count % 4 != 1, padding.count <= 2,
            padding.allSatisfy({ $0 == UInt8(ascii: "=") }), padding.isEmpty || text.count % 4 == 0
        else { return nil }
        byteCount = digits.count * 3 / 4
        self.digits = digits.makeIterator()
    }

    mutating func next() -> UInt8? {
        while let digit = digits.next(), let value = Self.value(digit) {
            bits = bits << 6 | value
            bitCount += 6
            guard bitCount >= 8 else { continue }
            bitCount -= 8
            return UInt8(truncatingIfNeeded: bits >> UInt32(bitCount))
        }
        return nil
    }

    private static func value(_ digit: UInt8) -> UInt32? {
        switch digit {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(digit - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(digit - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(digit - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
