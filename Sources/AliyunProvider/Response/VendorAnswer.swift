import HTTPProviderSupport
import HTTPTransport

/// The envelope of an answer, as far as it can be read.
struct VendorAnswer: Sendable, Hashable {
    /// What the body turned out to be.
    enum Form: Sendable, Hashable {
        case json
        case xml
        /// A page of a proxy, a load balancer or a captive portal.
        case html
        case empty
        /// Not readable: no JSON object, cut off, not UTF-8, nested too deeply.
        case unreadable
    }

    var form: Form
    var code: String?
    var message: String?
    var requestID: String?
    var bizID: String?

    /// Reads a body without trusting it: whatever it holds, the worst result is `unreadable`.
    init(_ body: [UInt8]) {
        let first = body.first { $0 > 0x20 }
        switch first {
        case nil: self.init(form: .empty)
        case UInt8(ascii: "<"): self = XMLEnvelope.read(body)
        default: self = (try? Self(json: body)) ?? Self(form: .unreadable)
        }
    }

    init(form: Form) {
        self.form = form
    }

    /// Only the members that are wanted become texts. One that stands twice makes the answer ambiguous, hence
    /// unreadable.
    private init(json body: [UInt8]) throws(JSONError) {
        form = .json
        var reader = JSONReader(body)
        var seen: UInt8 = 0
        try reader.beginObject()
        while let name = try reader.nextMember() {
            switch name {
            case "Code": code = try Self.read(1, &reader, &seen)
            case "Message": message = try Self.read(2, &reader, &seen)
            case "RequestId": requestID = try Self.read(4, &reader, &seen)
            case "BizId": bizID = try Self.read(8, &reader, &seen)
            default: try reader.skipValue()
            }
        }
        try reader.finish()
    }

    /// A member of another type counts as absent; a number keeps its spelling. `bit` stands for the member in `seen`.
    private static func read(
        _ bit: UInt8, _ reader: inout JSONReader, _ seen: inout UInt8
    ) throws(JSONError) -> String? {
        guard seen & bit == 0 else { throw JSONError(.duplicateName, at: 0) }
        seen |= bit
        return try reader.readValue().lenientText
    }
}

/// The vendor's errors as XML: `<Error><Code>…</Code>…</Error>`.
///
/// Not an XML parser: it finds four flat elements in a document that ends as it began.
enum XMLEnvelope {
    static func read(_ body: [UInt8]) -> VendorAnswer {
        guard body.count <= 1 << 20, let text = String(validating: body, as: UTF8.self) else {
            return VendorAnswer(form: .unreadable)
        }
        let start = text.drop { $0.isWhitespace }.prefix(64).lowercased()
        if start.hasPrefix("<!doctype html") || start.hasPrefix("<html") { return VendorAnswer(form: .html) }
        let bytes = Array(text.utf8)
        // A page may begin with a comment, and hold anything.
        if contains("<html", in: text) { return VendorAnswer(form: .html) }
        guard let code = element("Code", in: bytes), isWhole(bytes) else { return VendorAnswer(form: .unreadable) }
        var answer = VendorAnswer(form: .xml)
        answer.code = code
        answer.message = element("Message", in: bytes)
        answer.requestID = element("RequestId", in: bytes)
        answer.bizID = element("BizId", in: bytes)
        return answer
    }

    private static func contains(_ tag: String, in text: String) -> Bool { text.lowercased().contains(tag) }

    /// Whether the document is one element of the vendor's, `Error` or `SendSmsResponse`, and ends with its closing
    /// tag.
    private static func isWhole(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while let open = rest.firstIndex(of: UInt8(ascii: "<")) {
            rest = rest[(open + 1)...]
            guard let next = rest.first else { return false }
            if next == UInt8(ascii: "?") || next == UInt8(ascii: "!") { continue }
            let name = rest.prefix { $0 != UInt8(ascii: ">") && $0 > 0x20 && $0 != UInt8(ascii: "/") }
            guard name.elementsEqual("Error".utf8) || name.suffix(8).elementsEqual("Response".utf8) else {
                return false
            }
            let end = Array("</".utf8) + name + [UInt8(ascii: ">")]
            let lastByte = bytes.lastIndex { $0 > 0x20 } ?? bytes.startIndex
            return bytes[...lastByte].suffix(end.count).elementsEqual(end)
        }
        return false
    }

    private static func element(_ name: String, in bytes: [UInt8]) -> String? {
        guard let start = end(of: Array("<\(name)>".utf8), in: bytes[...]),
            let stop = end(of: Array("</\(name)>".utf8), in: bytes[start...])
        else { return nil }
        return unescaped(bytes[start..<(stop - name.utf8.count - 3)])
    }

    /// The index after the first occurrence of a pattern.
    private static func end(of pattern: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
        var index = bytes.startIndex
        while index + pattern.count <= bytes.endIndex {
            if bytes[index] == pattern[0], bytes[index..<(index + pattern.count)].elementsEqual(pattern) {
                return index + pattern.count
            }
            index += 1
        }
        return nil
    }

    private static let entities = ["amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'"]

    private static func unescaped(_ bytes: ArraySlice<UInt8>) -> String {
        let parts = String(decoding: bytes, as: UTF8.self).split(separator: "&", omittingEmptySubsequences: false)
        return parts.dropFirst().reduce(into: String(parts.first ?? "")) { text, part in
            guard let semicolon = part.firstIndex(of: ";"), let entity = character(part[..<semicolon]) else {
                text += "&" + part
                return
            }
            text += entity + part[part.index(after: semicolon)...]
        }
    }

    private static func character(_ entity: Substring) -> String? {
        if let known = entities[String(entity)] { return known }
        guard entity.hasPrefix("#") else { return nil }
        let digits = entity.dropFirst()
        let value = digits.lowercased().hasPrefix("x") ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
        return value.flatMap(Unicode.Scalar.init).map { String($0) }
    }
}
