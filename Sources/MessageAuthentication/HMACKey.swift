import CMessageDigest

/// A key made ready for many messages: the states after its inner and outer block are kept, so a message costs no key work.
///
/// The states are wiped when the last user lets go of the key, and so is everything that preparing it wrote. Give the key as
/// the bytes of what holds it already (`secret.utf8`): a copy made for the call would stay in freed memory. Source: RFC 2104.
///
///     let key = HMACKey(.sha256, "secret".utf8)
///     key.authenticationCode(for: Array("message".utf8)).hexLowercase
public final class HMACKey: Sendable {
    /// The algorithm.
    public let algorithm: HashAlgorithm
    private let implementation: Implementation
    /// The inner state, then the outer one. Written before `init` returns and wiped in `deinit`, when nobody else can look:
    /// in between it is only read, so sharing it between tasks is safe.
    private nonisolated(unsafe) let states: UnsafeMutablePointer<ChainingState>
    private let observer: WipeObserver?

    /// Looks at memory that held key material after it was wiped and before it is freed: for tests.
    typealias WipeObserver = @Sendable (UnsafeRawBufferPointer) -> Void

    /// Prepares a key of any length; one longer than a block is hashed first.
    public convenience init(_ algorithm: HashAlgorithm, _ key: some Sequence<UInt8>) {
        self.init(algorithm, key, by: .best)
    }

    init(
        _ algorithm: HashAlgorithm, _ key: some Sequence<UInt8>, by implementation: Implementation,
        observingWipes observer: WipeObserver? = nil
    ) {
        self.algorithm = algorithm
        self.implementation = implementation
        self.observer = observer
        states = .allocate(capacity: 2)
        let block = UnsafeMutablePointer<UInt8>.allocate(capacity: HashAlgorithm.blockByteCount)
        algorithm.fillKeyBlock(block, states, with: key, by: implementation)
        // The pads are 0x36 and 0x5c; the second line undoes the first.
        for index in 0..<HashAlgorithm.blockByteCount { block[index] ^= 0x36 }
        states.initialize(to: algorithm.initialState)
        algorithm.compress(&states[0], block, blocks: 1, by: implementation)
        for index in 0..<HashAlgorithm.blockByteCount { block[index] ^= 0x36 ^ 0x5c }
        (states + 1).initialize(to: algorithm.initialState)
        algorithm.compress(&states[1], block, blocks: 1, by: implementation)
        Self.wipe(block, HashAlgorithm.blockByteCount, observer)
        block.deallocate()
    }

    deinit {
        Self.wipe(states, 2 * MemoryLayout<ChainingState>.stride, observer)
        states.deallocate()
    }

    private static func wipe(_ memory: UnsafeMutableRawPointer, _ count: Int, _ observer: WipeObserver?) {
        md_wipe(memory, count)
        observer?(UnsafeRawBufferPointer(start: memory, count: count))
    }

    /// The code for a whole message. Takes nothing from the heap.
    public func authenticationCode(for message: UnsafeRawBufferPointer) -> Digest {
        let inner = Digest(algorithm, algorithm.run(states[0], message, before: 64, by: implementation))
        return close(inner)
    }

    /// The code for a whole message.
    public func authenticationCode(for message: [UInt8]) -> Digest {
        message.withUnsafeBytes { authenticationCode(for: $0) }
    }

    /// Begins the code for a message that comes in parts.
    public func begin() -> HMAC {
        HMAC(key: self, inner: MessageDigest(algorithm, state: states[0], blocksBefore: 1, by: implementation))
    }

    /// The outer hash over the inner one.
    @inline(__always)
    fileprivate func close(_ inner: Digest) -> Digest {
        inner.withUnsafeBytes { inner in
            Digest(algorithm, algorithm.finish(states[1], inner, total: 64 &+ UInt64(inner.count), by: implementation))
        }
    }
}

/// The code for a message that comes in parts.
public struct HMAC: Sendable {
    private let key: HMACKey
    private var inner: MessageDigest

    init(key: HMACKey, inner: MessageDigest) {
        self.key = key
        self.inner = inner
    }

    /// Takes more bytes of the message.
    public mutating func update(_ data: UnsafeRawBufferPointer) { inner.update(data) }

    /// Takes more bytes of the message.
    public mutating func update(_ data: [UInt8]) { inner.update(data) }

    /// The code for everything taken so far.
    public func finalized() -> Digest { key.close(inner.finalized()) }
}

extension HMACKey: CustomStringConvertible, CustomReflectable {
    /// Never the key.
    public var description: String { "HMACKey(\(algorithm))" }
    /// A mirror without children, so that `dump` shows nothing.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}

extension HMACKey {
    /// A key that never uses the processor's SHA instructions: for measuring the portable path beside them.
    package static func portable(_ algorithm: HashAlgorithm, _ key: some Sequence<UInt8>) -> HMACKey {
        HMACKey(algorithm, key, by: .portable)
    }
}

extension HashAlgorithm {
    /// Puts a key into a block, or its hash where it is longer, and zeros behind it.
    ///
    /// The bytes go nowhere else: a long key is hashed within the block, in a state that the caller overwrites or wipes.
    fileprivate func fillKeyBlock(
        _ block: UnsafeMutablePointer<UInt8>, _ state: UnsafeMutablePointer<ChainingState>,
        with key: some Sequence<UInt8>, by implementation: Implementation
    ) {
        block.initialize(repeating: 0, count: Self.blockByteCount)
        state.initialize(to: initialState)
        var count = 0
        for byte in key {
            let place = count % Self.blockByteCount
            if count > 0, place == 0 { compress(&state.pointee, block, blocks: 1, by: implementation) }
            block[place] = byte
            count += 1
        }
        guard count > Self.blockByteCount else { return }
        finishInPlace(block, &state.pointee, total: count, by: implementation)
        state.pointee = self == .md5 ? state.pointee.littleEndianWords : state.pointee.bigEndianWords
        block.update(repeating: 0, count: Self.blockByteCount)
        UnsafeMutableRawPointer(block).copyMemory(from: state, byteCount: digestByteCount)
    }

    /// Closes a hash whose last bytes, 1 to 64, stand in the block: a 1 bit, zeros, the length in bits.
    private func finishInPlace(
        _ block: UnsafeMutablePointer<UInt8>, _ state: inout ChainingState, total: Int,
        by implementation: Implementation
    ) {
        var used = total % Self.blockByteCount
        if used == 0 { compress(&state, block, blocks: 1, by: implementation) }
        block[used] = 0x80
        used += 1
        let lengthPlace = Self.blockByteCount - 8
        for index in used..<Self.blockByteCount { block[index] = 0 }
        if used > lengthPlace {
            compress(&state, block, blocks: 1, by: implementation)
            block.update(repeating: 0, count: Self.blockByteCount)
        }
        let bits = UInt64(total) * 8
        for index in 0..<8 {
            let shift = UInt64(8 * (self == .md5 ? index : 7 - index))
            block[lengthPlace + index] = UInt8(truncatingIfNeeded: bits >> shift)
        }
        compress(&state, block, blocks: 1, by: implementation)
    }
}
