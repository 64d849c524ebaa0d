extension ByteWriter {
    /// Appends a text as a JSON string with its quotes.
    ///
    /// Escaped is what RFC 8259 demands and nothing else: `"`, `\` and control characters, by the short form where
    /// there is one. Everything else, emoji included, stays as UTF-8.
    public mutating func appendJSONString(_ text: String) {
        append(UInt8(ascii: "\""))
        Self.withBytes(of: text) { bytes in
            append(atMost: bytes.count * 6) { output in
                var position = output
                for byte in bytes {
                    if byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
                        position.pointee = byte
                        position += 1
                    } else {
                        position = Self.escape(byte, to: position)
                    }
                }
                return position - output
            }
        }
        append(UInt8(ascii: "\""))
    }

    private static func escape(_ byte: UInt8, to output: UnsafeMutablePointer<UInt8>) -> UnsafeMutablePointer<UInt8> {
        output[0] = UInt8(ascii: "\\")
        if let letter = shortEscape(byte) {
            output[1] = letter
            return output + 2
        }
        output[1] = UInt8(ascii: "u")
        output[2] = UInt8(ascii: "0")
        output[3] = UInt8(ascii: "0")
        output[4] = UInt8(ascii: "0") + (byte >> 4)
        let low = byte & 15
        output[5] = low < 10 ? UInt8(ascii: "0") + low : UInt8(ascii: "a") + low - 10
        return output + 6
    }

    private static func shortEscape(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): byte
        case 0x08: UInt8(ascii: "b")
        case 0x09: UInt8(ascii: "t")
        case 0x0A: UInt8(ascii: "n")
        case 0x0C: UInt8(ascii: "f")
        case 0x0D: UInt8(ascii: "r")
        default: nil
        }
    }
}
