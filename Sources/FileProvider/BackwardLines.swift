import Glibc

/// The lines of a file from its last to its first, with bounded memory.
struct BackwardLines: ~Copyable {
    /// A longer line is none of ours and is skipped.
    static let longestLine = 1 << 20
    private static let chunkSize = 1 << 18

    private let descriptor: Descriptor
    /// Where ``buffer`` begins in the file.
    private var start: Int
    private var buffer: [UInt8] = []
    /// The end of the part of ``buffer`` that was not given out.
    private var end = 0
    private var skipsToLineBreak = false
    /// Tells one file from another, whatever its name has become.
    let identity: UInt64

    private init(_ descriptor: consuming Descriptor, size: Int, identity: UInt64) {
        self.descriptor = descriptor
        self.identity = identity
        start = size
    }

    /// Opens a file; `nil` when there is none in its folder.
    ///
    /// - Throws: ``StorageFault`` when it cannot be read, or is no file. A folder that vanished says nothing of what was in it.
    static func open(_ path: String) throws(StorageFault) -> BackwardLines? {
        let number = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard number >= 0 else {
            if errno == ENOENT, access(OpenFile.folder(of: path), F_OK) == 0 { return nil }
            throw StorageFault(action: "cannot read '\(path)'", code: errno)
        }
        let descriptor = Descriptor(number)
        var status = stat()
        guard fstat(number, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw StorageFault(action: "cannot read '\(path)'", code: ESPIPE)
        }
        return BackwardLines(descriptor, size: Int(status.st_size), identity: UInt64(status.st_ino))
    }

    /// The line before the one given last, without its line break; `nil` at the beginning of the file.
    ///
    /// - Throws: ``StorageFault`` when the disk fails.
    mutating func next() throws(StorageFault) -> ArraySlice<UInt8>? {
        while true {
            if let lineBreak = buffer[..<end].lastIndex(of: 0x0A) {
                let line = buffer[(lineBreak + 1)..<end]
                end = lineBreak
                if skipsToLineBreak {
                    skipsToLineBreak = false
                } else if !line.isEmpty {
                    return line
                }
            } else if start > 0 {
                try readEarlier()
            } else {
                guard end > 0, !skipsToLineBreak else { return nil }
                defer { end = 0 }
                return buffer[..<end]
            }
        }
    }

    private mutating func readEarlier() throws(StorageFault) {
        if end > Self.longestLine || skipsToLineBreak {
            skipsToLineBreak = true
            end = 0
        }
        let count = min(start, Self.chunkSize)
        var chunk = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let place = start - count + filled
            let got = chunk.withUnsafeMutableBytes { bytes in
                pread(descriptor.number, bytes.baseAddress?.advanced(by: filled), count - filled, place)
            }
            if got < 0, errno == EINTR { continue }
            // Cut shorter since it was opened: what is missing is gone.
            guard got > 0 else { throw StorageFault(action: "cannot read back", code: got < 0 ? errno : EIO) }
            filled += got
        }
        chunk.append(contentsOf: buffer[..<end])
        buffer = chunk
        start -= count
        end = buffer.count
    }
}
