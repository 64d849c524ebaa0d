#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The few things that a file of keys asks of the system.
enum KeyFileSystem {
    /// What tells one state of a file from another.
    struct Mark: Sendable, Hashable {
        var inode: UInt64
        var size: Int64
        var seconds: Int
        var nanoseconds: Int
    }

    /// The mark of a file; `nil` where there is none.
    static func mark(_ path: String) -> Mark? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return Mark(
            inode: UInt64(status.st_ino), size: Int64(status.st_size), seconds: Int(status.st_mtim.tv_sec),
            nanoseconds: Int(status.st_mtim.tv_nsec))
    }

    /// The bytes of a file; `nil` where there is none.
    static func read(_ path: String) throws(KeyFileError) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw failure("read", path)
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = readBytes(descriptor, &chunk)
            if count == 0 { return bytes }
            if count < 0 {
                if errno == EINTR { continue }
                throw failure("read", path)
            }
            bytes += chunk[..<count]
        }
    }

    /// Waits until nobody else holds the lock; closing the descriptor gives it back.
    static func lock(_ path: String) throws(KeyFileError) -> Int32 {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure("make", path) }
        while flock(descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else {
                let error = failure("lock", path)
                close(descriptor)
                throw error
            }
        }
        return descriptor
    }

    /// Puts a new file in the place of an old one, on disk: whoever reads gets one or the other, whole.
    static func replace(_ path: String, with bytes: [UInt8]) throws(KeyFileError) {
        let draft = path + ".new"
        unlink(draft)
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure("make", draft) }
        var isOpen = true
        defer { if isOpen { close(descriptor) } }
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            guard count >= 0 else {
                if errno == EINTR { continue }
                throw discarding(draft, failure("write", draft))
            }
            written += count
        }
        keepOwner(of: path, descriptor)
        guard fsync(descriptor) == 0 else { throw discarding(draft, failure("write", draft)) }
        isOpen = false
        close(descriptor)
        guard rename(draft, path) == 0 else { throw discarding(draft, failure("replace", path)) }
        syncFolder(of: path)
    }

    /// Root may change the keys of a server that runs as somebody else, who must be able to read them afterwards: the owner of the
    /// old file or, where there is none, of the folder.
    private static func keepOwner(of path: String, _ descriptor: Int32) {
        guard geteuid() == 0 else { return }
        var status = stat()
        guard stat(path, &status) == 0 || stat(folder(of: path), &status) == 0 else { return }
        // Refused, the file is root's, as if we had not tried.
        _ = fchown(descriptor, status.st_uid, status.st_gid)
    }

    private static func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    }

    /// The name of the new file must be on disk too.
    private static func syncFolder(of path: String) {
        let descriptor = open(folder(of: path), O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }

    private static func discarding(_ draft: String, _ error: KeyFileError) -> KeyFileError {
        unlink(draft)
        return error
    }

    private static func failure(_ verb: String, _ path: String) -> KeyFileError {
        let number = errno
        return .failed("cannot \(verb) \(path): \(String(cString: strerror(number)))")
    }
}

/// `read` of the C library, under a name that no method hides.
private func readBytes(_ descriptor: Int32, _ bytes: inout [UInt8]) -> Int {
    read(descriptor, &bytes, bytes.count)
}
