import Foundation
import FoundationXML
import Fuzzing
import GatewayTestKit
import Testing

@testable import AliyunProvider

/// Answers as XML. A refusal that is read as `OK` loses a message, so what can be read in two ways is not read at all.
struct XMLEnvelopeTests {
    private static func read(_ text: String) -> VendorAnswer { VendorAnswer(Array(text.utf8)) }

    @Test(
        "only a direct child of the root is the code",
        arguments: [
            "<SendSmsResponse><Data><Code>OK</Code></Data><Code>isv.AMOUNT_NOT_ENOUGH</Code></SendSmsResponse>",
            "<Error><Code>isv.AMOUNT_NOT_ENOUGH</Code><Data><Code>OK</Code></Data></Error>",
            "<Error><a><b/><Code>OK</Code><b><Code>OK</Code></b></a>\n<Code>isv.AMOUNT_NOT_ENOUGH</Code>\n</Error>\n",
            "<Error><Recommend><![CDATA[<Code>OK</Code>&]]></Recommend><Code>isv.AMOUNT_NOT_ENOUGH</Code></Error>",
            "<Error><x><![CDATA[]]]]></x ><Code >isv.AMOUNT_NOT_ENOUGH</Code\n><Message/></Error>",
            "<?xml version='1.0' encoding='UTF-8'?>\r\n<Error><Codes>OK</Codes><Code>isv.AMOUNT_NOT_ENOUGH</Code></Error>",
        ])
    func directChild(_ text: String) {
        #expect(Self.read(text).form == .xml)
        #expect(Self.read(text).code == "isv.AMOUNT_NOT_ENOUGH")
    }

