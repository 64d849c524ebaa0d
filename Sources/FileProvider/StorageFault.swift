import Glibc
import NotificationGateway

/// A failed system call on the way to storage.
struct StorageFault: Error, Sendable, Hashable {
    /// What was tried, as the start of a sentence: `cannot write to 'var/notifications.jsonl'`.
    var action: String
    /// The system's error number.
    var code: Int32
    /// Whether a line surely is not in the file, or may be.
    var acceptance = Acceptance.rejected
    /// More for people, such as what was left behind.
    var remark = ""

    var providerError: ProviderError {
        ProviderError(.storageFailed, acceptance, message: "\(action): \(Self.words(for: code))\(remark)")
    }

    /// What happened and what to do.
    private static func words(for code: Int32) -> String {
        switch code {
        case ENOENT: "its folder does not exist; create it"
        case ENOTDIR: "a part of the path is not a folder"
        case EISDIR: "it is a folder; name a file"
        case EACCES, EPERM: "permission denied"
        case ENOSPC: "the disk is full; make room"
        case EDQUOT: "the disk quota is used up; make room"
        case EFBIG: "the limit on file sizes is reached; raise it or rotate earlier"
        case EROFS: "the file system is read-only"
        case EMFILE, ENFILE: "too many files are open"
        case ENAMETOOLONG: "the path is too long"
        case ELOOP: "the path has too many symbolic links"
        case EIO: "the disk reported an error"
        case ESPIPE: "it is a device or a pipe, which keeps nothing"
        case EPIPE: "nobody reads it any more"
        case EAGAIN: "its reader takes nothing, or the system has no room for another thread"
        case EBUSY: "other processes exchange it again and again"
        default: "system error \(code)"
        }
    }
}
