import GatewayTestKit
import HTTPProviderSupport
import NotificationGateway
import Testing

struct PercentEncodingTests {
    private func encoded(_ text: String) -> String {
        var writer = ByteWriter()
        writer.appendPercentEncoded(text)
        return writer.string
    }

    /// The rule written again in the plainest way.
    private func reference(_ text: String, space: String = "%20") -> String {
        let kept = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".utf8)
        let digits = Array("0123456789ABCDEF")
        return text.utf8.map { byte in
            if kept.contains(byte) { return String(UnicodeScalar(byte)) }
            return byte == 0x20 ? space : "%\(digits[Int(byte) / 16])\(digits[Int(byte) % 16])"
        }.joined()
    }

    @Test("every ASCII byte is encoded as RFC 3986 says")
    func everyByte() {
        for byte: UInt8 in 0...127 {
            let text = String(UnicodeScalar(byte))
            #expect(encoded(text) == reference(text))
        }
        #expect(encoded(" +*/%'()!") == "%20%2B%2A%2F%25%27%28%29%21")
    }

    @Test("what is already encoded is encoded again, never decoded")
    func neverDecodes() {
        #expect(encoded("%7E") == "%257E")
    }

    @Test("composed and decomposed letters stay different: nothing is normalized")
    func noNormalization() {
        #expect(encoded("\u{E9}") == "%C3%A9")
        #expect(encoded("e\u{301}") == "e%CC%81")
    }

    @Test("a form value has + for a space and is the same otherwise")
    func form() {
        var writer = ByteWriter()
        writer.appendFormEncoded("a b+c~*云")
        #expect(writer.string == "a+b%2Bc~%2A%E4%BA%91")
    }

    @Test("encoding twice in one pass is encoding the encoded text")
    func twice() {
        let random = SeededRandom(seed: 3_986)
        for _ in 0..<500 {
            let text = String(
                String.UnicodeScalarView(
                    (0..<Int(random.next() % 61)).compactMap { _ in UnicodeScalar(UInt32(random.next() % 0x1_FA00)) }))
            var writer = ByteWriter(capacity: 16)
            writer.appendTwicePercentEncoded(text)
            #expect(writer.string == reference(reference(text)))
            #expect(encoded(text) == reference(text))
        }
    }
}
