/// SipHash-2-4 with 128 bits, fed piece by piece (Aumasson and Bernstein, <https://www.aumasson.jp/siphash/siphash.pdf>).
///
/// Lets the gateway recognise a phone number or a content again without keeping it: without the key, which never leaves
/// the process's memory, nobody finds the number by trying all of them. Swift's own `Hasher` has 64 bits and no key that
/// could be kept, so a durable store could not use it later.
struct KeyedHash: Sendable {
    /// A random key; equal texts have equal digests under one key only.
    struct Key: Sendable {
        var words: (UInt64, UInt64)

        init(_ random: any RandomSource) { words = (random.next(), random.next()) }
        init(_ first: UInt64, _ second: UInt64) { words = (first, second) }
    }

    /// What stands for the text.
    struct Digest: Sendable, Hashable {
        var high: UInt64
        var low: UInt64

        static let zero = Digest(high: 0, low: 0)

        /// The sum of digests of several texts, whatever their order.
        static func &+ (left: Self, right: Self) -> Self {
            Digest(high: left.high &+ right.high, low: left.low &+ right.low)
        }
    }

    private var v0, v1, v2, v3: UInt64
    private var pending: UInt64 = 0
    private var count = 0

    init(_ key: Key) {
        let (k0, k1) = key.words
        v0 = k0 ^ 0x736f_6d65_7073_6575
        v1 = k1 ^ 0x646f_7261_6e64_6f6d ^ 0xee
        v2 = k0 ^ 0x6c79_6765_6e65_7261
        v3 = k1 ^ 0x7465_6462_7974_6573
    }

    /// Adds a text and its length, so that `ab`, `c` and `a`, `bc` differ.
    mutating func add(_ text: String) {
        add(UInt64(text.utf8.count))
        for byte in text.utf8 { add(byte: byte) }
    }

    /// Adds an optional text; `nil` and the empty text differ.
    mutating func add(_ text: String?) {
        add(byte: text == nil ? 0 : 1)
        if let text { add(text) }
    }

    mutating func add(_ digest: Digest) {
        add(digest.high)
        add(digest.low)
    }

    mutating func add(_ word: UInt64) {
        for shift in stride(from: UInt64(0), to: 64, by: 8) { add(byte: UInt8(truncatingIfNeeded: word >> shift)) }
    }

    mutating func add(byte: UInt8) {
        pending |= UInt64(byte) << UInt64(8 * (count & 7))
        count += 1
        if count & 7 == 0 { compress(pending) }
    }

    /// The digest of everything added.
    consuming func digest() -> Digest {
        let length = UInt64(truncatingIfNeeded: count) << 56
        compress(pending | length)
        v2 ^= 0xee
        for _ in 0..<4 { round() }
        let high = v0 ^ v1 ^ v2 ^ v3
        v1 ^= 0xdd
        for _ in 0..<4 { round() }
        return Digest(high: high, low: v0 ^ v1 ^ v2 ^ v3)
    }

    private mutating func compress(_ word: UInt64) {
        v3 ^= word
        round()
        round()
        v0 ^= word
        pending = 0
    }

    private mutating func round() {
        v0 &+= v1
        v1 = v1 << 13 | v1 >> 51
        v1 ^= v0
        v0 = v0 << 32 | v0 >> 32
        v2 &+= v3
        v3 = v3 << 16 | v3 >> 48
        v3 ^= v2
        v0 &+= v3
        v3 = v3 << 21 | v3 >> 43
        v3 ^= v0
        v2 &+= v1
        v1 = v1 << 17 | v1 >> 47
        v1 ^= v2
        v2 = v2 << 32 | v2 >> 32
    }
}

extension KeyedHash.Key: MaskedDescription {
    /// Nothing of it: with the key, numbers could be found from their digests.
    var description: String { "***" }
}
