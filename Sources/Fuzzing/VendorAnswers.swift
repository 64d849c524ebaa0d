import AliyunProvider
import Foundation
import FoundationXML
import GatewayTestKit
import HTTPProviderSupport
import HTTPTransport
import NotificationGateway

/// What the SMS service answers: to a message that is sent, and to the question what became of one.
///
/// An input is written like an answer: a status, header lines, an empty line and the body. Without an empty line it is the
/// body of a 200.
enum VendorAnswers {
    private static let number = "13800138000"
    private static let code = "271828"
    private static let secret = "fuzzed-access-key-secret"
    private static let mostErrorBytes = 1_500

    static func check(_ bytes: [UInt8]) throws(BrokenPromise) {
        let answer = HTTPResponse(fuzzed: bytes)
        try checkSending(answer)
        try checkAsking(answer)
        try checkReceipts(answer.body)
    }

    // MARK: Receipts

    private static func checkReceipts(_ body: [UInt8]) throws(BrokenPromise) {
        guard let post = try? DysmsReceiptReader().read(body) else { return }
        for record in post.records {
            try promise("a receipt names the request", record.reference != nil || record.vendorMessageID != nil)
            try promise("a receipt is the end of a message", record.state != .pending, record.state)
        }
    }

    // MARK: Sending

    private static func checkSending(_ answer: HTTPResponse) throws(BrokenPromise) {
        let vendor = Vendor(answer)
        switch InlineExecutor.run({ await vendor.send() }) {
        case .success(let receipt):
            try promise("only HTTP 200 is an acceptance", answer.status == 200)
            let reading = Envelope.read(answer.body)
            try promise("what is taken for OK is OK for other parsers", reading.isNoOther(than: "OK"), reading)
            for id in [receipt.vendorMessageID, receipt.requestID].compactMap(\.self) {
                try promise("ids stand on one short line", isLine(id) && id.utf8.count <= 131, id)
            }
        case .failure(let error): try check(error, answer, hiding: [number, secret, code])
        }
        let count = vendor.transport.requests.count
        try promise("one request, or two where the clock was wrong", count == 1 || count == 2, count)
    }

    private static func check(_ error: ProviderError, _ answer: HTTPResponse, hiding confidential: [String])
        throws(BrokenPromise)
    {
        try promise("a failure is no acceptance", error.acceptance != .accepted, error)
        try promise("a failure says something", !error.message.isEmpty)
        let shown = "\(error) \(error.requestID ?? "")"
        try promise("a failure is a line, not a page", isLine(shown) && shown.utf8.count <= mostErrorBytes, shown)
        for hidden in confidential {
            try promise("nothing confidential stands in a failure", !shown.contains(hidden), shown)
        }
        if let pause = error.retryAfter {
            try promise("a pause lies between now and a year", pause >= .zero && pause <= RetryAfter.longest, pause)
        }
        // An answer that nobody understands is no proof that nothing was taken.
        if error.acceptance == .rejected, answer.status == 200 {
            try promise("a rejection under 200 has the vendor's code", error.vendorCode != nil, error)
        }
    }

    // MARK: Asking

    private static func checkAsking(_ answer: HTTPResponse) throws(BrokenPromise) {
        let vendor = Vendor(answer)
        let query = vendor.query
        switch InlineExecutor.run({ await vendor.ask() }) {
        case .success(let records):
            try promise(
                "what is found is what was asked for", records.allSatisfy { query.matches(reference: $0.reference) })
            if records.isEmpty {
                try promise("a vendor that did not say OK has not said that it lacks a message", answer.status == 200)
            }
        case .failure(let error): try check(error, answer, hiding: [number, secret])
        }
        // Forty pages of two days, each signed twice at most.
        try promise("asking comes to an end", vendor.transport.requests.count <= 160)
    }

    /// A vendor that gives one answer to everything.
    private struct Vendor: Sendable {
        let transport: ScriptedTransport
        private let provider: DysmsProvider
        private let clock = ManualClock()

