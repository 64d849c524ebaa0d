import Glibc
import NotificationGateway

/// Lines to a descriptor that this process was started with, such as standard error.
struct DescriptorSink: LineSink {
    /// A pipe takes so many bytes at once without mixing them with another writer's: POSIX, `PIPE_BUF`.
    private static let wholePiece = 4_096

    let descriptor: Int32
    let name: String
    let calls: SystemCalls
    /// A reader that takes nothing for so long is as good as gone.
    var patienceMilliseconds: Int32 = 2_000

    mutating func prepare(forBytes count: Int, holdsUnsynchronized: Bool) -> LineSinkReadiness { .ready }

    mutating func append(_ line: [UInt8]) throws(StorageFault) {
        var rest = line[...]
        while !rest.isEmpty {
            var interest = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            let isReady = poll(&interest, 1, patienceMilliseconds) != 0
            // Not more than is surely free, because the descriptor may be a blocking one.
            let piece = Array(rest.prefix(Self.wholePiece))
            let (written, code) = isReady ? calls.writeAll(piece, to: descriptor) : (0, EAGAIN)
            rest = rest.dropFirst(written)
            guard code == 0 || (code == EAGAIN && isReady) else {
                // What went into a pipe cannot be taken back.
                throw StorageFault(
                    action: "cannot write to \(name)", code: code,
                    acceptance: rest.count < line.count ? .unknown : .rejected)
            }
        }
    }

    mutating func release() {}
    mutating func synchronize() {}
    mutating func close() {}
}
