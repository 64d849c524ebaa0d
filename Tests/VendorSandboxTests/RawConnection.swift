import Foundation

/// A connection to a sandbox that sends bytes as they are, and only those.
struct RawConnection {
    /// Connects, sends the bytes and reads until the other side has closed the connection.
    static func exchange(_ text: String, port: Int) async -> String {
        // On a thread of its own: blocking one of Swift's would keep the sandbox from answering.
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: blockingExchange(Array(text.utf8), port)) }
        }
    }

    private static func blockingExchange(_ bytes: [UInt8], _ port: Int) -> String {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let isConnected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isConnected, send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
            return "not sent"
        }
        // Only a sandbox that keeps the connection open comes to this, which is a failure and should not be a hang.
        var patience = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4_096)
        var count: Int
        repeat {
            count = recv(descriptor, &buffer, buffer.count, 0)
            answer += buffer[..<max(0, count)]
        } while count > 0
        let isOpen = count < 0 && errno == EAGAIN
        return String(decoding: answer, as: UTF8.self) + (isOpen ? "[still open]" : "")
    }
}
