/// Reads JSON that nobody vouches for: the file may have been edited, cut or written by something else.
///
/// Strict as RFC 8259, and bounded: deeper nesting than ``deepest`` is refused instead of using up the stack.
struct JSONReader {
    /// Why bytes are no JSON; the place helps nobody here, so it is not kept.
    struct Malformed: Error {}

    static let deepest = 16

    private let bytes: ArraySlice<UInt8>
    private var place: Int

    private init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        place = bytes.startIndex
    }

    /// Reads exactly one value.
    ///
    /// - Throws: ``Malformed`` when the bytes are anything else.
    static func value(_ bytes: ArraySlice<UInt8>) throws(Malformed) -> JSONValue {
        var reader = JSONReader(bytes)
        let value = try reader.value(depth: 0)
        reader.skipSpace()
        guard reader.place == bytes.endIndex else { throw Malformed() }
        return value
    }

    private var current: UInt8? { place < bytes.endIndex ? bytes[place] : nil }

    private mutating func skipSpace() {
        while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { place += 1 }
    }

    private mutating func skip(_ byte: UInt8) -> Bool {
        skipSpace()
        guard current == byte else { return false }
        place += 1
        return true
    }

    private mutating func value(depth: Int) throws(Malformed) -> JSONValue {
        guard depth < Self.deepest else { throw Malformed() }
        skipSpace()
        switch current {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .boolean(true))
        case UInt8(ascii: "f"): return try word("false", .boolean(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func word(_ word: String, _ value: JSONValue) throws(Malformed) -> JSONValue {
        guard bytes[place...].starts(with: word.utf8) else { throw Malformed() }
        place += word.utf8.count
        return value
    }

    /// Takes the characters of a number without weighing their order: no field that is used is a number.
    private mutating func number() throws(Malformed) -> JSONValue {
        let start = place
        while let byte = current, (0x30...0x39).contains(byte) || "+-.eE".utf8.contains(byte) { place += 1 }
        guard place > start else { throw Malformed() }
        return .number(String(decoding: bytes[start..<place], as: UTF8.self))
    }

    private mutating func array(depth: Int) throws(Malformed) -> JSONValue {
        place += 1
        var values: [JSONValue] = []
        if skip(UInt8(ascii: "]")) { return .array([]) }
        repeat { values.append(try value(depth: depth + 1)) } while skip(UInt8(ascii: ","))
        guard skip(UInt8(ascii: "]")) else { throw Malformed() }
        return .array(values)
    }

    private mutating func object(depth: Int) throws(Malformed) -> JSONValue {
        place += 1
        var members: [JSONValue.Member] = []
        if skip(UInt8(ascii: "}")) { return .object([]) }
        repeat {
            skipSpace()
            let name = try string()
            guard skip(UInt8(ascii: ":")) else { throw Malformed() }
            members.append(JSONValue.Member(name: name, value: try value(depth: depth + 1)))
        } while skip(UInt8(ascii: ","))
        guard skip(UInt8(ascii: "}")) else { throw Malformed() }
        return .object(members)
    }

    private mutating func string() throws(Malformed) -> String {
        guard current == UInt8(ascii: "\"") else { throw Malformed() }
        place += 1
        var units: [UInt8] = []
        while let byte = current {
            place += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: units, as: UTF8.self) else { throw Malformed() }
                return text
            case UInt8(ascii: "\\"): units.append(contentsOf: try escape())
            case 0x00..<0x20: throw Malformed()
            default: units.append(byte)
            }
        }
        throw Malformed()
    }

    private mutating func escape() throws(Malformed) -> [UInt8] {
        guard let byte = current else { throw Malformed() }
        place += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "u"): return Array(String(try unicodeEscape()).utf8)
        default: throw Malformed()
        }
    }

    private mutating func unicodeEscape() throws(Malformed) -> Unicode.Scalar {
        let first = try hexadecimal()
        if let scalar = Unicode.Scalar(first) { return scalar }
        // A high surrogate means a low one in the next escape.
        guard (0xD800..<0xDC00).contains(first), bytes[place...].starts(with: #"\u"#.utf8) else { throw Malformed() }
        place += 2
        let second = try hexadecimal()
        guard (0xDC00..<0xE000).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw Malformed() }
        return scalar
    }

    private mutating func hexadecimal() throws(Malformed) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = current, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw Malformed()
            }
            place += 1
            value = value << 4 | UInt32(digit)
        }
        return value
    }
}
