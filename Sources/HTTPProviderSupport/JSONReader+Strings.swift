extension JSONReader {
    /// Goes on with a string in which an escape has been met; `start` is its first byte.
    mutating func readEscapedString(from start: Int) throws(JSONError) -> String {
        var decoded = Array(bytes[start..<position])
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: decoded, as: UTF8.self) else {
                    throw JSONError(.notUTF8, at: start)
                }
                return text
            case UInt8(ascii: "\\"): try readEscape(into: &decoded)
            case ..<0x20: throw JSONError(.unexpected, at: position - 1)
            default: decoded.append(byte)
            }
        }
        throw JSONError(.truncated, at: position)
    }

    private mutating func readEscape(into decoded: inout [UInt8]) throws(JSONError) {
        guard position < bytes.count else { throw JSONError(.truncated, at: position) }
        let letter = bytes[position]
        position += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): decoded.append(letter)
        case UInt8(ascii: "b"): decoded.append(0x08)
        case UInt8(ascii: "f"): decoded.append(0x0C)
        case UInt8(ascii: "n"): decoded.append(0x0A)
        case UInt8(ascii: "r"): decoded.append(0x0D)
        case UInt8(ascii: "t"): decoded.append(0x09)
        case UInt8(ascii: "u"):
            guard let scalar = Unicode.Scalar(try readScalar()) else { throw JSONError(.badEscape, at: position) }
            decoded.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        default: throw JSONError(.badEscape, at: position - 1)
        }
    }

    /// The value after `\u`, and of the second half when the first is a high surrogate.
    private mutating func readScalar() throws(JSONError) -> UInt32 {
        let first = try readFourDigits()
        guard (0xD800...0xDBFF).contains(first) else { return first }
        guard position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
            bytes[position + 1] == UInt8(ascii: "u")
        else { throw JSONError(.badEscape, at: position) }
        position += 2
        let second = try readFourDigits()
        guard (0xDC00...0xDFFF).contains(second) else { throw JSONError(.badEscape, at: position) }
        return 0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)
    }

    private mutating func readFourDigits() throws(JSONError) -> UInt32 {
        guard bytes.count - position >= 4 else { throw JSONError(.truncated, at: bytes.count) }
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = Self.hexadecimal(bytes[position]) else { throw JSONError(.badEscape, at: position) }
            value = value << 4 | digit
            position += 1
        }
        return value
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }
}
