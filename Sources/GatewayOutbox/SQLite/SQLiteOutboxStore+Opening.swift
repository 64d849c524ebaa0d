import Foundation

extension SQLiteOutboxStore {
    /// Does something while nobody else opens a file of the same folder: a file whose log and tables are just being made is no
    /// state in which to find it, and SQLite answers so without waiting.
    ///
    /// Locks the folder, not the file: a descriptor of the file itself that is closed takes SQLite's own locks with it.
    static func alone<Value>(with path: String, _ body: () throws -> Value) throws -> Value {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw unopened("the folder") }
        // The lock goes with the descriptor, also when the process is killed.
        defer { _ = Foundation.close(descriptor) }
        while flock(descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else { throw unopened("the folder") }
        }
        return try body()
    }

    /// The file, before SQLite would make it with a mode that lets others read it. The log beside it gets the same mode.
    static func makeFile(_ path: String) throws {
        let descriptor = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            if errno == EEXIST { return }
            throw unopened("the file")
        }
        _ = Foundation.close(descriptor)
    }

    fileprivate static func unopened(_ what: String) -> OutboxStoreError {
        .failed("\(what) cannot be opened: \(String(cString: strerror(errno)))")
    }
}

/// The file that was opened: SQLite goes on with it after somebody has removed or replaced it, and what is written then is gone
/// with the process. What it holds is still sent; but nothing new is to be promised.
struct OpenFile: Sendable {
    private struct Identity: Sendable, Equatable {
        var device: UInt64
        var number: UInt64
    }

    private let path: String
    private let identity: Identity

    init(_ path: String) throws {
        guard let identity = Self.identity(path) else { throw SQLiteOutboxStore.unopened("the file") }
        (self.path, self.identity) = (path, identity)
    }

    /// - Throws: ``OutboxStoreError/failed(_:)`` when the path names another file by now, or none.
    func check() throws(OutboxStoreError) {
        guard Self.identity(path) != identity else { return }
        throw .failed("the outbox's file was removed or replaced while it was open: put it back, or start again")
    }

    private static func identity(_ path: String) -> Identity? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return Identity(device: UInt64(status.st_dev), number: UInt64(status.st_ino))
    }
}
