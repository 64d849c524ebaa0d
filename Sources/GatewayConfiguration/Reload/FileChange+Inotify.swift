import Dispatch
import Foundation
import Glibc
import NotificationGateway
import Synchronization

/// Why changes of a file cannot be noticed.
public struct Unwatchable: Error, Sendable, CustomStringConvertible {
    /// What failed and what to do.
    public var description: String
}

extension FileChange {
    /// The signs of change of a file, until the stream's reader ends.
    ///
    /// Watched is not the file but its folder, by inotify: the file itself is replaced by most editors, and in Kubernetes it
    /// is a link into a folder that is replaced whole. Where the path is a link, the folder of its target is watched too.
    /// Network file systems tell nobody of changes made elsewhere; SIGHUP helps there.
    ///
    /// - Throws: ``Unwatchable`` when the folder is not there, or the system has no watches left.
    public static func signs(of path: String) throws(Unwatchable) -> AsyncStream<FileChange> {
        let watch = try FolderWatch(path)
        let (stream, continuation) = AsyncStream<FileChange>.makeStream(bufferingPolicy: .bufferingNewest(16))
        let reader = Reader(source: DispatchSource.makeReadSource(fileDescriptor: watch.descriptor, queue: .global()))
        reader.source.setEventHandler {
            if let change = watch.read() {
                continuation.yield(change)
            } else {
                // Somebody else writes in the folder, and may do so thousands of times a second: an outbox, a log.
                reader.source.suspend()
                DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(50)) { reader.source.resume() }
            }
        }
        reader.source.setCancelHandler { watch.close() }
        continuation.onTermination = { _ in reader.source.cancel() }
        reader.source.resume()
        return stream
    }

    /// `@unchecked` because Dispatch does not say what it promises: its objects may be used from any thread.
    private struct Reader: @unchecked Sendable {
        let source: any DispatchSourceRead
    }
}

/// The folders that decide what a path leads to, watched together.
private final class FolderWatch: Sendable {
    private static let begun = UInt32(IN_CREATE | IN_MODIFY)
    private static let done = UInt32(
        IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF | IN_Q_OVERFLOW)

    let descriptor: Int32
    private let path: String
    /// Where the path led when it was last looked at.
    private let target: Mutex<String?>

    init(_ path: String) throws(Unwatchable) {
        self.path = path
        target = Mutex(Self.target(of: path))
        descriptor = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
        guard descriptor >= 0 else {
            throw Unwatchable(description: "changes of files cannot be watched: \(String(cString: strerror(errno)))")
        }
        guard watchFolder(of: path) else {
            let reason = String(cString: strerror(errno))
            close()
            throw Unwatchable(description: "the folder of \(path) cannot be watched: \(reason)")
        }
        if let target = target.withLock({ $0 }) { _ = watchFolder(of: target) }
    }

    func close() { _ = Glibc.close(descriptor) }

    /// Watches the folder that a file is in; to do so again changes nothing.
    private func watchFolder(of file: String) -> Bool {
        let folder = URL(fileURLWithPath: file).deletingLastPathComponent().path
        return inotify_add_watch(descriptor, folder, Self.begun | Self.done) >= 0
    }

    /// The last sign since the last call: it is the one that says whether somebody is still writing.
    ///
    /// Other files of the folder are none of ours, unless the path leads elsewhere now: logs may be written beside the
    /// configuration, and a log of what a sign has led to would be the next sign.
    func read() -> FileChange? {
        let former = target.withLock { $0 }
        let names = [path, former].compactMap { $0?.split(separator: "/").last.map(String.init) }
        var change: FileChange?
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            guard count > 0 else { break }
            for (mask, name) in Self.events(buffer[..<count]) where name.isEmpty || names.contains(name) {
                if mask & Self.done != 0 { change = .done } else if mask & Self.begun != 0 { change = .begun }
            }
        }
        let current = Self.target(of: path)
        guard current != former else { return change }
        target.withLock { $0 = current }
        if let current { _ = watchFolder(of: current) }
        return change ?? .done
    }

    /// Where a path leads through all links; `nil` where there is nothing.
    private static func target(of path: String) -> String? {
        guard let target = realpath(path, nil) else { return nil }
        defer { free(target) }
        return String(cString: target)
    }

    /// Mask and name of each `struct inotify_event`: watch, mask, cookie and the length of the name, 4 bytes each, and the
    /// name, filled up with zeros.
    private static func events(_ bytes: ArraySlice<UInt8>) -> [(mask: UInt32, name: String)] {
        var events: [(UInt32, String)] = []
        bytes.withUnsafeBytes { bytes in
            var offset = 0
            while offset + 16 <= bytes.count {
                let end = min(
                    bytes.count, offset + 16 + Int(bytes.loadUnaligned(fromByteOffset: offset + 12, as: UInt32.self)))
                let name = bytes[(offset + 16)..<end].prefix { $0 != 0 }
                let mask = bytes.loadUnaligned(fromByteOffset: offset + 4, as: UInt32.self)
                events.append((mask, String(decoding: name, as: UTF8.self)))
                offset = end
            }
        }
        return events
    }
}
