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
        reader.source.setEventHandler { for change in watch.read() { continuation.yield(change) } }
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

    init(_ path: String) throws(Unwatchable) {
        self.path = path
        descriptor = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
        guard descriptor >= 0 else {
            throw Unwatchable(description: "changes of files cannot be watched: \(String(cString: strerror(errno)))")
        }
        guard watchFolders() else {
            let reason = String(cString: strerror(errno))
            close()
            throw Unwatchable(description: "the folder of \(path) cannot be watched: \(reason)")
        }
    }

    func close() { _ = Glibc.close(descriptor) }

    /// Watches the folder of the path and that of the file it leads to now; watching one again changes nothing.
    ///
    /// - Returns: whether the path's own folder is watched.
    @discardableResult
    private func watchFolders() -> Bool {
        func add(_ file: String) -> Bool {
            let folder = URL(fileURLWithPath: file).deletingLastPathComponent().path
            return inotify_add_watch(descriptor, folder, Self.begun | Self.done) >= 0
        }
        let isWatched = add(path)
        if let target = realpath(path, nil) {
            if isWatched { _ = add(String(cString: target)) }
            free(target)
        }
        return isWatched
    }

    /// What happened since the last call, each kind once.
    func read() -> Set<FileChange> {
        var changes: Set<FileChange> = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            guard count > 0 else { break }
            for mask in Self.masks(buffer[..<count]) {
                if mask & Self.done != 0 {
                    changes.insert(.done)
                } else if mask & Self.begun != 0 {
                    changes.insert(.begun)
                }
            }
        }
        // A link may lead elsewhere now.
        watchFolders()
        return changes
    }

    /// The masks of `struct inotify_event`s: watch, mask, cookie and the length of the name that follows, 4 bytes each.
    private static func masks(_ events: ArraySlice<UInt8>) -> [UInt32] {
        var masks: [UInt32] = []
        events.withUnsafeBytes { bytes in
            var offset = 0
            while offset + 16 <= bytes.count {
                masks.append(bytes.loadUnaligned(fromByteOffset: offset + 4, as: UInt32.self))
                offset += 16 + Int(bytes.loadUnaligned(fromByteOffset: offset + 12, as: UInt32.self))
            }
        }
        return masks
    }
}
