import Glibc

/// The calls that fail on a sick disk; tests put failing ones in their place.
struct SystemCalls: Sendable {
    /// Writes bytes: how many were taken, or the negative error number.
    var write: @Sendable (Int32, UnsafeRawBufferPointer) -> Int
    /// Brings a file's content to the disk: 0, or the error number.
    var synchronize: @Sendable (Int32) -> Int32

    static let real = SystemCalls(
        write: { descriptor, bytes in
            let count = Glibc.write(descriptor, bytes.baseAddress, bytes.count)
            return count < 0 ? -Int(errno) : count
        },
        // Metadata such as times may lag; size and content may not.
        synchronize: { fdatasync($0) == 0 ? 0 : errno })
}

/// A file descriptor with one owner.
struct Descriptor: ~Copyable {
    let number: Int32

    init(_ number: Int32) { self.number = number }

    deinit { close(number) }
}

extension SystemCalls {
    /// Writes all bytes, in one call unless the system takes only a part: the count written, and the error that stopped it.
    func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> (written: Int, code: Int32) {
        bytes.withUnsafeBytes { buffer in
            var written = 0
            while written < buffer.count {
                let count = write(descriptor, UnsafeRawBufferPointer(rebasing: buffer[written...]))
                if count > 0 {
                    written += count
                } else if count != -Int(EINTR) {
                    // A call that takes nothing and reports nothing would go on for ever.
                    return (written, count == 0 ? EIO : Int32(-count))
                }
            }
            return (written, 0)
        }
    }
}
