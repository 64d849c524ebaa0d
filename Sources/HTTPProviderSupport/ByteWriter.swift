/// Bytes in the making: the request texts of HTTP providers are built in these.
///
/// Appending to an array checks for uniqueness and room at every byte; here an encoder makes room once for a whole text
/// and then writes through a pointer. It owns its memory alone (it cannot be copied) and frees it at the end of its
/// life.
public struct ByteWriter: ~Copyable {
    private var base: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    /// How many bytes are written.
    public private(set) var count = 0

    /// Starts empty, with room for so many bytes.
    public init(capacity: Int = 256) {
        self.capacity = max(16, capacity)
        base = .allocate(capacity: self.capacity)
    }

    deinit { base.deallocate() }

    /// Appends one byte.
    public mutating func append(_ byte: UInt8) {
        makeRoom(1)
        base[count] = byte
        count += 1
    }

    /// Appends bytes.
    public mutating func append(_ bytes: [UInt8]) {
        bytes.withUnsafeBufferPointer { append($0) }
    }

    /// Appends part of an array; a range that is not in it is a programmer's mistake and stops the program.
    public mutating func append(_ bytes: [UInt8], in range: Range<Int>) {
        bytes.withUnsafeBufferPointer { append(UnsafeBufferPointer(rebasing: $0[range])) }
    }

    /// Appends bytes.
    public mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let source = bytes.baseAddress, bytes.count > 0 else { return }
        makeRoom(bytes.count)
        (base + count).update(from: source, count: bytes.count)
        count += bytes.count
    }

    /// Appends a literal; nothing is copied but its bytes.
    public mutating func append(_ literal: StaticString) {
        literal.withUTF8Buffer { append($0) }
    }

    /// Appends the UTF-8 bytes of a text.
    public mutating func append(_ text: String) {
        Self.withBytes(of: text) { append($0) }
    }

    /// Appends the bytes of another writer.
    public mutating func append(_ other: borrowing ByteWriter) {
        append(UnsafeBufferPointer(start: UnsafePointer(other.base), count: other.count))
    }

    /// Appends lower-case hexadecimal digits.
    public mutating func appendHex(_ bytes: UnsafeRawBufferPointer) {
        append(atMost: bytes.count * 2) { output in
            for (index, byte) in bytes.enumerated() {
                output[2 * index] = Self.hexDigit(byte >> 4)
                output[2 * index + 1] = Self.hexDigit(byte & 15)
            }
            return bytes.count * 2
        }
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") &+ value : UInt8(ascii: "a") &+ value &- 10
    }

    /// Appends what `body` writes through a pointer to at least `limit` bytes; it returns how many those were.
    ///
    /// `body` must not write more than `limit` bytes.
    mutating func append(atMost limit: Int, _ body: (UnsafeMutablePointer<UInt8>) -> Int) {
        makeRoom(limit)
        let written = body(base + count)
        precondition(written >= 0 && written <= limit, "an encoder wrote past the room that it asked for")
        count += written
    }

    /// Takes back the last bytes.
    public mutating func removeLast(_ number: Int = 1) {
        precondition(number <= count, "there is nothing left to take back")
        count -= number
    }

    /// Lets `body` read the bytes; the pointer is valid only inside.
    public func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        body(UnsafeRawBufferPointer(start: base, count: count))
    }

    /// The bytes as an array.
    public var array: [UInt8] { [UInt8](UnsafeBufferPointer(start: base, count: count)) }

    /// The bytes as a text; what is not UTF-8 becomes U+FFFD.
    public var string: String { String(decoding: UnsafeBufferPointer(start: base, count: count), as: UTF8.self) }

    private mutating func makeRoom(_ additional: Int) {
        if capacity - count < additional { grow(additional) }
    }

    private mutating func grow(_ additional: Int) {
        capacity = max(capacity * 2, count + additional)
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
        larger.update(from: base, count: count)
        base.deallocate()
        base = larger
    }

    /// The UTF-8 bytes of a text, without copying them where the text holds them in one run.
    static func withBytes<Result>(of text: String, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        if let result = text.utf8.withContiguousStorageIfAvailable(body) { return result }
        return Array(text.utf8).withUnsafeBufferPointer(body)
    }
}
