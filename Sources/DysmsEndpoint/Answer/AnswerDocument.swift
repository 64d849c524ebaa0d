import HTTPProviderSupport

/// A field of an answer.
struct AnswerField: Sendable, Hashable {
    var name: String
    var value: AnswerValue

    init(_ name: String, _ value: AnswerValue) {
        self.name = name
        self.value = value
    }

    init(_ name: String, _ text: String) { self.init(name, .text(text)) }
}

/// What an answer's field holds.
indirect enum AnswerValue: Sendable, Hashable {
    case text(String)
    case number(Int)
    case object([AnswerField])
    /// In XML the elements stand one after another under the field's name.
    case list([AnswerValue])
}

/// An answer as the vendor writes it, in JSON or XML.
struct AnswerDocument: Sendable, Hashable {
    /// The name of XML's outermost element; JSON has none.
    var root: String
    var fields: [AnswerField]

    func bytes(_ format: AnswerFormat) -> [UInt8] {
        var writer = ByteWriter(capacity: 512)
        switch format {
        case .json: writer.appendJSON(.object(fields))
        case .xml:
            writer.append("<?xml version='1.0' encoding='UTF-8'?>")
            writer.appendXML(AnswerField(root, .object(fields)))
        }
        return writer.withUnsafeBytes { [UInt8]($0) }
    }
}

extension ByteWriter {
    fileprivate mutating func appendJSON(_ value: AnswerValue) {
        switch value {
        case .text(let text): appendJSONString(text)
        case .number(let number): append(String(number))
        case .object(let fields):
            append(UInt8(ascii: "{"))
            for (index, field) in fields.enumerated() {
                if index > 0 { append(UInt8(ascii: ",")) }
                appendJSONString(field.name)
                append(UInt8(ascii: ":"))
                appendJSON(field.value)
            }
            append(UInt8(ascii: "}"))
        case .list(let values):
            append(UInt8(ascii: "["))
            for (index, value) in values.enumerated() {
                if index > 0 { append(UInt8(ascii: ",")) }
                appendJSON(value)
            }
            append(UInt8(ascii: "]"))
        }
    }

    fileprivate mutating func appendXML(_ field: AnswerField) {
        if case .list(let values) = field.value {
            for value in values { appendXML(AnswerField(field.name, value)) }
            return
        }
        append("<\(field.name)>")
        switch field.value {
        case .text(let text): appendXMLText(text)
        case .number(let number): append(String(number))
        case .object(let fields): for field in fields { appendXML(field) }
        case .list: break
        }
        append("</\(field.name)>")
    }

    /// Appends a text between tags. What XML 1.0 has no way to write becomes U+FFFD; a carriage return is escaped, since
    /// readers make a line feed of a bare one.
    private mutating func appendXMLText(_ text: String) {
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": append("&amp;")
            case "<": append("&lt;")
            case ">": append("&gt;")
            case "\r": append("&#13;")
            case "\u{0}"..."\u{8}", "\u{B}", "\u{C}", "\u{E}"..."\u{1F}", "\u{FFFE}", "\u{FFFF}": append("\u{FFFD}")
            default: append(String(Character(scalar)))
            }
        }
    }
}
