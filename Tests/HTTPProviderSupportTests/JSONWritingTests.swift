import Foundation
import GatewayTestKit
import HTTPProviderSupport
import NotificationGateway
import Testing

struct JSONWritingTests {
    private static func quoted(_ text: String) -> String {
        var writer = ByteWriter(capacity: 0)
        writer.appendJSONString(text)
        return writer.string
    }

    @Test(
        "only what RFC 8259 demands is escaped, by the short form where there is one",
        arguments: [
            ("", #""""#), ("plain", #""plain""#), (#"a"b\c/d"#, #""a\"b\\c/d""#),
            ("\u{8}\t\n\u{C}\r", #""\b\t\n\f\r""#), ("\u{0}\u{1}\u{B}\u{1F}", #""\u0000\u0001\u000b\u001f""#),
            ("\u{7F}\u{2028}", "\"\u{7F}\u{2028}\""), ("云😀é", #""云😀é""#), ("\r\n", #""\r\n""#),
        ])
    func escapes(text: String, expected: String) {
        #expect(Array(Self.quoted(text).utf8) == Array(expected.utf8))
    }

    @Test("any text is read back to the byte, by our reader and by Foundation's")
    func roundTrip() throws {
        let random = SeededRandom(seed: 4)
        for _ in 0..<300 {
            let scalars = (0..<Int(random.next() % 40)).compactMap { _ in
                Unicode.Scalar(UInt32(random.next() % (random.next() % 2 == 0 ? 0x80 : 0x1_F9FF)))
            }
            let text = String(String.UnicodeScalarView(scalars))
            let json = Array(Self.quoted(text).utf8)
            let ours = try JSONValue(parsing: json).string
            #expect(ours.map { Array($0.utf8) } == Array(text.utf8))
            let theirs = try JSONSerialization.jsonObject(with: Data(json), options: .fragmentsAllowed) as? String
            #expect(theirs.map { Array($0.utf8) } == Array(text.utf8))
        }
    }
}
