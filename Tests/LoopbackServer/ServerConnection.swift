import Foundation

/// One accepted connection; used by the thread that serves it.
public final class ServerConnection: Sendable {
    private let descriptor: Int32
    private let server: LoopbackServer
    private let buffer = Guarded<[UInt8]>([])
    private let isOpen = Guarded(true)

    init(_ descriptor: Int32, _ server: LoopbackServer) {
        self.descriptor = descriptor
        self.server = server
    }

    /// Reads the next request whole; `nil` when the peer closed.
    public func readRequest() -> ReceivedRequest? {
        var bytes = buffer.withLock { $0 }
        while true {
            if let end = Self.endOfHead(bytes) {
                var request = ReceivedRequest(head: String(decoding: bytes[..<end], as: UTF8.self), body: [])
                let length = request["content-length"].flatMap { Int($0) } ?? 0
                if bytes.count >= end + length {
                    request.body = Array(bytes[end..<end + length])
                    let rest = Array(bytes[(end + length)...])
                    buffer.withLock { $0 = rest }
                    server.note(request)
                    return request
                }
            }
            guard let more = read() else { return nil }
            bytes += more
        }
    }

    /// Waits until there is something to read, and leaves it unread; false at the end of the stream.
    public func waitForBytes() -> Bool {
        if buffer.withLock({ !$0.isEmpty }) { return true }
        var byte: UInt8 = 0
        return recv(descriptor, &byte, 1, Int32(MSG_PEEK)) == 1
    }

    static func endOfHead(_ bytes: [UInt8]) -> Int? {
        let mark = Array("\r\n\r\n".utf8)
        return bytes.withUnsafeBufferPointer { all in
            all.indices.dropLast(3).first { all[$0] == mark[0] && all[$0..<$0 + 4].elementsEqual(mark) }.map { $0 + 4 }
        }
    }

    /// Reads what is there, at most so many bytes; `nil` at the end of the stream.
    public func read(atMost most: Int = 65_536) -> [UInt8]? {
        var chunk = [UInt8](repeating: 0, count: most)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        return count > 0 ? Array(chunk[..<count]) : nil
    }

    /// Waits until the peer closes.
    public func readToEnd() { while read() != nil {} }

    /// Writes all bytes; false when the peer went away before it took them.
    @discardableResult
    public func write(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// Writes a text.
    public func write(_ text: String) { write(Array(text.utf8)) }

    /// Ends the connection by a reset, which takes what is under way with it; a second time does nothing.
    public func reset() {
        // Unlike a close without lingering, this resets also while a child process that is being started holds the socket.
        var nowhere = sockaddr()
        nowhere.sa_family = sa_family_t(AF_UNSPEC)
        if isOpen.withLock({ $0 }) { connect(descriptor, &nowhere, socklen_t(MemoryLayout<sockaddr>.size)) }
        close()
    }

    /// Closes the connection; a second time does nothing.
    public func close() {
        let wasOpen = isOpen.withLock { open -> Bool in
            defer { open = false }
            return open
        }
        if wasOpen { server.close(descriptor) }
    }
}

/// Answers for servers in tests.
public enum Answer {
    /// A kept-alive answer with a length.
    public static func text(_ body: String, status: String = "200 OK", headers: [String] = []) -> [UInt8] {
        bytes(Array(body.utf8), status: status, headers: headers)
    }

    /// A kept-alive answer with a length.
    public static func bytes(_ body: [UInt8], status: String = "200 OK", headers: [String] = []) -> [UInt8] {
        let lines = ["HTTP/1.1 \(status)", "Content-Length: \(body.count)"] + headers
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body
    }
}
