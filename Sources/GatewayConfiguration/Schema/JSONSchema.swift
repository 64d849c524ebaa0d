public import NotificationGateway

/// The JSON Schema (draft 2020-12) of `providers.yaml`, from which editors complete and check while typing.
///
/// Made from the same tables that drive the check of the file.
public enum JSONSchema {
    /// The schema as a JSON document for the kinds of a program.
    public static func document(kinds: [ProviderKind]) -> String {
        var root = object(FileShape.root(kinds))
        root.insert(("$schema", .string("https://json-schema.org/draft/2020-12/schema")), at: 0)
        root.insert(("title", .string("providers.yaml of the notification gateway")), at: 1)
        return JSONText.object(root).pretty() + "\n"
    }

    private static func object(_ section: Section) -> [(String, JSONText)] {
        let required = section.keys.filter(\.isRequired).map { JSONText.string($0.name) }
        var members: [(String, JSONText)] = [
            ("type", .string("object")),
            ("additionalProperties", .boolean(false)),
            ("properties", .object(section.keys.map { ($0.name, .object(property($0))) })),
        ]
        if !required.isEmpty { members.append(("required", .array(required))) }
        return members
    }

    private static func property(_ key: SectionKey) -> [(String, JSONText)] {
        [("description", .string(key.help))] + shape(key.shape)
    }

    private static func shape(_ shape: Shape) -> [(String, JSONText)] {
        switch shape {
        case .value(let type): value(type)
        case .country: [("type", .string("string")), ("pattern", .string("^[A-Za-z]{2}$"))]
        case .locale: [("type", .string("string")), ("pattern", .string("^[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*$"))]
        case .prefix: [("type", .strings(["string", "integer"])), ("pattern", .string("^[+]?[1-9][0-9]{0,14}$"))]
        case .price:
            [
                ("type", .strings(["number", "string"])), ("minimum", .number(0)),
                ("pattern", .string("^[0-9]{1,9}([.][0-9]{1,6})?$")),
            ]
        case .oneOrMany(let one): anyOf([one, .list(one)])
        case .list(let item): [("type", .string("array")), ("items", .object(self.shape(item)))]
        case .names(_, let value):
            [("type", .string("object")), ("additionalProperties", .object(self.shape(value)))]
        case .section(let section): object(section)
        case .anyOf(let shapes): shapes.count == 1 ? self.shape(shapes[0]) : anyOf(shapes)
        case .null: [("type", .string("null"))]
        }
    }

    private static func anyOf(_ shapes: [Shape]) -> [(String, JSONText)] {
        [("anyOf", .array(shapes.map { .object(shape($0)) }))]
    }

    /// A value may always be a reference such as `${env:NAME}` instead.
    private static func value(_ type: OptionType) -> [(String, JSONText)] {
        switch type {
        case .string: [("type", .strings(["string", "number", "boolean"]))]
        case .secret, .path, .outputFile, .url: [("type", .string("string"))]
        case .boolean: orReference([("type", .string("boolean"))])
        case .integer(let range): orReference(integer(range))
        case .duration: orReference(pattern("^([0-9]+([.][0-9]+)?(us|µs|ms|s|m|min|h|d))+$"))
        case .rate: orReference(pattern("^[0-9]+ */ *(s|sec|second|m|min|minute|h|hour|d|day)$"))
        case .size: orReference([("type", .strings(["string", "integer"]))])
        case .choice(let words):
            words.count == 1
                ? [("const", .string(words[0]))] : orReference([("enum", .strings(words))])
        }
    }

    private static func integer(_ range: ClosedRange<Int>) -> [(String, JSONText)] {
        [("type", .string("integer")), ("minimum", .number(range.lowerBound))]
            + (range.upperBound == .max ? [] : [("maximum", .number(range.upperBound))])
    }

    private static func pattern(_ pattern: String) -> [(String, JSONText)] {
        [("type", .string("string")), ("pattern", .string(pattern))]
    }

    private static func orReference(_ shape: [(String, JSONText)]) -> [(String, JSONText)] {
        [("anyOf", .array([.object(shape), .object(pattern("[$][{](env|file):"))]))]
    }
}

/// JSON as it is written, members in the order given.
indirect enum JSONText {
    case string(String)
    case number(Int)
    case boolean(Bool)
    case array([JSONText])
    case object([(String, JSONText)])

    static func strings(_ texts: [String]) -> JSONText { .array(texts.map(JSONText.string)) }

    func pretty(_ indent: String = "") -> String {
        let inner = indent + "  "
        switch self {
        case .string(let text): return Self.quoted(text)
        case .number(let number): return "\(number)"
        case .boolean(let flag): return "\(flag)"
        case .array(let items):
            if items.allSatisfy({ if case .string = $0 { true } else { false } }) {
                return "[" + items.map { $0.pretty() }.joined(separator: ", ") + "]"
            }
            return "[\n" + items.map { inner + $0.pretty(inner) }.joined(separator: ",\n") + "\n\(indent)]"
        case .object(let members):
            if members.isEmpty { return "{}" }
            return "{\n"
                + members.map { "\(inner)\(Self.quoted($0)): \($1.pretty(inner))" }.joined(separator: ",\n")
                + "\n\(indent)}"
        }
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