    @Test("a byte order mark before an answer says nothing of what follows", arguments: ["", "\u{FEFF}"])
    func byteOrderMark(_ mark: String) {
        let answer = Self.read(mark + "<?xml version=\"1.0\"?><Error><Code>Throttling.User</Code></Error>")
        #expect(answer.form == .xml && answer.code == "Throttling.User")
        let json = Self.read(mark + #"{"Code":"OK"}"#)
        #expect(json.form == .json && json.code == "OK")
        #expect(Self.read(mark + "<html></html>").form == .html && Self.read(mark + " \n").form == .empty)
        #expect(Self.read("<Error>\u{FEFF}<Code>OK</Code></Error>").form == .unreadable)
    }

    @Test(
        "a second byte order mark is part of no document",
        arguments: [#"{"Code":"OK"}"#, "<Error><Code>OK</Code></Error>", "<html></html>", "", " \n"])
    func twoByteOrderMarks(_ document: String) {
        #expect(Self.read("\u{FEFF}\u{FEFF}" + document) == VendorAnswer(form: .unreadable))
        #expect(Self.read("\u{FEFF} \u{FEFF}" + document).form == .unreadable)
    }

    @Test(
        "what is not one flat element with one code is unreadable",
        arguments: [
            "<SendSmsResponse><Data><Code>OK</Code></Data></SendSmsResponse>",
            "<SendSmsResponse><Code>OK</Code><Code>isv.X</Code></SendSmsResponse>",
            "<SendSmsResponse><Code>OK</Code><Code>OK</Code></SendSmsResponse>",
            "<SendSmsResponse><Code/><Code>OK</Code></SendSmsResponse>",
            "<SendSmsResponse><!-- <Code>OK</Code> --><Code>isv.X</Code></SendSmsResponse>",
            "<!-- <Code>OK</Code> --><SendSmsResponse><Code>isv.X</Code></SendSmsResponse>",
            "<SendSmsResponse><![CDATA[<Code>OK</Code>]]><Code>isv.X</Code></SendSmsResponse>",
            "<SendSmsResponse><Code><![CDATA[OK]]></Code></SendSmsResponse>",
            "<SendSmsResponse><Code>OK<!-- --></Code></SendSmsResponse>",
            "<SendSmsResponse><Code><b>OK</b></Code></SendSmsResponse>",
            "<SendSmsResponse><?x <Code>OK</Code>?><Code>isv.X</Code></SendSmsResponse>",
            "<!DOCTYPE x [<!ENTITY k 'OK'>]><SendSmsResponse><Code>&k;</Code></SendSmsResponse>",
            "<SendSmsResponse><a x='><Code>OK</Code>'/><Code>isv.X</Code></SendSmsResponse>",
            "<SendSmsResponse><Code>OK</Code>, no, not OK</SendSmsResponse>",
            "<SendSmsResponse><Code>OK</Code></SendSmsResponse><Error><Code>isv.X</Code></Error>",
            "<SendSmsResponse><Code>OK</Code><a></SendSmsResponse>", "<Error><Code>OK</Error></Code>",
            "<SendSmsResponse><Code>OK</Code></SendSmsResponse", "<SendSmsResponse/>", "<Response><Code></Response>",
            "<SendSmsResponse><Code>OK</Code><a><![CDATA[</a></SendSmsResponse>",
            "<SendSmsResponse><Code>OK</Code>\u{0}</SendSmsResponse>",
        ])
    func ambiguous(_ text: String) {
        #expect(Self.read(text) == VendorAnswer(form: .unreadable))
    }

    @Test("nesting is passed over down to 64 levels and refused below")
    func nesting() {
        func code(_ depth: Int) -> String? {
            let open = String(repeating: "<a>", count: depth)
            let close = String(repeating: "</a>", count: depth)
            return Self.read("<Error><Code>isv.X</Code>\(open)\(close)</Error>").code
        }
        #expect(code(64) == "isv.X")
        #expect(code(65) == nil && code(100_000) == nil)
    }

    // MARK: Against a real parser

    /// The codes right below the root, as a whole XML parser finds them; `nil` for what is no XML.
    private final class Judge: NSObject, XMLParserDelegate {
        private(set) var codes: [String] = []
        private var path: [String] = []

        static func codes(in text: String) -> [String]? {
            let parser = XMLParser(data: Data(text.utf8))
            let judge = Judge()
            parser.delegate = judge
            return parser.parse() ? judge.codes : nil
        }

        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
            attributes: [String: String]
        ) {
            path.append(name)
            if path.dropFirst() == ["Code"] { codes.append("") }
        }

        func parser(
            _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
        ) { path.removeLast() }

        func parser(_ parser: XMLParser, foundCharacters text: String) {
            if path.dropFirst() == ["Code"] { codes[codes.count - 1] += text }
        }
    }

    @Test("whatever is read is what a real XML parser reads, in answers put together and changed at random")
    func againstParser() {
        let pieces = [
            "<Code>", "</Code>", "OK", "isv.X", "<Data>", "</Data>", "<Code/>", "<!--", "-->", "<![CDATA[", "]]>", " ",
            "<Code>OK</Code>", "<Code>isv.X</Code>", "<Message>a &lt; b</Message>", "<a", ">", "/", "<?x", "?>",
        ]
        let mutation = Mutation(SeededRandom(seed: 20_260_103))
        var read = 0
        for round in 0..<10_000 {
            let inner = (0..<mutation.below(6)).map { _ in pieces[mutation.below(pieces.count)] }.joined()
            var text = "<Response>\(inner)<Code>OK</Code></Response>"
            if round % 2 == 0 {
                guard let mutated = String(validating: mutation.mutated(Array(text.utf8)), as: UTF8.self) else {
                    continue
                }
                text = mutated
            }
            guard let code = Self.read(text).code else { continue }
            read += 1
            // In texts the scanner is more lenient than the standard, and keeps the ends of lines: it has nothing to lose there.
            if text.contains("&") || text.contains("]]>") || text.contains("\r") { continue }
            guard Judge.codes(in: text) == [code] else {
                Issue.record("\(text) is read as \(code), by a parser as \(Judge.codes(in: text) ?? [])")
                return
            }
        }
        #expect(read > 500)
    }
}
