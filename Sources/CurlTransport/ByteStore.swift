/// A growing run of bytes at a stable address, reused from request to request.
///
/// libcurl holds pointers into it while a transfer runs, which Swift's arrays do not allow.
struct ByteStore: ~Copyable {
    private(set) var base: UnsafeMutablePointer<UInt8>
    private(set) var count = 0
    private var capacity: Int

    init(capacity: Int) {
        base = .allocate(capacity: capacity)
        self.capacity = capacity
    }

    deinit { base.deallocate() }

    /// The stored bytes.
    var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: base, count: count) }

    /// Forgets the content. Room beyond `limit` is given back, so that one large message does not stay in memory.
    mutating func removeAll(keeping limit: Int = 64 << 10) {
        count = 0
        if capacity > limit { resize(to: limit) }
    }

    /// Makes sure that `extra` more bytes fit without moving the content.
    mutating func reserve(_ extra: Int) {
        if count + extra > capacity { resize(to: max(count + extra, capacity * 2)) }
    }

    mutating func append(_ source: UnsafeRawPointer, _ length: Int) {
        reserve(length)
        UnsafeMutableRawPointer(base + count).copyMemory(from: source, byteCount: length)
        count += length
    }

    mutating func append(_ string: String) {
        var string = string
        string.withUTF8 { text in
            guard let start = text.baseAddress else { return }
            append(start, text.count)
        }
    }

    mutating func append(byte: UInt8) {
        reserve(1)
        base[count] = byte
        count += 1
    }

    /// Takes the last byte back; there must be one.
    mutating func removeLast() {
        precondition(count > 0, "there is nothing to take back")
        count -= 1
    }

    private mutating func resize(to wanted: Int) {
        let grown = UnsafeMutablePointer<UInt8>.allocate(capacity: wanted)
        grown.update(from: base, count: min(count, wanted))
        base.deallocate()
        base = grown
        capacity = wanted
    }
}
