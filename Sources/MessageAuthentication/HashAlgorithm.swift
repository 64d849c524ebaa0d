/// The hash functions that vendors' signatures use. All three work on blocks of 64 bytes.
///
/// Sources: RFC 1321 (MD5), FIPS 180-4 (SHA-1, SHA-256). MD5 and SHA-1 are here because vendors ask for them, and only inside HMAC
/// or the vendors' own schemes.
public enum HashAlgorithm: Sendable, Hashable, CaseIterable {
    /// 16 bytes.
    case md5
    /// 20 bytes.
    case sha1
    /// 32 bytes.
    case sha256

    /// The length of a digest in bytes.
    public var digestByteCount: Int {
        switch self {
        case .md5: 16
        case .sha1: 20
        case .sha256: 32
        }
    }

    /// The length of a block in bytes.
    public static let blockByteCount = 64

    /// The chaining words before the first block; those that an algorithm does not have are zero.
    var initialState: ChainingState {
        switch self {
        case .md5: ChainingState(0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0, 0, 0, 0)
        case .sha1: ChainingState(0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0, 0, 0, 0)
        case .sha256:
            ChainingState(
                0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19)
        }
    }
}

/// The words that a hash function hands from block to block.
typealias ChainingState = SIMD8<UInt32>

/// Which code compresses blocks.
enum Implementation: Sendable, Hashable, CaseIterable {
    /// The processor's SHA instructions; MD5 has none.
    case instructions
    /// Swift.
    case portable

    /// What this processor does best; asked once.
    static let best: Implementation = InstructionCompression.isAvailable ? .instructions : .portable

    /// Those that work on this processor.
    static var available: [Implementation] { InstructionCompression.isAvailable ? allCases : [.portable] }
}

extension HashAlgorithm {
    /// Takes whole blocks into the chaining state.
    @inline(__always)
    func compress(
        _ state: inout ChainingState, _ data: UnsafePointer<UInt8>, blocks: Int, by implementation: Implementation
    ) {
        switch (self, implementation) {
        case (.sha1, .instructions): InstructionCompression.sha1(&state, data, blocks: blocks)
        case (.sha256, .instructions): InstructionCompression.sha256(&state, data, blocks: blocks)
        case (.sha1, .portable): PortableCompression.sha1(&state, data, blocks: blocks)
        case (.sha256, .portable): PortableCompression.sha256(&state, data, blocks: blocks)
        case (.md5, _): PortableCompression.md5(&state, data, blocks: blocks)
        }
    }
}
