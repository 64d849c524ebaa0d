import Glibc
import NotificationGateway

/// Lines to a descriptor that this process was started with, such as standard error.
struct DescriptorSink: LineSink {
    let descriptor: Int32
    let name: String
    let calls: SystemCalls

    mutating func prepare(forBytes count: Int, holdsUnsynchronized: Bool) -> LineSinkReadiness { .ready }

    mutating func append(_ line: [UInt8]) throws(StorageFault) {
        var rest = line
        var hasBegun = false
        while true {
            let (written, code) = calls.writeAll(rest, to: descriptor)
            if code == 0 { return }
            hasBegun = hasBegun || written > 0
            guard code == EAGAIN else {
                // What went into a pipe cannot be taken back.
                throw StorageFault(
                    action: "cannot write to \(name)", code: code, acceptance: hasBegun ? .unknown : .rejected)
            }
            rest.removeFirst(written)
            var interest = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            poll(&interest, 1, -1)
        }
    }

    mutating func release() {}
    mutating func synchronize() {}
    mutating func close() {}
}
