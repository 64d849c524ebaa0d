/// Where the lines of a text begin, as editors count them: a line ends in LF, CR LF or CR.
///
/// libyaml's own count goes by YAML 1.1, in which U+0085, U+2028 and U+2029 end lines too.
struct LineStarts {
    /// In characters from the start of the text.
    private var starts = [0]
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        var characters = 0
        var previous: UInt8 = 0
        for byte in bytes {
            if byte & 0xC0 != 0x80 { characters += 1 }
            if byte == UInt8(ascii: "\n"), previous == UInt8(ascii: "\r") {
                starts[starts.count - 1] = characters
            } else if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
                starts.append(characters)
            }
            previous = byte
        }
    }

    /// The place of a character, counted from 0.
    func place(ofCharacter index: Int) -> YAMLPlace {
        var lines = 1..<starts.count + 1
        while lines.count > 1 {
            let middle = lines.lowerBound + lines.count / 2
            lines = starts[middle - 1] <= index ? middle..<lines.upperBound : lines.lowerBound..<middle
        }
        return YAMLPlace(line: lines.lowerBound, column: index - starts[lines.lowerBound - 1] + 1)
    }

    /// The place of a byte, counted from 0.
    func place(ofByte offset: Int) -> YAMLPlace {
        place(ofCharacter: bytes.prefix(offset).count { $0 & 0xC0 != 0x80 })
    }
}
