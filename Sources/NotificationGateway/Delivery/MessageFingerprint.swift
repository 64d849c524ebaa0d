/// What stands for a message's content and recipients, so that two messages can be compared without keeping either.
///
/// 128 bits of a keyed hash: equal for equal messages under one key, and of no use to anyone without it.
public struct MessageFingerprint: Sendable, Hashable {
    /// The first half.
    public var high: UInt64
    /// The second half.
    public var low: UInt64

    /// Takes up a stored fingerprint again.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }
}

extension MessageFingerprint {
    /// The fingerprint of a message.
    ///
    /// Channel, category, language, template with parameters or text, and the *set* of recipients, each in its typed spelling:
    /// who gives a message again may collect the numbers in another order. Tags, deadline and expiry are left out: they
    /// say how to send, not what to whom.
    init(_ message: Message, defaultCountry: CountryCode?, key: KeyedHash.Key) {
        var hash = KeyedHash(key)
        hash.add(message.channel.rawValue)
        hash.add(message.category?.rawValue)
        hash.add(message.locale?.rawValue)
        switch message.content {
        case .text(let text):
            hash.add(byte: 0)
            hash.add(text)
        case .template(let name, let parameters):
            hash.add(byte: 1)
            hash.add(name.rawValue)
            hash.add(UInt64(parameters.count))
            for (name, value) in parameters.sorted(by: { $0.key < $1.key }) {
                hash.add(name)
                hash.add(value)
            }
        }
        hash.add(Self.digest(of: message, defaultCountry: defaultCountry, key: key))
        let digest = hash.digest()
        self.init(high: digest.high, low: digest.low)
    }

    private static func digest(
        of message: Message, defaultCountry: CountryCode?, key: KeyedHash.Key
    ) -> KeyedHash.Digest {
        var seen: Set<KeyedHash.Digest> = []
        return message.recipients.reduce(into: .zero) { sum, address in
            var hash = KeyedHash(key)
            hash.add(spelling(address, message.channel, defaultCountry))
            // Named twice, a recipient counts once, with the values of the first.
            guard seen.insert(hash.digest()).inserted else { return }
            for (name, value) in (message.individualParameters[address] ?? [:]).sorted(by: { $0.key < $1.key }) {
                hash.add(name)
                hash.add(value)
            }
            sum = sum &+ hash.digest()
        }
    }

    /// The typed spelling, or the text itself where it is no address.
    private static func spelling(_ address: Address, _ channel: Channel, _ defaultCountry: CountryCode?) -> String {
        switch address {
        case .recipient(let recipient): recipient.address
        case .text(let text):
            (try? Recipient(text, channel: channel, defaultCountry: defaultCountry))?.address ?? text
        }
    }
}
