/// Compression in Swift, for processors without SHA instructions, and for MD5, which no processor has instructions for.
enum PortableCompression {
    static let sha256Constants: [UInt32] = [
        0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
        0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
        0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
        0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
        0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
        0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
        0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
        0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
    ]

    @inline(__always)
    private static func rotateLeft(_ word: UInt32, _ count: UInt32) -> UInt32 {
        word &<< count | word &>> (32 &- count)
    }

    @inline(__always)
    private static func word(_ data: UnsafePointer<UInt8>, _ index: Int) -> UInt32 {
        UnsafeRawPointer(data).loadUnaligned(fromByteOffset: 4 &* index, as: UInt32.self)
    }

    // MARK: SHA-1

    static func sha1(_ state: inout ChainingState, _ data: UnsafePointer<UInt8>, blocks: Int) {
        withUnsafeTemporaryAllocation(byteCount: 80 * 4, alignment: 16) { schedule in
            guard let words = schedule.bindMemory(to: UInt32.self).baseAddress else { return }
            for block in 0..<blocks {
                sha1Expand(data + 64 &* block, into: words)
                sha1Rounds(&state, words)
            }
        }
    }

    /// The schedule. From word 32 on it is taken twice as far back, `rotl2(w[t-6] ^ w[t-16] ^ w[t-28] ^ w[t-32])`, which is
    /// the same word and lets four be made at a time.
    @inline(__always)
    private static func sha1Expand(_ data: UnsafePointer<UInt8>, into words: UnsafeMutablePointer<UInt32>) {
        for index in 0..<16 { words[index] = UInt32(bigEndian: word(data, index)) }
        for index in 16..<32 {
            words[index] = rotateLeft(
                words[index &- 3] ^ words[index &- 8] ^ words[index &- 14] ^ words[index &- 16], 1)
        }
        let raw = UnsafeMutableRawPointer(words)
        var offset = 32 * 4
        while offset < 80 * 4 {
            let mixed =
                raw.loadUnaligned(fromByteOffset: offset &- 24, as: SIMD4<UInt32>.self)
                ^ raw.loadUnaligned(fromByteOffset: offset &- 64, as: SIMD4<UInt32>.self)
                ^ raw.loadUnaligned(fromByteOffset: offset &- 112, as: SIMD4<UInt32>.self)
                ^ raw.loadUnaligned(fromByteOffset: offset &- 128, as: SIMD4<UInt32>.self)
            raw.storeBytes(of: mixed &<< 2 | mixed &>> 30, toByteOffset: offset, as: SIMD4<UInt32>.self)
            offset &+= 16
        }
    }

    /// Five rounds at a time: after five the letters stand where they stood, so nothing is moved from one to another.
    @inline(__always)
    private static func sha1Rounds(_ state: inout ChainingState, _ words: UnsafePointer<UInt32>) {
        var (a, b, c, d, e) = (state[0], state[1], state[2], state[3], state[4])
        @inline(__always)
        func round(
            _ a: UInt32, _ b: inout UInt32, _ mixed: UInt32, _ e: inout UInt32, _ constant: UInt32, _ index: Int
        ) {
            e = e &+ rotateLeft(a, 5) &+ mixed &+ (constant &+ words[index])
            b = rotateLeft(b, 30)
        }
        @inline(__always)
        func five(_ start: Int, _ constant: UInt32, _ mix: (UInt32, UInt32, UInt32) -> UInt32) {
            round(a, &b, mix(b, c, d), &e, constant, start)
            round(e, &a, mix(a, b, c), &d, constant, start &+ 1)
            round(d, &e, mix(e, a, b), &c, constant, start &+ 2)
            round(c, &d, mix(d, e, a), &b, constant, start &+ 3)
            round(b, &c, mix(c, d, e), &a, constant, start &+ 4)
        }
        for start in stride(from: 0, to: 20, by: 5) { five(start, 0x5a82_7999) { $2 ^ ($0 & ($1 ^ $2)) } }
        for start in stride(from: 20, to: 40, by: 5) { five(start, 0x6ed9_eba1) { $0 ^ $1 ^ $2 } }
        for start in stride(from: 40, to: 60, by: 5) { five(start, 0x8f1b_bcdc) { ($0 & $1) &+ ($2 & ($0 ^ $1)) } }
        for start in stride(from: 60, to: 80, by: 5) { five(start, 0xca62_c1d6) { $0 ^ $1 ^ $2 } }
        state &+= ChainingState(a, b, c, d, e, 0, 0, 0)
    }

    // MARK: SHA-256

    static func sha256(_ state: inout ChainingState, _ data: UnsafePointer<UInt8>, blocks: Int) {
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { schedule in
            sha256Constants.withUnsafeBufferPointer { constants in
                guard let words = schedule.baseAddress, let constants = constants.baseAddress else { return }
                for block in 0..<blocks {
                    sha256Expand(data + 64 &* block, into: words)
                    sha256Rounds(&state, words, constants)
                }
            }
        }
    }

