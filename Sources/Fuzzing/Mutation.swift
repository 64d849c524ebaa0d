public import NotificationGateway

/// Changes bytes at random: what bad lines, proxies and attackers do to an answer. The same source gives the same changes.
public struct Mutation {
    private let random: any RandomSource

    /// Draws from a source.
    public init(_ random: any RandomSource) { self.random = random }

    /// A number from 0 and below a bound.
    public func below(_ bound: Int) -> Int { Int(random.next() % UInt64(max(1, bound))) }

    /// Bytes that mean something to parsers, and some that must not occur.
    private static let loaded =
        Array("{}[]\",:\\/u0e-.<>&;# \n$|*+?()'~!%=".utf8) + [0x00, 0x0D, 0x7F, 0x80, 0xC0, 0xED, 0xF4, 0xFF]

    /// One to four changes: a byte replaced, put in or taken out, a piece doubled or the end cut off.
    public func mutated(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0...below(4) where !bytes.isEmpty {
            let index = below(bytes.count)
            let byte = Self.loaded[below(Self.loaded.count)]
            switch below(6) {
            case 0: bytes[index] = byte
            case 1: bytes[index] = UInt8(truncatingIfNeeded: random.next())
            case 2: bytes.insert(byte, at: index)
            case 3: bytes.remove(at: index)
            case 4: bytes.insert(contentsOf: bytes[index..<min(bytes.count, index + below(24))], at: below(bytes.count))
            default: bytes.removeSubrange(index...)
            }
        }
        return bytes
    }
}
