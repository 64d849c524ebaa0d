import CMessageDigest

/// A key made ready for many messages: the states after its inner and outer block are kept, so a message costs no key work.
///
/// The states are wiped when the last user lets go of the key. Source: RFC 2104.
///
///     let key = HMACKey(.sha256, Array("secret".utf8))
///     key.authenticationCode(for: Array("message".utf8)).hexLowercase
public final class HMACKey: Sendable {
    /// The algorithm.
    public let algorithm: HashAlgorithm
    private let implementation: Implementation
    /// The inner state, then the outer one. Written before `init` returns and wiped in `deinit`, when nobody else can look:
    /// in between it is only read, so sharing it between tasks is safe.
    private nonisolated(unsafe) let states: UnsafeMutablePointer<ChainingState>

    /// Prepares a key of any length; one longer than a block is hashed first.
    public convenience init(_ algorithm: HashAlgorithm, _ key: some Collection<UInt8>) {
        self.init(algorithm, key, by: .best)
    }

    init(_ algorithm: HashAlgorithm, _ key: some Collection<UInt8>, by implementation: Implementation) {
        self.algorithm = algorithm
        self.implementation = implementation
        states = .allocate(capacity: 2)
        withUnsafeTemporaryAllocation(byteCount: HashAlgorithm.blockByteCount, alignment: 16) { block in
            let bytes = block.assumingMemoryBound(to: UInt8.self)
            bytes.update(repeating: 0)
            if key.count > HashAlgorithm.blockByteCount {
                var hash = MessageDigest(algorithm)
                hash.update(Array(key))
                hash.finalized().withUnsafeBytes { digest in
                    for (index, byte) in digest.enumerated() { bytes[index] = byte }
                }
            } else {
                for (index, byte) in key.enumerated() { bytes[index] = byte }
            }
            // The pads are 0x36 and 0x5c; the second line undoes the first.
            for index in bytes.indices { bytes[index] ^= 0x36 }
            states.initialize(to: Self.state(algorithm, bytes, implementation))
            for index in bytes.indices { bytes[index] ^= 0x36 ^ 0x5c }
            (states + 1).initialize(to: Self.state(algorithm, bytes, implementation))
            if let base = block.baseAddress { md_wipe(base, block.count) }
        }
    }

    deinit {
        md_wipe(states, 2 * MemoryLayout<ChainingState>.stride)
        states.deallocate()
    }

    private static func state(
        _ algorithm: HashAlgorithm, _ block: UnsafeMutableBufferPointer<UInt8>, _ implementation: Implementation
    ) -> ChainingState {
        var state = algorithm.initialState
        if let base = block.baseAddress { algorithm.compress(&state, base, blocks: 1, by: implementation) }
        return state
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
    package static func portable(_ algorithm: HashAlgorithm, _ key: some Collection<UInt8>) -> HMACKey {
        HMACKey(algorithm, key, by: .portable)
    }
}
