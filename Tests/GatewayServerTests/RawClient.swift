import Foundation
import HTTPProviderSupport

/// One connection to a loopback port that sends just the bytes that a test wants. Each call takes a thread of its own: those
/// of the server's tasks are never blocked.
final class RawClient: Sendable {
    /// An answer, read whole.
    struct Answer: Sendable {
        var status: Int
        var headers: [String: String]
        var body: [UInt8]

        var text: String { String(decoding: body, as: UTF8.self) }

        func json() throws -> JSONValue { try JSONValue(parsing: body) }
    }

    struct Failed: Error {
        var what: String
    }

    private let descriptor: Int32

    init(port: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        // A server that does not answer fails the test instead of holding it up.
        var limit = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        let descriptor = descriptor
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else {
            close(descriptor)
            throw Failed(what: "connect: \(errno)")
        }
    }

    deinit { close(descriptor) }

    private func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
        }
    }

    /// Sends bytes; `false` when the server would not take them all.
    @discardableResult
    func send(_ bytes: some Sequence<UInt8>) async throws -> Bool {
        let bytes = Array(bytes)
        return try await onThread { [descriptor] in
            var sent = 0
            while sent < bytes.count {
                let count = bytes[sent...].withUnsafeBytes {
                    Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                guard count > 0 else { return false }
                sent += count
            }
            return true
        }
    }

    @discardableResult
    func send(_ text: String) async throws -> Bool { try await send(text.utf8) }

    func closeOutput() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// The next answer; to `HEAD` there is no body, whatever its length.
    func answer(isHead: Bool = false) async throws -> Answer {
        try await onThread { [self] in
            let head = try readHead()
            let lines = head.split(separator: "\r\n")
            var headers: [String: String] = [:]
            for line in lines.dropFirst() {
                let parts = line.split(separator: ":", maxSplits: 1)
                headers[parts[0].lowercased()] = parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : ""
            }
            guard let status = lines.first?.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else {
                throw Failed(what: "no status in '\(head)'")
            }
            let length = isHead || status < 200 ? 0 : headers["content-length"].flatMap { Int($0) } ?? 0
            return Answer(status: status, headers: headers, body: try read(exactly: length))
        }
    }

    /// Whether the server has ended the connection, with nothing more to read.
    func isEnded() async throws -> Bool {
        try await onThread { [descriptor] in
            var byte: UInt8 = 0
            return recv(descriptor, &byte, 1, 0) == 0 || errno == ECONNRESET
        }
    }

    private func readHead() throws -> String {
        var bytes: [UInt8] = []
        while !bytes.suffix(4).elementsEqual("\r\n\r\n".utf8) { bytes += try read(exactly: 1) }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func read(exactly count: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let got = bytes[filled...].withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, $0.count, 0) }
            guard got > 0 else { throw Failed(what: "the answer ended early: \(got) \(errno)") }
            filled += got
        }
        return bytes
    }
}
