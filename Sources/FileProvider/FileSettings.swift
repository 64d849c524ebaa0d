/// How a file of notifications is kept.
public struct FileSettings: Sendable, Hashable {
    /// The file. Its folder must exist: a folder that vanished is an error, not something to paper over.
    public var path: String
    /// When lines reach the disk.
    public var flush: FlushPolicy
    /// The most bytes of a file before it is exchanged for a new one; `nil` lets it grow.
    public var maxSize: Int?
    /// How many old files are kept as `path.1` (the latest), `path.2`, …
    public var keep: Int
    /// Whether addresses, values and texts are written out instead of being masked.
    public var reveals: Bool

    /// Describes a file.
    public init(
        path: String, flush: FlushPolicy = .interval(.seconds(1)), maxSize: Int? = 100_000_000, keep: Int = 5,
        reveals: Bool = false
    ) {
        self.path = path
        self.flush = flush
        self.maxSize = maxSize
        self.keep = keep
        self.reveals = reveals
    }
}
