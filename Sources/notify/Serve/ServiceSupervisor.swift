import Foundation
import Synchronization

/// Tells systemd, or whoever else started the process and set `NOTIFY_SOCKET`, how far it is; where nobody did, says nothing.
///
/// Source: sd_notify(3)
final class ServiceSupervisor: Sendable {
    private let path: String?
    private let awaited: Mutex<Int>
    private let lines = Mutex<[String]>([])

    /// - Parameter listeners: how many have to listen before the service is ready.
    init(listeners: Int, environment: [String: String] = ProcessInfo.processInfo.environment) {
        path = environment["NOTIFY_SOCKET"].flatMap { $0.isEmpty ? nil : $0 }
        awaited = Mutex(listeners)
    }

    /// One more listener listens; says so when it is the last.
    func listens(_ status: String) {
        let lines = lines.withLock { lines in
            lines.append(status)
            return lines
        }
        let isLast = awaited.withLock { awaited in
            awaited -= 1
            return awaited == 0
        }
        if isLast { send("READY=1\nSTATUS=\(lines.joined(separator: ", "))") }
    }

    /// Reads its files again: says that it begins, and that it is done.
    func reloads(_ body: () -> Void) {
        // In microseconds of the clock that systemd reads too.
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        send("RELOADING=1\nMONOTONIC_USEC=\(Int(time.tv_sec) * 1_000_000 + Int(time.tv_nsec) / 1_000)")
        body()
        send("READY=1")
    }

    /// The service ends.
    func stops() { send("STOPPING=1") }

    private func send(_ message: String) {
        guard let path else { return }
        let socket = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard socket >= 0 else { return }
        defer { close(socket) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var name = Array(path.utf8)
        // An address that begins with @ is none of the file system: its first byte is 0.
        if name.first == UInt8(ascii: "@") { name[0] = 0 }
        let room = MemoryLayout.size(ofValue: address.sun_path)
        guard name.count < room else { return }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        let length = socklen_t(MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 2) + socklen_t(name.count)
        let bytes = Array(message.utf8)
        // Nobody is there to be told that it could not be told.
        _ = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                sendto(socket, bytes, bytes.count, 0, address, length)
            }
        }
    }
}
