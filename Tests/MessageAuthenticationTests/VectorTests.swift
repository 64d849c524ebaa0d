import Foundation
import Testing
import VectorSupport

@testable import MessageAuthentication

private struct Vectors: Decodable {
    struct Plain: Decodable {
        var name: String
        var message: String
        var sha1: String
        var sha256: String
        var md5: String
    }

    struct Keyed: Decodable {
        var name: String
        var key: String
        var message: String
        var hmac_sha1: String
        var hmac_sha256: String
        var hmac_md5: String
    }

    var digests: [Plain]
    var vectors: [Keyed]
}

/// The bytes that a hexadecimal text stands for.
func bytes(hex: String) throws -> [UInt8] {
    let digits = Array(hex.utf8)
    return try stride(from: 0, to: digits.count, by: 2).map { index in
        try #require(UInt8(String(decoding: digits[index..<index + 2], as: UTF8.self), radix: 16))
    }
}

@Suite("Golden vectors")
struct VectorTests {
    @Test("every digest is that of OpenSSL, by every implementation", arguments: Implementation.available)
    func digests(_ implementation: Implementation) throws {
        let vectors = try VectorFolder.decode(Vectors.self, from: "hmac.json").digests
        #expect(vectors.count >= 12)
        for vector in vectors {
            let message = try bytes(hex: vector.message)
            for (algorithm, expected) in [
                (HashAlgorithm.sha1, vector.sha1), (.sha256, vector.sha256), (.md5, vector.md5),
            ] {
                var digest = MessageDigest(
                    algorithm, state: algorithm.initialState, blocksBefore: 0, by: implementation)
                digest.update(message)
                #expect(digest.finalized().hexLowercase == expected, "\(vector.name) by \(algorithm)")
            }
        }
    }

    @Test("every HMAC is that of OpenSSL, by every implementation", arguments: Implementation.available)
    func codes(_ implementation: Implementation) throws {
        let vectors = try VectorFolder.decode(Vectors.self, from: "hmac.json").vectors
        #expect(vectors.count >= 95)
        for vector in vectors {
            let (key, message) = (try bytes(hex: vector.key), try bytes(hex: vector.message))
            let expected = [
                (HashAlgorithm.sha1, vector.hmac_sha1), (.sha256, vector.hmac_sha256), (.md5, vector.hmac_md5),
            ]
            for (algorithm, code) in expected {
                let prepared = HMACKey(algorithm, key, by: implementation)
                #expect(
                    prepared.authenticationCode(for: message).hexLowercase == code, "\(vector.name) by \(algorithm)")
                var parts = prepared.begin()
                for byte in message { parts.update([byte]) }
                #expect(parts.finalized().hexLowercase == code, "\(vector.name) by \(algorithm), byte by byte")
            }
        }
    }
}
