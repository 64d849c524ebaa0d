/// The result of a hash function or an HMAC: 16, 20 or 32 bytes, held without the heap.
public struct Digest: Sendable {
    /// The algorithm that made it.
    public let algorithm: HashAlgorithm
    private let storage: SIMD32<UInt8>

    init(_ algorithm: HashAlgorithm, _ state: ChainingState) {
        self.algorithm = algorithm
        let words = algorithm == .md5 ? state.littleEndianWords : state.bigEndianWords
        storage = unsafeBitCast(words, to: SIMD32<UInt8>.self)
    }

    /// The length in bytes.
    public var count: Int { algorithm.digestByteCount }

    /// The bytes, without a copy; they must not be used after `body` returns.
    public func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        withUnsafePointer(to: storage) { body(UnsafeRawBufferPointer(start: $0, count: count)) }
    }

    /// The bytes as an array.
    public var bytes: [UInt8] { withUnsafeBytes { [UInt8]($0) } }

    /// Lower-case hexadecimal.
    public var hexLowercase: String {
        var bytes: [UInt8] = []
        appendHex(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Upper-case hexadecimal.
    public var hexUppercase: String { hexLowercase.uppercased() }

    /// Base64 with padding.
    public var base64: String {
        var bytes: [UInt8] = []
        appendBase64(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends lower-case hexadecimal digits.
    public func appendHex(to bytes: inout [UInt8]) {
        withUnsafeBytes { digest in
            for byte in digest {
                bytes.append(Self.hexDigit(byte &>> 4))
                bytes.append(Self.hexDigit(byte & 15))
            }
        }
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 &+ value : 0x57 &+ value }

    /// Appends Base64 with padding: RFC 4648, section 4.
    public func appendBase64(to bytes: inout [UInt8]) {
        withUnsafeBytes { digest in
            var index = 0
            while index < digest.count {
                let left = digest.count - index
                let group =
                    UInt32(digest[index]) << 16 | (left > 1 ? UInt32(digest[index + 1]) << 8 : 0)
                    | (left > 2 ? UInt32(digest[index + 2]) : 0)
                for place in 0..<4 {
                    bytes.append(place <= left ? Self.base64Digit(group >> UInt32(18 - 6 * place) & 63) : 0x3D)
                }
                index += 3
            }
        }
    }

    private static func base64Digit(_ value: UInt32) -> UInt8 {
        switch UInt8(truncatingIfNeeded: value) {
        case let value where value < 26: 0x41 + value
        case let value where value < 52: 0x61 + value - 26
        case let value where value < 62: 0x30 + value - 52
        case 62: 0x2B
        default: 0x2F
        }
    }
}

extension Digest: Equatable {
    /// Compares in a time that does not depend on where two digests differ.
    public static func == (left: Digest, right: Digest) -> Bool {
        guard left.algorithm == right.algorithm else { return false }
        return left.withUnsafeBytes { left in right.withUnsafeBytes { isEqual(left, $0) } }
    }

    /// Compares with bytes from outside in a time that depends on their number alone.
    public func matches(_ other: some Collection<UInt8>) -> Bool {
        let other = Array(other)
        return withUnsafeBytes { digest in other.withUnsafeBytes { Self.isEqual(digest, $0) } }
    }

    /// Compares with lower-case hexadecimal digits from outside in a time that depends on their number alone.
    public func matches(hexadecimal text: some Collection<UInt8>) -> Bool {
        var own: [UInt8] = []
        appendHex(to: &own)
        return Self.isEqual(own, text)
    }

    /// Compares with Base64 text from outside, padding included, in a time that depends on its length alone.
    public func matches(base64 text: some Collection<UInt8>) -> Bool {
        var own: [UInt8] = []
        appendBase64(to: &own)
        return Self.isEqual(own, text)
    }

    private static func isEqual(_ own: [UInt8], _ other: some Collection<UInt8>) -> Bool {
        let other = Array(other)
        return own.withUnsafeBytes { own in other.withUnsafeBytes { isEqual(own, $0) } }
    }

    private static func isEqual(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
        guard left.count == right.count else { return false }
        var difference: UInt8 = 0
        for index in left.indices { difference |= left[index] ^ right[index] }
        return difference == 0
    }
}

extension ChainingState {
    var bigEndianWords: Self {
        var words = self
        for index in 0..<8 { words[index] = words[index].bigEndian }
        return words
    }

    var littleEndianWords: Self {
        var words = self
        for index in 0..<8 { words[index] = words[index].littleEndian }
        return words
    }
}
