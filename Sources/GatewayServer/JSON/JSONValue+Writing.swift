import HTTPProviderSupport

extension JSONValue {
    /// An object of the members that have a value, in their order.
    static func fields(_ members: (String, JSONValue?)...) -> JSONValue {
        .object(
            members.compactMap { name, value in
                value.map { Member(name, $0) }
            })
    }

    static func strings(_ texts: some Sequence<String>) -> JSONValue { .array(texts.map(JSONValue.string)) }

    static func integer(_ value: Int) -> JSONValue { .number(String(value)) }

    /// A number as JSON writes it: without a fraction where there is none.
    static func decimal(_ value: Double) -> JSONValue {
        .number(Int(exactly: value).map { String($0) } ?? String(value))
    }

    /// The document in UTF-8, in one line.
    var serialized: [UInt8] {
        var writer = ByteWriter(capacity: 512)
        write(to: &writer)
        return writer.array
    }

    private func write(to writer: inout ByteWriter) {
        switch self {
        case .null: writer.append("null" as StaticString)
        case .boolean(let value): writer.append(value ? "true" as StaticString : "false")
        case .number(let text): writer.append(text)
        case .string(let text): writer.appendJSONString(text)
        case .array(let elements):
            writer.append(UInt8(ascii: "["))
            for (place, element) in elements.enumerated() {
                if place > 0 { writer.append(UInt8(ascii: ",")) }
                element.write(to: &writer)
            }
            writer.append(UInt8(ascii: "]"))
        case .object(let members):
            writer.append(UInt8(ascii: "{"))
            for (place, member) in members.enumerated() {
                if place > 0 { writer.append(UInt8(ascii: ",")) }
                writer.appendJSONString(member.name)
                writer.append(UInt8(ascii: ":"))
                member.value.write(to: &writer)
            }
            writer.append(UInt8(ascii: "}"))
        }
    }

    /// The document with the members of each object in the order of their names: equal for all spellings of one document
    /// but those of numbers.
    var canonical: JSONValue {
        switch self {
        case .array(let elements): .array(elements.map(\.canonical))
        case .object(let members):
            .object(members.map { Member($0.name, $0.value.canonical) }.sorted { $0.name < $1.name })
        default: self
        }
    }

    /// The document for people, indented by two spaces, with a line break at its end.
    package var indented: String {
        var text = ""
        indent(into: &text, by: "")
        return text + "\n"
    }

    private func indent(into text: inout String, by margin: String) {
        let inner = margin + "  "
        switch self {
        case .array(let elements) where !elements.isEmpty:
            text += "["
            for (place, element) in elements.enumerated() {
                text += (place > 0 ? ",\n" : "\n") + inner
                element.indent(into: &text, by: inner)
            }
            text += "\n\(margin)]"
        case .object(let members) where !members.isEmpty:
            text += "{"
            for (place, member) in members.enumerated() {
                text += (place > 0 ? ",\n" : "\n") + inner
                text += String(decoding: JSONValue.string(member.name).serialized, as: UTF8.self) + ": "
                member.value.indent(into: &text, by: inner)
            }
            text += "\n\(margin)}"
        default: text += String(decoding: serialized, as: UTF8.self)
        }
    }
}
