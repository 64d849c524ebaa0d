import NotificationGateway

/// Tells contents apart without keeping them: secrets are among them.
///
/// The hash is seeded anew in each process, so nobody can make two contents that it takes for one.
struct ContentDigest: Sendable, Hashable {
    private var hash = 0
    private var count = 0

    /// Takes in what was read, piece by piece; where one piece ends and the next begins counts.
    mutating func add(_ bytes: some Collection<UInt8>) {
        var hasher = Hasher()
        hasher.combine(hash)
        hasher.combine(bytes.count)
        for byte in bytes { hasher.combine(byte) }
        hash = hasher.finalize()
        count += bytes.count
    }
}

/// Gathers the digest of everything that one load reads: the file, and what its `${file:…}` name.
final class ContentRecord {
    private(set) var digest = ContentDigest()

    func add(_ bytes: some Collection<UInt8>) { digest.add(bytes) }
}
