import Foundation
import MessageAuthentication

/// Our HMAC beside OpenSSL's, on a message of 700 bytes, interleaved in one run.
enum HMACBenchmark {
    static let message = [UInt8](repeating: 0x61, count: 700)
    private static let key = Array("FakeSecretMCS72wEFFJhBZJTmmvCJ&".utf8)
    private static let rounds = 200
    private static let callsInRound = 500

    /// One JSON line: nanoseconds a call, the best round of each.
    static func run(extra: [(String, () -> Void)]) throws -> String {
        let openSSL = try OpenSSL()
        var subjects: [(name: String, call: () -> Void)] = [
            ("hmac_sha1_ns", code(HMACKey(.sha1, key))), ("hmac_sha256_ns", code(HMACKey(.sha256, key))),
            ("portable_sha1_ns", code(.portable(.sha1, key))), ("portable_sha256_ns", code(.portable(.sha256, key))),
            ("openssl_sha1_ns", openSSL.oneShot("EVP_sha1", key)),
            ("openssl_sha256_ns", openSSL.oneShot("EVP_sha256", key)),
            ("openssl_raw_sha1_ns", openSSL.kept("SHA1", contextBytes: 96, digestBytes: 20, key)),
            ("openssl_raw_sha256_ns", openSSL.kept("SHA256", contextBytes: 112, digestBytes: 32, key)),
        ]
        subjects += extra
        var best = subjects.map { _ in Double.infinity }
        for _ in 0..<rounds {
            for (index, subject) in subjects.enumerated() {
                let started = ContinuousClock.now
                for _ in 0..<callsInRound { subject.call() }
                let elapsed = (ContinuousClock.now - started) / .nanoseconds(1)
                best[index] = min(best[index], elapsed / Double(callsInRound))
            }
        }
        let parts = zip(subjects, best).map { "\"\($0.name)\":\(($1 * 10).rounded() / 10)" }
        return "{\(parts.joined(separator: ","))}"
    }

    private static func code(_ key: HMACKey) -> () -> Void {
        { sink(message.withUnsafeBytes { key.authenticationCode(for: $0) }) }
    }

    /// Keeps the optimiser from dropping a result that nobody uses.
    @inline(never)
    static func sink<Value>(_ value: Value) {}
}

/// The system's libcrypto, found at run time so that nothing has to be installed for it.
private struct OpenSSL {
    struct Missing: Error, CustomStringConvertible {
        var description = "libcrypto.so.3 cannot be loaded; install libssl3"
    }

    private typealias OneShot =
        @convention(c) (
            OpaquePointer?, UnsafeRawPointer, Int32, UnsafeRawPointer, Int, UnsafeMutableRawPointer,
            UnsafeMutablePointer<UInt32>?
        ) -> UnsafeMutableRawPointer?
    private typealias Begin = @convention(c) (UnsafeMutableRawPointer) -> Int32
    private typealias Update = @convention(c) (UnsafeMutableRawPointer, UnsafeRawPointer, Int) -> Int32
    private typealias Final = @convention(c) (UnsafeMutableRawPointer, UnsafeMutableRawPointer) -> Int32

    private let library: UnsafeMutableRawPointer

    init() throws {
        guard let library = dlopen("libcrypto.so.3", RTLD_NOW) else { throw Missing() }
        self.library = library
    }

    private func symbol<Function>(_ name: String, as type: Function.Type) -> Function {
        guard let address = dlsym(library, name) else { fatalError("libcrypto has no \(name)") }
        return unsafeBitCast(address, to: type)
    }

    /// `HMAC()`: prepares the key for each message.
    func oneShot(_ hash: String, _ key: [UInt8]) -> () -> Void {
        let function = symbol("HMAC", as: OneShot.self)
        let algorithm = symbol(hash, as: (@convention(c) () -> OpaquePointer?).self)()
        let message = HMACBenchmark.message
        let code = UnsafeMutableRawPointer.allocate(byteCount: 64, alignment: 16)
        return { _ = function(algorithm, key, Int32(key.count), message, message.count, code, nil) }
    }

    /// The floor: contexts after the inner and outer block are kept and copied for each message.
    func kept(_ hash: String, contextBytes: Int, digestBytes: Int, _ key: [UInt8]) -> () -> Void {
        let (begin, update) = (symbol("\(hash)_Init", as: Begin.self), symbol("\(hash)_Update", as: Update.self))
        let final = symbol("\(hash)_Final", as: Final.self)
        let message = HMACBenchmark.message
        let block = key + [UInt8](repeating: 0, count: 64 - key.count)
        func context(_ pad: UInt8) -> UnsafeMutableRawPointer {
            let context = UnsafeMutableRawPointer.allocate(byteCount: contextBytes, alignment: 16)
            _ = begin(context)
            _ = update(context, block.map { $0 ^ pad }, 64)
            return context
        }
        let (inner, outer) = (context(0x36), context(0x5c))
        let work = UnsafeMutableRawPointer.allocate(byteCount: contextBytes, alignment: 16)
        let code = UnsafeMutableRawPointer.allocate(byteCount: 64, alignment: 16)
        return {
            work.copyMemory(from: inner, byteCount: contextBytes)
            _ = update(work, message, message.count)
            _ = final(code, work)
            work.copyMemory(from: outer, byteCount: contextBytes)
            _ = update(work, code, digestBytes)
            _ = final(code, work)
        }
    }
}
