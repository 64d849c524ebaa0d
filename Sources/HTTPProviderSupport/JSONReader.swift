/// Reads a JSON document of unknown origin step by step, without building a tree of it.
///
/// Strict (RFC 8259): no comments, no trailing commas, UTF-8 only. It never traps, whatever the bytes are; nesting and
/// size are limited. The usual use walks one object:
///
///     var reader = JSONReader(bytes)
///     try reader.beginObject()
///     while let name = try reader.nextMember() {
///         if name == "Code" { code = try reader.readString() } else { try reader.skipValue() }
///     }
///     try reader.finish()
///
/// Names are returned as they come, twice if they stand twice: the caller decides. ``JSONValue`` refuses them.
public struct JSONReader {
    /// Most levels of arrays and objects.
    public static let depthLimit = 64
    /// Most bytes of a document.
    public static let sizeLimit = 16 << 20

    let bytes: [UInt8]
    var position = 0
    var depth = 0
    private var atFirstMember = false

    /// Reads bytes; a byte order mark before the document is passed over.
    public init(_ bytes: [UInt8]) {
        self.bytes = bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    // MARK: Objects

    /// Enters an object.
    ///
    /// - Throws: ``JSONError`` when the next value is no object.
    public mutating func beginObject() throws(JSONError) {
        guard bytes.count <= Self.sizeLimit else { throw JSONError(.tooLarge, at: 0) }
        guard try nextByte() == UInt8(ascii: "{") else { throw JSONError(.wrongType, at: position) }
        position += 1
        try enter()
        atFirstMember = true
    }

    /// The name of the object's next member, its value being the next to read; `nil` after the last, the object is then
    /// left.
    ///
    /// - Throws: ``JSONError`` when neither a member nor the end follows.
    public mutating func nextMember() throws(JSONError) -> String? {
        let isFirst = atFirstMember
        atFirstMember = false
        let byte = try nextByte()
        if byte == UInt8(ascii: "}") {
            position += 1
            depth -= 1
            return nil
        }
        if !isFirst { try take(UInt8(ascii: ",")) }
        let name = try readString()
        try take(UInt8(ascii: ":"))
        return name
    }

    // MARK: Values

    /// Reads a string.
    ///
    /// - Throws: ``JSONError`` when the next value is no string, or a malformed one.
    public mutating func readString() throws(JSONError) -> String {
        guard try nextByte() == UInt8(ascii: "\"") else { throw JSONError(.wrongType, at: position) }
        position += 1
        let start = position
        var all: UInt8 = 0
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") {
                let end = position
                position += 1
                return try text(start..<end, isASCII: all < 0x80)
            }
            if byte == UInt8(ascii: "\\") { return try readEscapedString(from: start) }
            guard byte >= 0x20 else { throw JSONError(.unexpected, at: position) }
            all |= byte
            position += 1
        }
        throw JSONError(.truncated, at: position)
    }

    /// A run of bytes as a text; ASCII needs no second look.
    private func text(_ range: Range<Int>, isASCII: Bool) throws(JSONError) -> String {
        if isASCII {
            return bytes.withUnsafeBufferPointer { bytes in
                String(unsafeUninitializedCapacity: range.count) { output in
                    output.update(fromContentsOf: bytes[range])
                }
            }
        }
        guard let text = String(validating: bytes[range], as: UTF8.self) else {
            throw JSONError(.notUTF8, at: range.lowerBound)
        }
        return text
    }

    /// Passes over a value, whatever it is.
    ///
    /// - Throws: ``JSONError`` when it is malformed.
    public mutating func skipValue() throws(JSONError) { _ = try readValue() }

    /// Makes sure that nothing but space follows.
    ///
    /// - Throws: ``JSONError`` when something does.
    public mutating func finish() throws(JSONError) {
        skipSpace()
        guard position == bytes.count else { throw JSONError(.unexpected, at: position) }
    }

    // MARK: Steps

    mutating func enter() throws(JSONError) {
        depth += 1
        guard depth <= Self.depthLimit else { throw JSONError(.tooDeep, at: position) }
    }

    mutating func skipSpace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return
            }
        }
    }

    /// The next byte that is no space, not yet consumed.
    mutating func nextByte() throws(JSONError) -> UInt8 {
        skipSpace()
        guard position < bytes.count else { throw JSONError(.truncated, at: position) }
        return bytes[position]
    }

    mutating func take(_ wanted: UInt8) throws(JSONError) {
        guard try nextByte() == wanted else { throw JSONError(.unexpected, at: position) }
        position += 1
    }
}
