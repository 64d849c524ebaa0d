import HTTPProviderSupport

/// The vendor's answers as XML: `<Error><Code>…</Code>…</Error>`, `<SendSmsResponse>…</SendSmsResponse>`.
///
/// Not an XML parser: a scanner for one element with children, of which four are wanted. What a real parser would read
/// in another way is refused, because a refusal that is taken for `OK` loses a message: a wanted child that stands
/// twice or holds more than text, text between the children, comments, attributes, and tags that do not pair.
struct XMLEnvelope {
    /// The answer cannot be read in one way only.
    private struct Ambiguous: Error {}

    private struct Tag {
        var name: ArraySlice<UInt8>
        /// `<Message/>`
        var isEmpty: Bool
    }

    private static let mostBytes = 1 << 20
    private static let mostLevels = 64

    private var rest: ArraySlice<UInt8>

    /// Reads a body that begins with `<`; whatever it holds, the worst result is `unreadable`.
    static func read(_ body: [UInt8]) -> VendorAnswer {
        guard body.count <= mostBytes, let text = String(validating: body, as: UTF8.self),
            body.allSatisfy({ $0 >= 0x20 || isSpace($0) })
        else { return VendorAnswer(form: .unreadable) }
        // A page may begin with a comment, and hold anything.
        let page = text.lowercased()
        if page.contains("<html") || page.contains("<!doctype html") { return VendorAnswer(form: .html) }
        var scanner = XMLEnvelope(rest: body[...])
        do throws(Ambiguous) { return try scanner.document() } catch { return VendorAnswer(form: .unreadable) }
    }

    private mutating func document() throws(Ambiguous) -> VendorAnswer {
        skipSpace()
        if take("<?xml") { try skipDeclaration() }
        skipSpace()
        let root = try startTag()
        guard root.name.elementsEqual("Error".utf8) || root.name.suffix(8).elementsEqual("Response".utf8),
            !root.isEmpty
        else { throw Ambiguous() }
        let answer = try children(of: root)
        skipSpace()
        guard rest.isEmpty, answer.code != nil else { throw Ambiguous() }
        return answer
    }

    private mutating func children(of root: Tag) throws(Ambiguous) -> VendorAnswer {
        var answer = VendorAnswer(form: .xml)
        while true {
            skipSpace()
            if take("</") {
                try finish(root.name)
                return answer
            }
            let child = try startTag()
            switch String(decoding: child.name, as: UTF8.self) {
            case "Code": try read(child, into: &answer.code)
            case "Message": try read(child, into: &answer.message)
            case "RequestId": try read(child, into: &answer.requestID)
            case "BizId": try read(child, into: &answer.bizID)
            default: try skip(child)
            }
        }
    }

    /// Takes the text of a wanted child, which may stand only once.
    private mutating func read(_ tag: Tag, into field: inout String?) throws(Ambiguous) {
        guard field == nil else { throw Ambiguous() }
        var text: ArraySlice<UInt8> = []
        if !tag.isEmpty {
            text = rest.prefix { $0 != UInt8(ascii: "<") }
            rest = rest[text.endIndex...]
            guard take("</") else { throw Ambiguous() }
            try finish(tag.name)
        }
        field = XMLText.unescaped(text)
    }

    /// Passes over a child that nobody wants, and all that it holds; the vendor wraps its `Recommend` in CDATA.
    private mutating func skip(_ tag: Tag) throws(Ambiguous) {
        var open = tag.isEmpty ? [] : [tag.name]
        while let name = open.last {
            rest = rest.drop { $0 != UInt8(ascii: "<") }
            if take("<![CDATA[") {
                while !take("]]>") { guard rest.popFirst() != nil else { throw Ambiguous() } }
            } else if take("</") {
                try finish(name)
                open.removeLast()
            } else {
                let inner = try startTag()
                guard open.count < Self.mostLevels else { throw Ambiguous() }
                if !inner.isEmpty { open.append(inner.name) }
            }
        }
    }

    // MARK: Tags

    /// `<Name>` or `<Name/>`. The vendor's tags have no attributes.
    private mutating func startTag() throws(Ambiguous) -> Tag {
        guard take("<") else { throw Ambiguous() }
        let name = rest.prefix(while: Self.isNameByte)
        rest = rest[name.endIndex...]
        guard let first = name.first, Self.isLetter(first) else { throw Ambiguous() }
        skipSpace()
        let isEmpty = take("/")
        guard take(">") else { throw Ambiguous() }
        return Tag(name: name, isEmpty: isEmpty)
    }

    /// The rest of `</Name>`.
    private mutating func finish(_ name: ArraySlice<UInt8>) throws(Ambiguous) {
        guard rest.starts(with: name) else { throw Ambiguous() }
        rest = rest.dropFirst(name.count)
        skipSpace()
        guard take(">") else { throw Ambiguous() }
    }

    /// The rest of `<?xml version="1.0"?>`.
    private mutating func skipDeclaration() throws(Ambiguous) {
        rest = rest.drop { $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "<") && $0 != UInt8(ascii: ">") }
        guard take("?>") else { throw Ambiguous() }
    }

    // MARK: Bytes

    private mutating func take(_ text: StaticString) -> Bool {
        let isThere = text.withUTF8Buffer { rest.starts(with: $0) }
        if isThere { rest = rest.dropFirst(text.utf8CodeUnitCount) }
        return isThere
    }

    private mutating func skipSpace() { rest = rest.drop(while: Self.isSpace) }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        isLetter(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "_")
            || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
    }
}

/// The text of XML elements.
enum XMLText {
    private static let entities = ["amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'"]

    /// The text with its entities replaced; an `&` that begins none stands for itself.
    static func unescaped(_ bytes: ArraySlice<UInt8>) -> String {
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
