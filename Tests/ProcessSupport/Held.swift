import Foundation

/// What this process holds at a moment.
public struct Held: CustomStringConvertible {
    /// Open file descriptors.
    public var descriptors: Int
    /// Threads.
    public var threads: Int

    /// What is held once that is as wanted, or after many looks; threads that end take a moment.
    public static func now(_ isSettled: (Held) -> Bool) throws -> Held {
        var held = try now()
        for _ in 0..<200_000 where !isSettled(held) {
            sched_yield()
            held = try now()
        }
        return held
    }

    /// What is held now.
    public static func now() throws -> Held {
        let files = FileManager.default
        return Held(
            descriptors: try files.contentsOfDirectory(atPath: "/proc/self/fd").count,
            threads: try files.contentsOfDirectory(atPath: "/proc/self/task").count)
    }

    /// Both in words.
    public var description: String { "\(descriptors) descriptors and \(threads) threads" }
}