    @inline(__always)
    private static func sha256Expand(_ data: UnsafePointer<UInt8>, into words: UnsafeMutablePointer<UInt32>) {
        for index in 0..<16 { words[index] = UInt32(bigEndian: word(data, index)) }
        for index in 16..<64 {
            let (older, newer) = (words[index &- 15], words[index &- 2])
            let small = rotateLeft(older, 25) ^ rotateLeft(older, 14) ^ older &>> 3
            let large = rotateLeft(newer, 15) ^ rotateLeft(newer, 13) ^ newer &>> 10
            words[index] = words[index &- 16] &+ small &+ words[index &- 7] &+ large
        }
    }

    /// Eight rounds at a time, for the same reason as SHA-1's five.
    @inline(__always)
    private static func sha256Rounds(
        _ state: inout ChainingState, _ words: UnsafePointer<UInt32>, _ constants: UnsafePointer<UInt32>
    ) {
        var (a, b, c, d) = (state[0], state[1], state[2], state[3])
        var (e, f, g, h) = (state[4], state[5], state[6], state[7])
        @inline(__always)
        func round(
            _ a: UInt32, _ b: UInt32, _ c: UInt32, _ d: inout UInt32, _ e: UInt32, _ f: UInt32, _ g: UInt32,
            _ h: inout UInt32, _ index: Int
        ) {
            let large = rotateLeft(e, 26) ^ rotateLeft(e, 21) ^ rotateLeft(e, 7)
            let first = h &+ large &+ (g ^ (e & (f ^ g))) &+ (constants[index] &+ words[index])
            let small = rotateLeft(a, 30) ^ rotateLeft(a, 19) ^ rotateLeft(a, 10)
            d = d &+ first
            h = first &+ small &+ ((a & b) &+ (c & (a ^ b)))
        }
        for start in stride(from: 0, to: 64, by: 8) {
            round(a, b, c, &d, e, f, g, &h, start)
            round(h, a, b, &c, d, e, f, &g, start &+ 1)
            round(g, h, a, &b, c, d, e, &f, start &+ 2)
            round(f, g, h, &a, b, c, d, &e, start &+ 3)
            round(e, f, g, &h, a, b, c, &d, start &+ 4)
            round(d, e, f, &g, h, a, b, &c, start &+ 5)
            round(c, d, e, &f, g, h, a, &b, start &+ 6)
            round(b, c, d, &e, f, g, h, &a, start &+ 7)
        }
        state &+= ChainingState(a, b, c, d, e, f, g, h)
    }

    // MARK: MD5

    /// The integer part of 2³² × |sin(i + 1)|: RFC 1321, section 3.4.
    private static let md5Constants: [UInt32] = [
        0xd76a_a478, 0xe8c7_b756, 0x2420_70db, 0xc1bd_ceee, 0xf57c_0faf, 0x4787_c62a, 0xa830_4613, 0xfd46_9501,
        0x6980_98d8, 0x8b44_f7af, 0xffff_5bb1, 0x895c_d7be, 0x6b90_1122, 0xfd98_7193, 0xa679_438e, 0x49b4_0821,
        0xf61e_2562, 0xc040_b340, 0x265e_5a51, 0xe9b6_c7aa, 0xd62f_105d, 0x0244_1453, 0xd8a1_e681, 0xe7d3_fbc8,
        0x21e1_cde6, 0xc337_07d6, 0xf4d5_0d87, 0x455a_14ed, 0xa9e3_e905, 0xfcef_a3f8, 0x676f_02d9, 0x8d2a_4c8a,
        0xfffa_3942, 0x8771_f681, 0x6d9d_6122, 0xfde5_380c, 0xa4be_ea44, 0x4bde_cfa9, 0xf6bb_4b60, 0xbebf_bc70,
        0x289b_7ec6, 0xeaa1_27fa, 0xd4ef_3085, 0x0488_1d05, 0xd9d4_d039, 0xe6db_99e5, 0x1fa2_7cf8, 0xc4ac_5665,
        0xf429_2244, 0x432a_ff97, 0xab94_23a7, 0xfc93_a039, 0x655b_59c3, 0x8f0c_cc92, 0xffef_f47d, 0x8584_5dd1,
        0x6fa8_7e4f, 0xfe2c_e6e0, 0xa301_4314, 0x4e08_11a1, 0xf753_7e82, 0xbd3a_f235, 0x2ad7_d2bb, 0xeb86_d391,
    ]

    private static let md5Rotations: [UInt32] = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21]

    static func md5(_ state: inout ChainingState, _ data: UnsafePointer<UInt8>, blocks: Int) {
        for block in 0..<blocks {
            let data = data + 64 &* block
            var (a, b, c, d) = (state[0], state[1], state[2], state[3])
            for index in 0..<64 {
                let (mixed, place): (UInt32, Int) =
                    switch index / 16 {
                    case 0: (d ^ (b & (c ^ d)), index)
                    case 1: (c ^ (d & (b ^ c)), 5 &* index &+ 1)
                    case 2: (b ^ c ^ d, 3 &* index &+ 5)
                    default: (c ^ (b | ~d), 7 &* index)
                    }
                let sum = a &+ mixed &+ md5Constants[index] &+ UInt32(littleEndian: word(data, place & 15))
                (a, d, c, b) = (d, c, b, b &+ rotateLeft(sum, md5Rotations[index / 16 &* 4 &+ index & 3]))
            }
            state &+= ChainingState(a, b, c, d, 0, 0, 0, 0)
        }
    }
}
