import Foundation

/// A server on a loopback port that does exactly what a test tells it, misbehaviour included.
///
/// Every connection has a thread that runs the test's closure over blocking sockets; when the closure returns the
/// connection is closed.
public final class LoopbackServer: Sendable {
    private struct State {
        var requests: [ReceivedRequest] = []
        var connections = 0
        var open: Set<Int32> = []
        /// The listener must not be touched any more.
        var isStopped = false
        /// No connection may stay open.
        var isEnded = false
    }

    private let listener: Int32
    private let state = Guarded(State())
    /// The port it listens on.
    public let port: Int

    /// Starts to listen; `serve` runs once for each connection.
    public init(_ serve: @escaping @Sendable (ServerConnection) -> Void) {
        (listener, port) = Self.listen()
        Thread.detachNewThread { [self] in accept(serve) }
    }

    /// Serves every request of every connection with what `answer` makes of it, kept alive; `nil` closes the
    /// connection.
    public convenience init(answer: @escaping @Sendable (ReceivedRequest) -> [UInt8]?) {
        self.init { connection in
            while let request = connection.readRequest(), let bytes = answer(request) { connection.write(bytes) }
        }
    }

    /// `http://127.0.0.1:port` with a path.
    public func url(_ path: String = "/") -> String { "http://127.0.0.1:\(port)\(path)" }
    /// The requests that were read whole so far, in order.
    public var requests: [ReceivedRequest] { state.withLock { $0.requests } }
    /// The connections that were accepted so far.
    public var connections: Int { state.withLock { $0.connections } }

    /// Refuses new connections; those that are open go on.
    public func stopListening() {
        state.withLock { state in
            // Once the accepting thread is gone the number may belong to somebody else.
            if !state.isStopped { shutdown(listener, Int32(SHUT_RDWR)) }
            state.isStopped = true
        }
    }

    /// Refuses new connections and ends the open ones.
    public func stop() {
        stopListening()
        // Under the lock, so that no number is closed and given to another socket in between.
        state.withLock { state in
            state.isEnded = true
            for descriptor in state.open { shutdown(descriptor, Int32(SHUT_RDWR)) }
        }
    }

    func note(_ request: ReceivedRequest) { state.withLock { $0.requests.append(request) } }

    /// Closes an accepted connection.
    func close(_ descriptor: Int32) {
        state.withLock { state in
            state.open.remove(descriptor)
            // A child process that is just being started may hold the descriptor too; the peer must not wait for it.
            shutdown(descriptor, Int32(SHUT_RDWR))
            Glibc.close(descriptor)
        }
    }

    private func accept(_ serve: @escaping @Sendable (ServerConnection) -> Void) {
        while let descriptor = nextConnection() {
            Thread.detachNewThread { [self] in
                let connection = ServerConnection(descriptor, self)
                serve(connection)
                connection.close()
            }
        }
        state.withLock { state in
            state.isStopped = true
            Glibc.close(listener)
        }
    }

    /// Accepts a connection; `nil` when the server was stopped.
    private func nextConnection() -> Int32? {
        while true {
            let descriptor = Glibc.accept(listener, nil, nil)
            if descriptor >= 0 {
                _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
                state.withLock { state in
                    state.connections += 1
                    state.open.insert(descriptor)
                    if state.isEnded { shutdown(descriptor, Int32(SHUT_RDWR)) }
                }
                return descriptor
            }
            // The peer may be gone before it was accepted; that is no reason to stop.
            guard errno == EINTR || errno == ECONNABORTED else { return nil }
        }
    }

    private static func listen() -> (Int32, Int) {
        let (descriptor, port) = bound()
        precondition(Glibc.listen(descriptor, 1024) == 0, "no loopback port")
        return (descriptor, port)
    }

    /// A socket with a loopback port of its own, not listening.
    static func bound() -> (Int32, Int) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        withLoopback(port: 0) { precondition(bind(descriptor, $0, $1) == 0, "no loopback port") }
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            _ = pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
    }

    /// Calls `body` with the address 127.0.0.1 and a port.
    static func withLoopback(port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Void) {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}

/// A request as it arrived.
public struct ReceivedRequest: Sendable, Hashable {
    /// Request line and header lines, each ended by CR LF, and the empty line.
    public var head: String
    /// As many bytes as `Content-Length` says.
    public var body: [UInt8]

    /// Takes a request or an answer apart.
    public init(_ bytes: [UInt8]) {
        let end = ServerConnection.endOfHead(bytes) ?? bytes.count
        self.init(head: String(decoding: bytes[..<end], as: UTF8.self), body: Array(bytes[end...]))
    }

    init(head: String, body: [UInt8]) {
        self.head = head
        self.body = body
    }

    /// Head and body.
    public var bytes: [UInt8] { Array(head.utf8) + body }

    /// The request target of the first line.
    public var path: String { head.split(separator: " ").dropFirst().first.map { String($0) } ?? "" }

    /// The value of a header field, matched without regard to case.
    public subscript(name: String) -> String? {
        for line in head.components(separatedBy: "\r\n").dropFirst() {
            guard let colon = line.firstIndex(of: ":"), line[..<colon].lowercased() == name.lowercased() else {
                continue
            }
            return line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
        }
        return nil
    }
}
