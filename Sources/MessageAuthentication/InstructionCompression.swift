import CMessageDigest

/// Compression by the processor's SHA instructions.
enum InstructionCompression {
    static let isAvailable = md_has_sha_instructions()

    @inline(__always)
    static func sha1(_ state: inout ChainingState, _ data: UnsafePointer<UInt8>, blocks: Int) {
        withWords(&state) { md_sha1_blocks($0, data, blocks) }
    }

    @inline(__always)
    static func sha256(_ state: inout ChainingState, _ data: UnsafePointer<UInt8>, blocks: Int) {
        withWords(&state) { words in
            PortableCompression.sha256Constants.withUnsafeBufferPointer { constants in
                // An array of 64 constants has a base address.
                if let constants = constants.baseAddress { md_sha256_blocks(words, data, blocks, constants) }
            }
        }
    }

    /// The chaining words as memory: SIMD8<UInt32> is laid out as eight words in order.
    @inline(__always)
    private static func withWords(_ state: inout ChainingState, _ body: (UnsafeMutablePointer<UInt32>) -> Void) {
        withUnsafeMutablePointer(to: &state) { pointer in
            pointer.withMemoryRebound(to: UInt32.self, capacity: 8, body)
        }
    }
}
