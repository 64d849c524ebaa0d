import Crypto
import Synchronization
import Testing

@testable import MessageAuthentication

@Suite("Digests and codes")
struct DigestTests {
    private static func random(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8.random(in: 0...255) } }

    @Test("agree with another library at every length around the block edges", arguments: Implementation.available)
    func lengths(_ implementation: Implementation) {
        let message = Self.random(1_200)
        for count in 0...message.count {
            let part = Array(message[..<count])
            #expect(digest(part, .sha256, implementation) == Array(Crypto.SHA256.hash(data: part)))
            #expect(digest(part, .sha1, implementation) == Array(Insecure.SHA1.hash(data: part)))
            #expect(digest(part, .md5, implementation) == Array(Insecure.MD5.hash(data: part)))
        }
    }

    @Test("agree with another library for keys of every length", arguments: Implementation.available)
    func keys(_ implementation: Implementation) {
        let message = Self.random(700)
        func code(_ algorithm: HashAlgorithm, _ key: [UInt8]) -> [UInt8] {
            HMACKey(algorithm, key, by: implementation).authenticationCode(for: message).bytes
        }
        for count in 0...260 {
            let key = Self.random(count)
            let same = SymmetricKey(data: key)
            #expect(
                code(.sha1, key)
                    == Array(Crypto.HMAC<Insecure.SHA1>.authenticationCode(for: message, using: same)))
            #expect(
                code(.md5, key) == Array(Crypto.HMAC<Insecure.MD5>.authenticationCode(for: message, using: same)))
            #expect(code(.sha256, key) == Array(Crypto.HMAC<SHA256>.authenticationCode(for: message, using: same)))
        }
    }

    @Test(
        "leave no key in the memory that they free",
        arguments: HashAlgorithm.allCases, [0, 1, 63, 64, 65, 119, 120, 128, 500])
    func wiping(_ algorithm: HashAlgorithm, _ count: Int) {
        let wiped = Mutex<[Int]>([])
        let observer: HMACKey.WipeObserver = { memory in
            #expect(memory.allSatisfy { $0 == 0 })
            wiped.withLock { $0.append(memory.count) }
        }
        var key: HMACKey? = HMACKey(algorithm, Self.random(count), by: .best, observingWipes: observer)
        #expect(wiped.withLock { $0 } == [64])
        let message = key?.begin()
        key = nil
        // A message in the making still needs the states.
        #expect(wiped.withLock { $0 } == [64])
        withExtendedLifetime(message) {}
    }

    @Test("wipe the prepared states with the last user")
    func lastUser() {
        let wiped = Mutex<[Int]>([])
        do {
            let key = HMACKey(.sha1, "secret".utf8, by: .best) { memory in
                #expect(memory.allSatisfy { $0 == 0 })
                wiped.withLock { $0.append(memory.count) }
            }
            #expect(!key.authenticationCode(for: [1, 2, 3]).bytes.isEmpty)
        }
        #expect(wiped.withLock { $0 } == [64, 64])
    }

    @Test("do not depend on how the bytes are cut", arguments: Implementation.available)
    func parts(_ implementation: Implementation) {
        let message = Self.random(1_000)
        for algorithm in HashAlgorithm.allCases {
            for _ in 0..<50 {
                var rest = message[...]
                var parts = MessageDigest(algorithm, state: algorithm.initialState, blocksBefore: 0, by: implementation)
                while !rest.isEmpty {
                    let count = min(rest.count, .random(in: 0...150))
                    parts.update(Array(rest.prefix(count)))
                    rest = rest.dropFirst(count)
                }
                #expect(parts.finalized() == MessageDigest.digest(of: message, by: algorithm))
            }
        }
    }

    @Test("of a million times a are those of the standards")
    func million() {
        let message = [UInt8](repeating: 0x61, count: 1_000_000)
        #expect(
            MessageDigest.digest(of: message, by: .sha1).hexLowercase == "34aa973cd4c4daa4f61eeb2bdbad27316534016f")
        #expect(
            MessageDigest.digest(of: message, by: .sha256).hexLowercase
                == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
        #expect(MessageDigest.digest(of: message, by: .md5).hexLowercase == "7707d6ae4e027c70eea2a935c2296f21")
    }

    private func digest(_ message: [UInt8], _ algorithm: HashAlgorithm, _ implementation: Implementation) -> [UInt8] {
        var digest = MessageDigest(algorithm, state: algorithm.initialState, blocksBefore: 0, by: implementation)
        digest.update(message)
        return digest.finalized().bytes
    }

    @Test("are written in hexadecimal and Base64")
    func encodings() {
        let digest = MessageDigest.digest(of: Array("abc".utf8), by: .sha1)
        #expect(digest.hexLowercase == "a9993e364706816aba3e25717850c26c9cd0d89d")
        #expect(digest.hexUppercase == "A9993E364706816ABA3E25717850C26C9CD0D89D")
        #expect(digest.base64 == "qZk+NkcGgWq6PiVxeFDCbJzQ2J0=")
        #expect(MessageDigest.digest(of: Array("abc".utf8), by: .md5).base64 == "kAFQmDzST7DWlj99KOF/cg==")
        #expect(
            MessageDigest.digest(of: Array("abc".utf8), by: .sha256).base64
                == "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=")
    }

    @Test("differ when any byte differs, and match bytes from outside only whole")
    func comparison() {
        let digest = MessageDigest.digest(of: Array("abc".utf8), by: .sha256)
        #expect(digest.matches(digest.bytes))
        for index in digest.bytes.indices {
            var changed = digest.bytes
            changed[index] ^= 1
            #expect(!digest.matches(changed))
        }
        #expect(!digest.matches(digest.bytes.dropLast()))
        #expect(digest.matches(hexadecimal: digest.hexLowercase.utf8) && digest.matches(base64: digest.base64.utf8))
        #expect(!digest.matches(hexadecimal: digest.hexUppercase.utf8) && !digest.matches(hexadecimal: "".utf8))
        #expect(
            !digest.matches(base64: digest.base64.dropLast().utf8) && !digest.matches(base64: digest.hexLowercase.utf8))
        #expect(digest != MessageDigest.digest(of: Array("abc".utf8), by: .sha1))
    }

    @Test("never show the key")
    func privacy() {
        var dumped = ""
        let key = HMACKey(.sha1, Array("hunter2".utf8))
        dump(key, to: &dumped)
        #expect("\(key)" == "HMACKey(sha1)" && !dumped.contains("states"))
    }
}
