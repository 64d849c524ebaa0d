import Glibc
import Logging
import NotificationGateway

/// An append-only file of lines that several processes may share.
///
/// How lines stay whole:
///
/// - every line is one `write(2)` on a descriptor with `O_APPEND`, under an advisory `flock(2)` on the file;
/// - after locking, the path must still name the open file: another process may have rotated it, so it is opened again;
/// - a write that the disk takes only in part is undone with `ftruncate(2)` while the lock is still held;
/// - a half line that a crash left at the end of the file is closed by a line break before the next line.
///
/// Devices and pipes have no length: there, locking, rotation and undoing do not apply.
struct LineFile: LineSink {
    /// When the file is exchanged for a new one.
    struct Rotation: Sendable, Hashable {
        /// The most bytes of a file, unless a single line is longer.
        var maxSize: Int
        /// How many old files are kept as `path.1` (the latest), `path.2`, …
        var keep: Int
    }

    let path: String
    let rotation: Rotation?
    /// Whether content must reach the disk before the file is let go.
    let synchronizes: Bool
    let calls: SystemCalls
    let logger: Logger

    private var file: OpenFile?
    private var rotationFailed = false

    /// Describes a file; nothing is opened yet.
    init(path: String, rotation: Rotation?, synchronizes: Bool, calls: SystemCalls = .real, logger: Logger) {
        self.path = path
        self.rotation = rotation
        self.synchronizes = synchronizes
        self.calls = calls
        self.logger = logger
    }

    // MARK: Getting ready

    /// Each round ends because another process exchanged the file; nobody does that so often in good faith.
    private static let mostRounds = 64

    mutating func prepare(
        forBytes count: Int, holdsUnsynchronized: Bool
    ) throws(StorageFault) -> LineSinkReadiness {
        for _ in 0..<Self.mostRounds {
            guard let file else {
                self.file = try OpenFile(path: path, logsCreation: synchronizes)
                continue
            }
            guard file.isRegular else { return .ready }
            if !file.isLocked {
                guard try file.lock(path) else { return .busy }
                guard file.isNamed(by: path) else {
                    if holdsUnsynchronized { return .synchronizeFirst }
                    close()
                    continue
                }
            }
            guard let rotation, !rotationFailed, try file.size(path) > 0,
                try file.size(path) + count > rotation.maxSize
            else { return .ready }
            if holdsUnsynchronized { return .synchronizeFirst }
            rotate(rotation)
        }
        throw StorageFault(action: "cannot lock '\(path)'", code: EBUSY)
    }

    /// Exchanges the file while its lock is held; the last step takes the path away, so that a crash on the way loses nothing.
    private mutating func rotate(_ rotation: Rotation) {
        guard rotation.keep > 0 else {
            if unlink(path) != 0 { return reportRotation(errno) }
            return close()
        }
        for number in stride(from: rotation.keep - 1, through: 0, by: -1) {
            let source = number == 0 ? path : "\(path).\(number)"
            if rename(source, "\(path).\(number + 1)") != 0, errno != ENOENT { return reportRotation(errno) }
        }
        close()
    }

    /// A file that grows too long is better than a message lost: lines go on into the old file until it is opened again.
    private mutating func reportRotation(_ code: Int32) {
        rotationFailed = true
        let fault = StorageFault(action: "cannot rotate '\(path)'", code: code)
        logger.warning("rotation failed", metadata: ["notify.error": "\(fault.providerError.message)"])
    }

    // MARK: Lines

    mutating func append(_ line: [UInt8]) throws(StorageFault) {
        guard let file else { preconditionFailure("prepare comes before append") }
        guard file.isRegular else { return try appendToDevice(line, file) }
        let end = try file.size(path)
        let bytes = try file.endsWithHalfLine(size: end, path) ? [0x0A] + line : line
        let (written, code) = calls.writeAll(bytes, to: file.number)
        guard code != 0 else {
            file.isDirty = true
            return
        }
        let isUndone = written == 0 || file.truncate(to: end, ifSizeIs: end + written)
        throw StorageFault(
            action: "cannot write to '\(path)'", code: code,
            remark: isUndone ? "" : " (half a line is left behind; the next line starts on its own)")
    }

    private func appendToDevice(_ line: [UInt8], _ file: OpenFile) throws(StorageFault) {
        let (written, code) = calls.writeAll(line, to: file.number)
        guard code != 0 else { return }
        // What went into a pipe cannot be taken back.
        throw StorageFault(
            action: "cannot write to '\(path)'", code: code, acceptance: written > 0 ? .unknown : .rejected)
    }

    mutating func release() { file?.unlock() }

    /// - Throws: ``StorageFault`` with acceptance `unknown`: the lines are in the file, and may or may not survive.
    mutating func synchronize() throws(StorageFault) {
        guard let file, file.isDirty else { return }
        file.isDirty = false
        var code = calls.synchronize(file.number)
        if code == EINVAL || code == ENOTSUP { code = 0 }
        if code == 0, file.isNew {
            code = OpenFile.synchronizeFolder(of: path)
            file.isNew = code != 0
        }
        guard code != 0 else { return }
        throw StorageFault(
            action: "cannot bring '\(path)' to the disk", code: code, acceptance: .unknown,
            remark: "; lines since the last success may not survive a loss of power")
    }

    mutating func close() {
        if synchronizes {
            do throws(StorageFault) { try synchronize() } catch {
                logger.error("flush failed", metadata: ["notify.error": "\(error.providerError.message)"])
            }
        }
        rotationFailed = false
        file = nil
    }
}
