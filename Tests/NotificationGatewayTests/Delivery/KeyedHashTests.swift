import GatewayTestKit
import Testing

@testable import NotificationGateway

@Suite("A keyed hash")
struct KeyedHashTests {
    /// The authors' key: the bytes 0 to 15.
    private let key = KeyedHash.Key(0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908)

    private func digest(bytes count: Int) -> [UInt64] {
        var hash = KeyedHash(key)
        for byte in 0..<count { hash.add(byte: UInt8(byte)) }
        let digest = hash.digest()
        return [digest.high.byteSwapped, digest.low.byteSwapped]
    }

    /// `vectors.h`, `vectors_sip128`, of <https://github.com/veorq/SipHash>.
    @Test("gives the digests of SipHash's authors")
    func vectors() {
        #expect(digest(bytes: 0) == [0xa381_7f04_ba25_a8e6, 0x6df6_7214_c755_0293])
        #expect(digest(bytes: 1) == [0xda87_c1d8_6b99_af44, 0x3476_5911_9b22_fc45])
    }

    @Test("tells texts apart by where they end")
    func ends() {
        func digest(_ texts: String?...) -> KeyedHash.Digest {
            var hash = KeyedHash(key)
            for text in texts { hash.add(text) }
            return hash.digest()
        }
        #expect(
            Set([digest("ab", "c"), digest("a", "bc"), digest("abc"), digest("abc", nil), digest("abc", "")]).count == 5
        )
    }

    @Test("is another one under another key")
    func keys() {
        let random = SeededRandom()
        let digests = (0..<100).map { _ in
            var hash = KeyedHash(KeyedHash.Key(random))
            hash.add("+8613800138000")
            return hash.digest()
        }
        #expect(Set(digests).count == 100)
    }
}
