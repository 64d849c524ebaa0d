import Glibc

/// A file of certificate authorities, looked at when the configuration is checked: found wrong only when a message is
/// sent, it looks as if the vendor could not be trusted.
enum CertificateFile {
    /// Far more than all authorities of the world.
    private static let mostBytes = 16 << 20

    /// What is wrong with the file; `nil` when it can be read and holds a certificate in PEM.
    static func fault(at path: String) -> String? {
        let bytes: [UInt8]
        switch read(path) {
        case .success(let content): bytes = content
        case .failure(let error): return "'\(path)' cannot be read: \(String(cString: strerror(error.code)))"
        }
        if holdsCertificate(bytes) { return nil }
        return "'\(path)' holds no certificate in PEM; expected -----BEGIN CERTIFICATE-----"
    }

    /// Whether there is a block with a name such as `CERTIFICATE` or `TRUSTED CERTIFICATE`, and its content can be one.
    static func holdsCertificate(_ bytes: [UInt8]) -> Bool {
        var isInside = false
        var length = 0
        for line in bytes.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
            let line = line.prefix(1 + (line.lastIndex { $0 > 0x20 } ?? line.startIndex - 1) - line.startIndex)
            if isMark(line, "-----BEGIN ") {
                (isInside, length) = (true, 0)
            } else if isMark(line, "-----END ") {
                if isInside, length > 0 { return true }
                isInside = false
            } else if isInside {
                // The Base64 of a certificate begins with M: the tag of a sequence.
                isInside = line.allSatisfy(isBase64) && (length > 0 || line.first == UInt8(ascii: "M"))
                length += line.count
            }
        }
        return false
    }

    private static func isMark(_ line: ArraySlice<UInt8>, _ start: String) -> Bool {
        line.starts(with: start.utf8) && line.suffix(16).elementsEqual("CERTIFICATE-----".utf8)
    }

    private static func isBase64(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="):
            true
        default: false
        }
    }

    private struct SystemError: Error {
        var code: Int32
    }

    private static func read(_ path: String) -> Result<[UInt8], SystemError> {
        // A pipe without a writer must not hold the check up.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return .failure(SystemError(code: errno)) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while bytes.count < mostBytes {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count == 0 { break }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return .failure(SystemError(code: errno)) }
            bytes += buffer[..<count]
        }
        return .success(bytes)
    }
}
