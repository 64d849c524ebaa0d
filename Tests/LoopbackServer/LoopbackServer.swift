import Foundation
import Synchronization

/// A server on a loopback port that does exactly what a test tells it, misbehaviour included.
///
/// Every connection has a thread that runs the test's closure over blocking sockets; when the closure returns the connection is closed.
public final class LoopbackServer: Sendable {
    private struct State {
        var requests: [ReceivedRequest] = []
        var connections = 0
        var open: Set<Int32> = []
        var isStopped = false
    }

    private let listener: Int32
    private let state = Mutex(State())
    /// The port it listens on.
    public let port: Int

    /// Starts to listen; `serve` runs once for each connection.
    public init(_ serve: @escaping @Sendable (ServerConnection) -> Void) {
        (listener, port) = Self.listen()
        Thread.detachNewThread { [self] in accept(serve) }
    }

    /// Serves every request of every connection with what `answer` makes of it, kept alive; `nil` closes the connection.
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
        let isFirst = state.withLock { state -> Bool in
            defer { state.isStopped = true }
            return !state.isStopped
        }
        if isFirst { shutdown(listener, Int32(SHUT_RDWR)) }
    }

    /// Refuses new connections and ends the open ones.
    public func stop() {
        stopListening()
        for descriptor in state.withLock({ $0.open }) { shutdown(descriptor, Int32(SHUT_RDWR)) }
    }

    func note(_ request: ReceivedRequest) { state.withLock { $0.requests.append(request) } }

    func forget(_ descriptor: Int32) { state.withLock { _ = $0.open.remove(descriptor) } }

    private func accept(_ serve: @escaping @Sendable (ServerConnection) -> Void) {
        while true {
            let descriptor = Glibc.accept(listener, nil, nil)
            guard descriptor >= 0 else { break }
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            state.withLock {
                $0.connections += 1
                $0.open.insert(descriptor)
            }
            Thread.detachNewThread { [self] in
                let connection = ServerConnection(descriptor, self)
                serve(connection)
                connection.close()
            }
        }
        close(listener)
    }

    private static func listen() -> (Int32, Int) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                precondition(
                    bind(descriptor, generic, length) == 0 && Glibc.listen(descriptor, 1024) == 0, "no loopback port")
                getsockname(descriptor, generic, &length)
            }
        }
        return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
    }

    /// A loopback port on which nothing listens.
    public static func closedPort() -> Int {
        let (descriptor, port) = listen()
        close(descriptor)
        return port
    }
}

/// A request as it arrived.
public struct ReceivedRequest: Sendable, Hashable {
    /// Request line and header lines, each ended by CR LF, and the empty line.
    public var head: String
    /// As many bytes as `Content-Length` says.
    public var body: [UInt8]

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
