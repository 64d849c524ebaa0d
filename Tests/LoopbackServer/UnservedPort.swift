import Foundation

/// A loopback port that is taken, so that no server of another test gets it, and that nobody serves.
public final class UnservedPort: Sendable {
    /// What becomes of a client that connects.
    public enum Manner: Sendable {
        /// It is turned away at once.
        case refuses
        /// It is never answered, because the queue of connections to accept is full.
        case hangs
    }

    /// The port.
    public let port: Int
    private let descriptors: [Int32]

    /// Takes a port.
    public init(_ manner: Manner) {
        let (holder, port) = LoopbackServer.bound()
        self.port = port
        guard manner == .hangs else {
            descriptors = [holder]
            return
        }
        listen(holder, 0)
        descriptors = [holder] + (0..<4).map { _ in Self.client(port) }
    }

    /// Gives the port back; once.
    public func close() {
        for descriptor in descriptors { Glibc.close(descriptor) }
    }

    /// Begins to connect and does not wait.
    private static func client(_ port: Int) -> Int32 {
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let descriptor = socket(AF_INET, kind, 0)
        LoopbackServer.withLoopback(port: port) { _ = connect(descriptor, $0, $1) }
        return descriptor
    }
}
