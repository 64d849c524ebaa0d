/// Tells text from what is none before a parser sees it.
enum TextEncoding {
    /// The text without the byte order mark that some editors put before UTF-8: it is no character of the first line.
    static func withoutMark(_ bytes: [UInt8]) -> [UInt8] {
        bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
    }

    /// - Throws: ``YAMLFault`` at the first byte that is not UTF-8 text.
    static func check(_ bytes: [UInt8]) throws(YAMLFault) {
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            throw YAMLFault(place: .start, message: "the file is UTF-16; save it as UTF-8")
        }
        if let zero = bytes.firstIndex(of: 0) {
            throw YAMLFault(place: place(of: zero, in: bytes), message: "the file is binary, not UTF-8 text")
        }
        guard let bad = firstInvalid(bytes) else { return }
        throw YAMLFault(
            place: place(of: bad, in: bytes), message: "the file is not UTF-8 text from here on; save it as UTF-8")
    }

    private static func firstInvalid(_ bytes: [UInt8]) -> Int? {
        guard String(validating: bytes, as: UTF8.self) == nil else { return nil }
        var decoder = UTF8()
        var iterator = bytes.makeIterator()
        var offset = 0
        while true {
            switch decoder.decode(&iterator) {
            case .scalarValue(let scalar): offset += UTF8.width(scalar)
            case .emptyInput, .error: return min(offset, max(0, bytes.count - 1))
            }
        }
    }

    private static func place(of offset: Int, in bytes: [UInt8]) -> YAMLPlace {
        let before = bytes[..<offset]
        let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        return YAMLPlace(
            line: before.count { $0 == UInt8(ascii: "\n") } + 1,
            column: before[lineStart...].count { $0 & 0xC0 != 0x80 } + 1)
    }
}
