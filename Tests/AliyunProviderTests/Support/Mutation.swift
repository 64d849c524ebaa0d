import GatewayTestKit
import NotificationGateway

/// Changes bytes at random, the same in every run of a seed: what bad lines, proxies and attackers do to an answer.
struct Mutation {
    private let random: SeededRandom

    init(seed: UInt64) { random = SeededRandom(seed: seed) }

    func below(_ bound: Int) -> Int { Int(random.next() % UInt64(max(1, bound))) }

    /// Bytes that mean something to parsers, and some that must not occur.
    private static let loaded = Array("{}[]\",:\\/u0e-.<>&;# \n".utf8) + [0x00, 0x7F, 0x80, 0xC0, 0xED, 0xF4, 0xFF]

    /// One to four changes: a byte replaced, put in or taken out, a piece doubled or the end cut off.
    func mutated(_ bytes: [UInt8]) -> [UInt8] {
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
