import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The operating system's secure random numbers.
///
/// On Linux they are fetched in blocks, because a system call for each number costs more than signing with it.
public struct SystemRandom: RandomSource {
    /// Makes the source.
    public init() {}

    /// Sixty-four random bits.
    public func next() -> UInt64 {
        #if os(Linux)
            if let pool = RandomPool.shared { return pool.next() }
        #endif
        var generator = SystemRandomNumberGenerator()
        return generator.next()
    }
}

#if os(Linux)
    /// Random words that the kernel gave and nobody has seen yet.
    ///
    /// They lie in a page that the kernel empties in a forked child (`MADV_WIPEONFORK`), so parent and child never hand
    /// out the same word. A word is erased when it is handed out.
    private final class RandomPool: Sendable {
        /// `nil` where the kernel cannot promise to empty the page (Linux before 4.14).
        static let shared = RandomPool()

        /// The first word counts those left; the others are the words.
        ///
        /// `nonisolated(unsafe)`: the pointer never changes, and what it points to is touched under the lock alone.
        private nonisolated(unsafe) let page: UnsafeMutablePointer<UInt64>
        private let lock = Mutex(())

        /// `getentropy` gives at most 256 bytes at a time.
        private static let words = 32
        private static let pageSize = 4096
        /// `MADV_WIPEONFORK`, which the headers of some C libraries lack.
        private static let wipeOnFork: Int32 = 18

        private init?() {
            let memory = mmap(nil, Self.pageSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
            guard let memory, memory != MAP_FAILED else { return nil }
            guard madvise(memory, Self.pageSize, Self.wipeOnFork) == 0 else {
                munmap(memory, Self.pageSize)
                return nil
            }
            page = memory.bindMemory(to: UInt64.self, capacity: Self.words + 1)
        }

        func next() -> UInt64 {
            lock.withLock { _ in
                if page[0] == 0 { refill() }
                let place = Int(page[0])
                let word = page[place]
                page[place] = 0
                page[0] -= 1
                return word
            }
        }

        private func refill() {
            let result = getentropy(page + 1, Self.words * MemoryLayout<UInt64>.size)
            precondition(result == 0, "the system has no random numbers")
            page[0] = UInt64(Self.words)
        }
    }
#endif
