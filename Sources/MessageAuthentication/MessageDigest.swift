/// A hash function at work: bytes in as they come, a digest out.
///
///     MessageDigest.digest(of: Array("abc".utf8), by: .sha256).hexLowercase
public struct MessageDigest: Sendable {
    /// The algorithm.
    public let algorithm: HashAlgorithm
    private let implementation: Implementation
    private var state: ChainingState
    private var pending = SIMD64<UInt8>()
    private var byteCount: UInt64

    /// Begins a digest.
    public init(_ algorithm: HashAlgorithm) {
        self.init(algorithm, state: algorithm.initialState, blocksBefore: 0, by: .best)
    }

    /// Goes on from a state that has taken whole blocks.
    init(_ algorithm: HashAlgorithm, state: ChainingState, blocksBefore: UInt64, by implementation: Implementation) {
        self.algorithm = algorithm
        self.implementation = implementation
        self.state = state
        byteCount = blocksBefore * UInt64(HashAlgorithm.blockByteCount)
    }

    private var pendingCount: Int { Int(byteCount % UInt64(HashAlgorithm.blockByteCount)) }

    /// Takes more bytes.
    public mutating func update(_ data: UnsafeRawBufferPointer) {
        guard var next = data.assumingMemoryBound(to: UInt8.self).baseAddress, data.count > 0 else { return }
        var left = data.count
        let held = pendingCount
        byteCount &+= UInt64(data.count)
        if held > 0 {
            let taken = min(HashAlgorithm.blockByteCount - held, left)
            for index in 0..<taken { pending[held + index] = next[index] }
            next += taken
            left -= taken
            guard held + taken == HashAlgorithm.blockByteCount else { return }
            compressPending()
        }
        let blocks = left / HashAlgorithm.blockByteCount
        if blocks > 0 { algorithm.compress(&state, next, blocks: blocks, by: implementation) }
        next += blocks * HashAlgorithm.blockByteCount
        left -= blocks * HashAlgorithm.blockByteCount
        for index in 0..<left { pending[index] = next[index] }
    }

    /// Takes more bytes.
    public mutating func update(_ data: [UInt8]) {
        data.withUnsafeBytes { update($0) }
    }

    private mutating func compressPending() {
        withUnsafeBytes(of: pending) { block in
            guard let base = block.assumingMemoryBound(to: UInt8.self).baseAddress else { return }
            algorithm.compress(&state, base, blocks: 1, by: implementation)
        }
    }

    /// The digest of everything taken so far; more bytes may follow.
    public func finalized() -> Digest {
        withUnsafeBytes(of: pending) { tail in
            Digest(
                algorithm,
                algorithm.finish(
                    state, UnsafeRawBufferPointer(rebasing: tail[..<pendingCount]), total: byteCount, by: implementation
                ))
        }
    }

    /// The digest of some bytes.
    public static func digest(of data: UnsafeRawBufferPointer, by algorithm: HashAlgorithm) -> Digest {
        Digest(
            algorithm, algorithm.run(algorithm.initialState, data, before: 0, by: .best))
    }

    /// The digest of some bytes.
    public static func digest(of data: [UInt8], by algorithm: HashAlgorithm) -> Digest {
        data.withUnsafeBytes { digest(of: $0, by: algorithm) }
    }
}

extension HashAlgorithm {
    /// Takes all bytes and the padding into a state that has taken `before` bytes, a whole number of blocks.
    @inline(__always)
    func run(
        _ start: ChainingState, _ data: UnsafeRawBufferPointer, before: UInt64, by implementation: Implementation
    ) -> ChainingState {
        var state = start
        let blocks = data.count / Self.blockByteCount
        if blocks > 0, let base = data.assumingMemoryBound(to: UInt8.self).baseAddress {
            compress(&state, base, blocks: blocks, by: implementation)
        }
        let tail = UnsafeRawBufferPointer(rebasing: data[(blocks &* Self.blockByteCount)...])
        return finish(state, tail, total: before &+ UInt64(data.count), by: implementation)
    }

    /// Takes the last bytes, fewer than a block, and the padding: a 1 bit, zeros, the length in bits.
    @inline(__always)
    func finish(
        _ start: ChainingState, _ tail: UnsafeRawBufferPointer, total: UInt64, by implementation: Implementation
    ) -> ChainingState {
        withUnsafeTemporaryAllocation(byteCount: 128, alignment: 16) { padded in
            guard let base = padded.baseAddress else { return start }
            var state = start
            let blocks = tail.count < 56 ? 1 : 2
            let lengthPlace = blocks &* 64 &- 8
            if let source = tail.baseAddress { base.copyMemory(from: source, byteCount: tail.count) }
            base.storeBytes(of: 0x80, toByteOffset: tail.count, as: UInt8.self)
            padded.assumingMemoryBound(to: UInt8.self)[(tail.count &+ 1)..<lengthPlace].update(repeating: 0)
            let bits = total &<< 3
            base.storeBytes(
                of: self == .md5 ? bits.littleEndian : bits.bigEndian, toByteOffset: lengthPlace, as: UInt64.self)
            compress(&state, base.assumingMemoryBound(to: UInt8.self), blocks: blocks, by: implementation)
            return state
        }
    }
}