        init(_ answer: HTTPResponse) {
            transport = ScriptedTransport([.answer(answer)])
            guard let endpoint = try? HTTPEndpoint("vendor.example", option: "endpoint", allowPlainHTTP: false) else {
                preconditionFailure("a host is an endpoint")
            }
            let settings = DysmsSettings(
                accessKey: AccessKey(id: "fuzzed-access-key-id", secret: Secret(secret)), endpoint: endpoint,
                signName: "云通信")
            provider = DysmsProvider(
                settings, context: ProviderContext(name: "fuzzed", clock: clock, random: SeededRandom()),
                transport: transport)
        }

        func send() async -> Result<ProviderReceipt, ProviderError> {
            let request = ProviderRequest(
                messageID: "m", reference: "m-1", recipients: [recipient],
                content: ProviderContent(
                    template: "login-code", parameters: [.init("code", code)],
                    binding: OptionValues(["template_code": .string("SMS_0000")])), deadline: deadline)
            do throws(ProviderError) { return .success(try await provider.send(request)) } catch {
                return .failure(error)
            }
        }

        func ask() async -> Result<[StatusRecord], ProviderError> {
            guard let lookup = provider.statusLookup else { preconditionFailure("the vendor can be asked") }
            do throws(ProviderError) { return .success(try await lookup.records(for: query)) } catch {
                return .failure(error)
            }
        }

        var query: StatusQuery {
            StatusQuery(reference: "m-1", recipient: recipient, sentAt: clock.wallTime, deadline: deadline)
        }

        private var deadline: MonotonicTime { clock.now + .seconds(60) }

        private var recipient: Recipient {
            guard let phone = try? PhoneNumber(parsing: "+86\(number)") else { preconditionFailure("a good number") }
            return .phone(phone)
        }
    }
}

/// The vendor's code as parsers of others read it.
enum Envelope {
    /// What another parser makes of an answer.
    enum Reading {
        case code(String?)
        /// It is no XML; our scanner does not look at what it has no use for.
        case malformedXML

        func isNoOther(than code: String) -> Bool {
            switch self {
            case .code(let other): other == code
            case .malformedXML: true
            }
        }
    }

    private struct JSON: Decodable {
        // The vendor's own spelling.
        var Code: String
    }

    /// The `Code` of the outermost object or element.
    static func read(_ body: [UInt8]) -> Reading {
        if body.first(where: { $0 > 0x20 }) != UInt8(ascii: "<") {
            return .code(try? JSONDecoder().decode(JSON.self, from: Data(body)).Code)
        }
        let reader = XMLReader()
        let parser = XMLParser(data: Data(body))
        parser.delegate = reader
        guard parser.parse() else { return .malformedXML }
        return .code(reader.codes.count == 1 ? reader.codes[0] : nil)
    }

    private final class XMLReader: NSObject, XMLParserDelegate {
        var codes: [String] = []
        private var path: [String] = []

        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
            attributes: [String: String]
        ) {
            path.append(name)
            if isCode { codes.append("") }
        }

        func parser(
            _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
        ) { path.removeLast() }

        func parser(_ parser: XMLParser, foundCharacters text: String) {
            if isCode { codes[codes.count - 1] += text }
        }

        private var isCode: Bool { path.count == 2 && path[1] == "Code" }
    }
}

extension HTTPResponse {
    /// An answer from bytes written like one.
    init(fuzzed bytes: [UInt8]) {
        let lines = bytes.split(separator: 0x0A, maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = lines.first, let status = Int(String(decoding: first, as: UTF8.self)), lines.count == 2,
            let end = lines[1].indices.first(where: {
                lines[1][$0] == 0x0A && ($0 == lines[1].startIndex || lines[1][$0 - 1] == 0x0A)
            })
        else {
            self.init(status: 200, body: bytes)
            return
        }
        self.init(
            status: status, headers: HTTPHeaderBlock(bytes: Array(lines[1][..<end])),
            body: Array(lines[1][(end + 1)...]))
    }
}
