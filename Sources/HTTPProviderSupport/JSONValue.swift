/// A JSON document as a tree, for answers that have to be read in depth.
public enum JSONValue: Sendable, Hashable {
    /// `null`.
    case null
    /// `true` or `false`.
    case boolean(Bool)
    /// A number as it was spelled, so that none is rounded.
    case number(String)
    /// A string.
    case string(String)
    /// An array.
    case array([JSONValue])
    /// An object; no name stands twice.
    case object([Member])

    /// One member of an object.
    public struct Member: Sendable, Hashable {
        /// Its name.
        public var name: String
        /// Its value.
        public var value: JSONValue

        /// Pairs a name with a value.
        public init(_ name: String, _ value: JSONValue) {
            self.name = name
            self.value = value
        }
    }

    /// Reads a whole document.
    ///
    /// - Throws: ``JSONError`` for anything that ``JSONReader`` does not take, and for a name that stands twice in one
    ///   object.
    public init(parsing bytes: [UInt8]) throws(JSONError) {
        guard bytes.count <= JSONReader.sizeLimit else { throw JSONError(.tooLarge, at: 0) }
        var reader = JSONReader(bytes)
        self = try reader.readValue()
        try reader.finish()
    }

    /// The value of a member; `nil` when this is no object or has no such member.
    public subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    /// The text of a string; `nil` for everything else.
    public var string: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    /// The elements of an array; `nil` for everything else.
    public var array: [JSONValue]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }

    /// The text of a string or the spelling of a number; `nil` for everything else.
    public var lenientText: String? {
        switch self {
        case .number(let text), .string(let text): text
        default: nil
        }
    }

    /// A whole number, whether spelled as a number or as a string of digits: vendors are not of one mind.
    public var lenientInteger: Int? {
        lenientText.flatMap { Int($0) }
    }
}

extension JSONReader {
    /// Reads a value, whatever it is.
    ///
    /// - Throws: ``JSONError`` when it is malformed.
    public mutating func readValue() throws(JSONError) -> JSONValue {
        switch try nextByte() {
        case UInt8(ascii: "{"): return try readObject()
        case UInt8(ascii: "["): return try readArray()
        case UInt8(ascii: "\""): return .string(try readString())
        case UInt8(ascii: "t"): return try readWord("true", as: .boolean(true))
        case UInt8(ascii: "f"): return try readWord("false", as: .boolean(false))
        case UInt8(ascii: "n"): return try readWord("null", as: .null)
        default: return .number(try readNumber())
        }
    }

    private mutating func readObject() throws(JSONError) -> JSONValue {
        try beginObject()
        var members: [JSONValue.Member] = []
        var names: Set<String> = []
        while let name = try nextMember() {
            guard names.insert(name).inserted else { throw JSONError(.duplicateName, at: position) }
            members.append(JSONValue.Member(name, try readValue()))
        }
        return .object(members)
    }

    private mutating func readArray() throws(JSONError) -> JSONValue {
        position += 1
        try enter()
        var elements: [JSONValue] = []
        while try nextByte() != UInt8(ascii: "]") {
            if !elements.isEmpty { try take(UInt8(ascii: ",")) }
            elements.append(try readValue())
        }
        position += 1
        depth -= 1
        return .array(elements)
    }

    private mutating func readWord(_ word: String, as value: JSONValue) throws(JSONError) -> JSONValue {
        guard bytes[position...].starts(with: word.utf8) else { throw JSONError(.unexpected, at: position) }
        position += word.utf8.count
        return value
    }

    /// A number in JSON's spelling: `-`, no leading zeros, a fraction and an exponent if any.
    private mutating func readNumber() throws(JSONError) -> String {
        let start = position
        skip { $0 == UInt8(ascii: "-") }
        let isZero = position < bytes.count && bytes[position] == UInt8(ascii: "0")
        let whole = skipDigits()
        guard position - start > 0 else { throw JSONError(.unexpected, at: start) }
        guard whole == 1 || (whole > 1 && !isZero) else { throw JSONError(.badNumber, at: start) }
        if skip({ $0 == UInt8(ascii: ".") }), skipDigits() == 0 { throw JSONError(.badNumber, at: start) }
        if skip({ $0 | 0x20 == UInt8(ascii: "e") }) {
            skip { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") }
            if skipDigits() == 0 { throw JSONError(.badNumber, at: start) }
        }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    @discardableResult
    private mutating func skip(_ isWanted: (UInt8) -> Bool) -> Bool {
        guard position < bytes.count, isWanted(bytes[position]) else { return false }
        position += 1
        return true
    }

    private mutating func skipDigits() -> Int {
        let start = position
        while skip({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) {}
        return position - start
    }
}
