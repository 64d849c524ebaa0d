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
            throw YAMLFault(place: LineStarts(bytes).place(ofByte: zero), message: "the file is binary, not UTF-8 text")
        }
        guard let bad = firstInvalid(bytes) else { return }
        throw YAMLFault(
            place: LineStarts(bytes).place(ofByte: bad),
            message: "the file is not UTF-8 text from here on; save it as UTF-8")
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
}
