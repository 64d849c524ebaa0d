import Foundation
import GatewayTestKit
import HTTPProviderSupport
import NotificationGateway
import Testing

struct ByteWriterTests {
    @Test("a writer grows without losing or changing a byte")
    func growth() {
        var writer = ByteWriter(capacity: 0)
        var expected: [UInt8] = []
        for number in 0..<1_000 {
            let text = "\(number)✓"
            writer.append(text)
            writer.append(UInt8(ascii: ";"))
            expected += Array(text.utf8) + [UInt8(ascii: ";")]
        }
        #expect(writer.array == expected)
        #expect(writer.count == expected.count)
        writer.removeLast(expected.count - 1)
        #expect(writer.string == "0")
        writer.removeLast()
        #expect(writer.array == [] && writer.string == "")
    }

    @Test("each way of appending adds its bytes and nothing else")
    func appending() {
        var other = ByteWriter()
        other.append("other")
        var writer = ByteWriter(capacity: 1)
        writer.append("literal;" as StaticString)
        writer.append("text;" as String)
        writer.append([1, 2])
        writer.append([3, 4, 5, 6], in: 1..<3)
        writer.append([9], in: 0..<0)
        writer.append([] as [UInt8])
        writer.append(other)
        writer.append(ByteWriter())
        writer.append(UnsafeBufferPointer(start: nil, count: 0))
        #expect(writer.array == Array("literal;text;".utf8) + [1, 2, 4, 5] + Array("other".utf8))
    }

    @Test("what is not UTF-8 is shown as U+FFFD and kept as it is")
    func notUTF8() {
        var writer = ByteWriter()
        writer.append([0x61, 0xFF])
        #expect(writer.string == "a\u{FFFD}" && writer.array == [0x61, 0xFF])
    }

    @Test("hexadecimal digits are lower case")
    func hexadecimal() {
        var writer = ByteWriter()
        ([0x00, 0x0F, 0xA0, 0xFF, 0x5C] as [UInt8]).withUnsafeBytes { writer.appendHex($0) }
        [UInt8]().withUnsafeBytes { writer.appendHex($0) }
        #expect(writer.string == "000fa0ff5c")
    }

    @Test("a large text is appended whole, also one that is not held in one run")
    func largeTexts() {
        let text = String(repeating: "云a", count: 100_000)
        var writer = ByteWriter()
        writer.append(text)
        writer.appendPercentEncoded(String(text.prefix(3)))
        #expect(writer.count == 400_000 + 19)
        #expect(writer.withUnsafeBytes { $0.count } == writer.count)
    }

    @Test("Base64 is padded, and its signs are percent-encoded")
    func base64() {
        let random = SeededRandom(seed: 64)
        for length in 0..<70 {
            let bytes = (0..<length).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            var writer = ByteWriter(capacity: 0)
            bytes.withUnsafeBytes { writer.appendPercentEncodedBase64($0) }
            let expected = Data(bytes).base64EncodedString().replacing("+", with: "%2B").replacing("/", with: "%2F")
                .replacing("=", with: "%3D")
            #expect(writer.string == expected)
        }
    }
}
