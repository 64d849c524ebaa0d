import Foundation

/// A file, pipe or terminal that a command reads to its end.
enum InputFile {
    /// More than anybody types or pipes on purpose; a device that never ends must not fill the memory.
    private static let mostBytes = 256 << 20

    /// Why it cannot be read, as the end of a sentence.
    struct Fault: Error {
        var message: String

        static func system(_ number: Int32) -> Fault {
            switch number {
            case ENOENT: Fault(message: "was not found")
            case EISDIR: Fault(message: "is a folder; name a file")
            default: Fault(message: "cannot be read: \(String(cString: strerror(number)))")
            }
        }
    }

    /// The whole content; `-` is standard input.
    static func bytes(_ path: String) throws(Fault) -> [UInt8] {
        if path == "-" { return try bytes(descriptor: STDIN_FILENO) }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Fault.system(errno) }
        defer { close(descriptor) }
        return try bytes(descriptor: descriptor)
    }

    /// The whole content as text, without a byte order mark.
    static func text(_ path: String) throws(Fault) -> String {
        let bytes = try bytes(path)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            let wrong = lines.firstIndex { String(validating: $0, as: UTF8.self) == nil } ?? 0
            throw Fault(message: "is not UTF-8 text in line \(wrong + 1); save it as UTF-8")
        }
        return text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
    }

    private static func bytes(descriptor: Int32) throws(Fault) -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            guard count >= 0 else {
                if errno == EINTR { continue }
                throw Fault.system(errno)
            }
            if count == 0 { return bytes }
            bytes += buffer[..<count]
            guard bytes.count <= mostBytes else { throw Fault(message: "has more than \(mostBytes) bytes") }
        }
    }
}
