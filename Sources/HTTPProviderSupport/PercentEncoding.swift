/// Percent-encoding by RFC 3986: `A-Z a-z 0-9 - . _ ~` stay, every other byte becomes `%XX` with upper-case digits.
///
/// Each encoder reads a table entry for each byte: up to seven bytes of output, with their count in the top byte. It
/// stores the whole entry and steps on by the count, so that there is no branch to mispredict on mixed text.
enum PercentEncoding {
    /// Once encoded: `%XX` at most.
    static let once: [UInt32] = (0...255).map { entry($0) { [UInt8(ascii: "%")] + $0 } }
    /// Once encoded as a form value: a space is `+`.
    static let form: [UInt32] = {
        var table = once
        table[0x20] = 1 << 24 | UInt32(UInt8(ascii: "+"))
        return table
    }()
    /// Encoded, and the result encoded again: `%25XX` at most.
    static let twice: [UInt64] = (0...255).map { entry($0) { Array("%25".utf8) + $0 } }

    static let base64Digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): true
        default: false
        }
    }

    private static func entry<Entry: FixedWidthInteger>(_ byte: UInt8, _ escape: ([UInt8]) -> [UInt8]) -> Entry {
        let digits = Array("0123456789ABCDEF".utf8)
        let output = isUnreserved(byte) ? [byte] : escape([digits[Int(byte >> 4)], digits[Int(byte & 15)]])
        let count = Entry(truncatingIfNeeded: output.count) << (Entry.bitWidth - 8)
        return output.enumerated().reduce(count) { $0 | Entry(truncatingIfNeeded: $1.element) << (8 * $1.offset) }
    }

    /// Encodes by a table; `output` has room for the size of an entry for each byte.
    static func encode<Entry: FixedWidthInteger>(
        _ bytes: UnsafeBufferPointer<UInt8>, by table: [Entry], to output: UnsafeMutablePointer<UInt8>
    ) -> Int {
        table.withUnsafeBufferPointer { table in
            var position = UnsafeMutableRawPointer(output)
            for byte in bytes {
                let entry = table[Int(byte)]
                position.storeBytes(of: entry.littleEndian, as: Entry.self)
                position += Int(truncatingIfNeeded: entry >> (Entry.bitWidth - 8))
            }
            return position - UnsafeMutableRawPointer(output)
        }
    }
}

extension ByteWriter {
    /// Appends a text, percent-encoded; the text is never decoded first.
    public mutating func appendPercentEncoded(_ text: String) {
        Self.withBytes(of: text) { append($0, by: PercentEncoding.once) }
    }

    /// Appends a text as a form value (`application/x-www-form-urlencoded`): a space becomes `+`.
    public mutating func appendFormEncoded(_ text: String) {
        Self.withBytes(of: text) { append($0, by: PercentEncoding.form) }
    }

    /// Appends a text, percent-encoded, and the result percent-encoded once more, in one pass.
    public mutating func appendTwicePercentEncoded(_ text: String) {
        Self.withBytes(of: text) { append($0, by: PercentEncoding.twice) }
    }

    /// Appends bytes in Base64 with padding (RFC 4648, section 4), percent-encoded: `+`, `/` and `=` are escaped.
    public mutating func appendPercentEncodedBase64(_ bytes: UnsafeRawBufferPointer) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: (bytes.count + 2) / 3 * 4) { text in
            for group in 0..<(text.count / 4) {
                let first = 3 * group
                let left = bytes.count - first
                let bits =
                    UInt32(bytes[first]) << 16 | (left > 1 ? UInt32(bytes[first + 1]) << 8 : 0)
                    | (left > 2 ? UInt32(bytes[first + 2]) : 0)
                for place in 0..<4 {
                    let digit = PercentEncoding.base64Digits[Int(bits >> UInt32(18 - 6 * place) & 63)]
                    text[4 * group + place] = place <= left ? digit : UInt8(ascii: "=")
                }
            }
            append(UnsafeBufferPointer(text), by: PercentEncoding.once)
        }
    }

    private mutating func append<Entry: FixedWidthInteger>(_ bytes: UnsafeBufferPointer<UInt8>, by table: [Entry]) {
        append(atMost: bytes.count * MemoryLayout<Entry>.size) { PercentEncoding.encode(bytes, by: table, to: $0) }
    }
}
