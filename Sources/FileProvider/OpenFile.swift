import Glibc
import Synchronization

/// One open file: the system calls, without any policy. Used by one thread at a time; closed when released.
final class OpenFile: Sendable {
    private struct State {
        var isLocked = false
        var isDirty = false
        var isNew: Bool
    }

    private let descriptor: Descriptor
    /// Only one thread comes here; the lock makes that safe to hand over, and costs nothing beside a system call.
    private let state: Mutex<State>
    /// Whether it has a length, and so can be locked, cut and rotated.
    let isRegular: Bool

    var number: Int32 { descriptor.number }
    var isLocked: Bool { state.withLock { $0.isLocked } }
    /// Whether there are lines that did not reach the disk yet.
    var isDirty: Bool {
        get { state.withLock { $0.isDirty } }
        set { state.withLock { $0.isDirty = newValue } }
    }
    /// Whether its name did not reach the disk yet.
    var isNew: Bool {
        get { state.withLock { $0.isNew } }
        set { state.withLock { $0.isNew = newValue } }
    }

    /// Opens the file, or creates it readable for its owner alone: it holds what people were told.
    ///
    /// - Throws: ``StorageFault`` when it cannot be opened; folders are never created.
    init(path: String, logsCreation: Bool) throws(StorageFault) {
        var before = stat()
        let exists = stat(path, &before) == 0
        // A pipe or device is opened without waiting for its other side, and is never read.
        let isSpecial = exists && before.st_mode & S_IFMT != S_IFREG
        let flags = isSpecial ? O_WRONLY | O_APPEND | O_NONBLOCK | O_NOCTTY : O_RDWR | O_APPEND | O_CREAT
        let number = open(path, flags | O_CLOEXEC, mode_t(0o600))
        guard number >= 0 else { throw StorageFault(action: "cannot open '\(path)'", code: errno) }
        descriptor = Descriptor(number)
        var after = stat()
        isRegular = fstat(number, &after) == 0 && after.st_mode & S_IFMT == S_IFREG
        state = Mutex(State(isNew: logsCreation && !exists))
    }

    // MARK: Lock

    /// Takes the lock when it is free, and says whether it did.
    ///
    /// - Throws: ``StorageFault`` when the file system has no locks.
    func lock(_ path: String) throws(StorageFault) -> Bool {
        while flock(number, LOCK_EX | LOCK_NB) != 0 {
            if errno == EWOULDBLOCK { return false }
            guard errno == EINTR else { throw StorageFault(action: "cannot lock '\(path)'", code: errno) }
        }
        state.withLock { $0.isLocked = true }
        return true
    }

    func unlock() {
        guard isLocked else { return }
        flock(number, LOCK_UN)
        state.withLock { $0.isLocked = false }
    }

    /// Whether the path still leads to this very file.
    func isNamed(by path: String) -> Bool {
        var mine = stat()
        var named = stat()
        return fstat(number, &mine) == 0 && stat(path, &named) == 0 && mine.st_ino == named.st_ino
            && mine.st_dev == named.st_dev
    }

    // MARK: Length

    func size(_ path: String) throws(StorageFault) -> Int {
        var status = stat()
        guard fstat(number, &status) == 0 else { throw StorageFault(action: "cannot examine '\(path)'", code: errno) }
        return Int(status.st_size)
    }

    /// Whether the last byte is no line break: somebody crashed in the middle of a line.
    func endsWithHalfLine(size: Int, _ path: String) throws(StorageFault) -> Bool {
        guard size > 0 else { return false }
        var last: UInt8 = 0
        guard pread(number, &last, 1, size - 1) == 1 else {
            throw StorageFault(action: "cannot examine '\(path)'", code: errno)
        }
        return last != 0x0A
    }

    /// Cuts the file, unless somebody without regard for the lock has written behind our bytes: theirs must stay.
    func truncate(to end: Int, ifSizeIs expected: Int) -> Bool {
        var status = stat()
        guard fstat(number, &status) == 0, Int(status.st_size) == expected else { return false }
        return ftruncate(number, end) == 0
    }

    /// The folder in which a path lies.
    static func folder(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Brings the name of a new file to the disk: 0, or the error number.
    static func synchronizeFolder(of path: String) -> Int32 {
        let number = open(folder(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard number >= 0 else { return errno }
        let descriptor = Descriptor(number)
        let code = fsync(descriptor.number) == 0 ? 0 : errno
        return code == EINVAL || code == ENOTSUP ? 0 : code
    }
}
