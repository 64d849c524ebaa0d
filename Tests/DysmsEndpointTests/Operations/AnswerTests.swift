import AliyunProvider
import Foundation
import FoundationXML
import GatewayTestKit
import NotificationGateway
import Testing

@testable import DysmsEndpoint

@Suite("An answer")
struct AnswerTests {
    /// The texts of all elements without children, in order.
    private final class Reader: NSObject, XMLParserDelegate {
        private(set) var texts: [String] = []
        private var text = ""

        func parser(
            _ parser: XMLParser, didStartElement element: String, namespaceURI: String?, qualifiedName: String?,
            attributes: [String: String]
        ) { text = element + "=" }

        func parser(_ parser: XMLParser, foundCharacters characters: String) { text += characters }

        func parser(
            _ parser: XMLParser, didEndElement element: String, namespaceURI: String?, qualifiedName: String?
        ) {
            if !text.isEmpty { texts.append(text) }
            text = ""
        }
    }

    private static func read(_ xml: String) throws -> [String] {
        let parser = XMLParser(data: Data(xml.utf8))
        let reader = Reader()
        parser.delegate = reader
        try #require(parser.parse(), "\(xml)")
        return reader.texts
    }

    @Test("is written in the format that was asked for, JSON with signature V3 and XML with 1.0 by default")
    func formats() async throws {
        let bench = EndpointBench()
        let json = "application/json;charset=utf-8"
        let xml = "text/xml;charset=utf-8"
        for (format, type) in [("JSON", json), ("json", json), ("XML", xml), ("xml", xml), ("", xml)] {
            let request = try bench.request("SendSms", query: EndpointBench.sms(), signing: .v1, format: format)
            #expect(try await bench.answer(request).headers["content-type"] == type, "\(format)")
        }
        for (accept, type) in [("application/json", json), ("*/*", json), ("text/xml", xml), ("application/xml", xml)] {
            var request = try bench.request("SendSms", query: EndpointBench.sms())
            request.headers.removeAll { $0.name == "accept" }
            request.headers.append(EndpointHeader("Accept", accept))
            let answer = try await bench.answer(request)
            #expect(answer.headers["content-type"] == type, "\(accept)")
        }
    }

    @Test("in XML has the vendor's elements, for success, refusals of the service and of the gateway")
    func elements() async throws {
        let bench = EndpointBench()
        func xml(_ action: String, _ parameters: [String: String]) async throws -> Answer {
            try await bench.answer(try bench.request(action, query: parameters, signing: .v1, format: "XML"))
        }
        let good = try await xml("SendSms", EndpointBench.sms())
        #expect(good.text.contains("<SendSmsResponse>") && good.text.contains("<Code>OK</Code>"))
        let refused = try await xml("SendSms", EndpointBench.sms(["TemplateCode": "SMS_X"]))
        #expect(refused.status == 200 && refused.text.contains("<SendSmsResponse>"))
        #expect(try Self.read(refused.text).contains("Code=isv.SMS_TEMPLATE_ILLEGAL"))
        let missing = try await xml("SendSms", EndpointBench.sms(["SignName": nil]))
        #expect(missing.status == 400 && missing.text.contains("<Error>"))
        #expect(try Self.read(missing.text).contains("HostId=gateway.test"))
    }

    @Test("is well formed whatever stands in it")
    func oddTexts() throws {
        var odd = (UInt32(0)...0x2FF).compactMap { Unicode.Scalar($0) }.map { String(Character($0)) }.joined()
        odd += "<a>]]>&amp;\r\n\u{FFFE}\u{FFFF}\u{10FFFF}😀\"'"
        let document = AnswerDocument(
            root: "Error", fields: [AnswerField("Message", odd), AnswerField("Code", .list([.text(odd), .text("")]))])
        let texts = try Self.read(String(decoding: document.bytes(.xml), as: UTF8.self))
        let scalars = odd.unicodeScalars.map { scalar -> Unicode.Scalar in
            let isWritable = scalar.value >= 0x20 || "\t\n\r".unicodeScalars.contains(scalar)
            return isWritable && scalar.value & 0xFFFE != 0xFFFE || scalar.value > 0xFFFF ? scalar : "\u{FFFD}"
        }
        let expected = String(String.UnicodeScalarView(scalars))
        #expect(texts.first?.unicodeScalars.elementsEqual("Message=\(expected)".unicodeScalars) == true)
        #expect(texts.count == 3 && texts.last == "Code=")
        let object = try JSONSerialization.jsonObject(with: Data(document.bytes(.json))) as? [String: Any]
        #expect(object?["Message"] as? String == odd && (object?["Code"] as? [String])?.count == 2)
    }

    @Test("comes to any bytes, and refuses them")
    func fuzz() async throws {
        let bench = EndpointBench()
        let random = SeededRandom(seed: 20_260_102)
        let good = try bench.request("SendSms", query: EndpointBench.sms(), form: ["OutId": "x y"])
        let first = try bench.request("SendSms", query: EndpointBench.sms(), form: ["OutId": "x y"], signing: .v1)
        let alphabet = Array("&=%+,;0aF{}[]\":".utf8)
        func bytes(_ count: Int) -> [UInt8] {
            (0..<count).map { _ -> UInt8 in
                let word = random.next()
                if word & 3 == 0 { return UInt8(truncatingIfNeeded: word >> 8) }
                return alphabet[Int(word >> 8 & 255) % alphabet.count]
            }
        }
        func mutated(_ text: String) -> String {
            var bytes = Array(text.utf8)
            for _ in 0...(random.next() % 3) where !bytes.isEmpty {
                bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
            }
            return String(decoding: bytes, as: UTF8.self)
        }
        for round in 0..<4_000 {
            var request = round % 2 == 0 ? good : first
            switch random.next() % 6 {
            case 0: request.query = String(decoding: bytes(Int(random.next() % 200)), as: UTF8.self)
            case 1: request.body = bytes(Int(random.next() % 200))
            case 2: request.query = mutated(request.query)
            case 3:
                let place = Int(random.next() % UInt64(request.headers.count))
                request.headers[place].value = mutated(request.headers[place].value)
            case 4:
                request.headers.append(EndpointHeader("authorization", String(decoding: bytes(80), as: UTF8.self)))
                request.headers.append(EndpointHeader(String(decoding: bytes(8), as: UTF8.self), "\t \t"))
            default:
                request.headers.append(
                    EndpointHeader("content-type", ["application/json", "", "text/plain"][round % 3]))
                request.body = bytes(Int(random.next() % 60))
            }
            let answer = try await bench.answer(request)
            #expect((200...599).contains(answer.status) && !answer.text.isEmpty)
        }
        #expect(bench.desk.submissions.count <= 2)
    }
}
