/// Where lines end up. Owned and called by one thread; may block.
protocol LineSink: Sendable {
    /// Gets ready for a line of so many bytes: opened, locked, rotated as needed.
    ///
    /// - Parameter holdsUnsynchronized: Whether callers wait for the synchronization of earlier lines: those must be
    ///   served before the file behind them is exchanged.
    /// - Throws: ``StorageFault`` when lines cannot be stored now.
    mutating func prepare(
        forBytes count: Int, holdsUnsynchronized: Bool
    ) throws(StorageFault) -> LineSinkReadiness

    /// Stores a whole line or nothing. Called after ``prepare(forBytes:holdsUnsynchronized:)`` said `ready`.
    ///
    /// - Throws: ``StorageFault`` that says whether the line may be there nevertheless.
    mutating func append(_ line: [UInt8]) throws(StorageFault)

    /// Lets other processes write.
    mutating func release()

    /// Brings what was appended to the disk.
    ///
    /// - Throws: ``StorageFault`` when the disk does not confirm it.
    mutating func synchronize() throws(StorageFault)

    /// Frees everything; a later `prepare` starts anew.
    mutating func close()
}

/// Whether a line can be appended.
enum LineSinkReadiness: Sendable, Hashable {
    case ready
    /// Another process holds the lock.
    case busy
    /// Synchronize first, then prepare again.
    case synchronizeFirst
}
