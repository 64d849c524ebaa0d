import Foundation

/// A folder of the disk on which the benchmark is called, which goes with it.
struct BenchmarkFolder {
    let path: String

    init(_ name: String) throws {
        path = FileManager.default.currentDirectoryPath + "/.\(name)-benchmark-\(getpid())"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }

    /// The bytes of a database, its log included.
    func size(of name: String) -> Double {
        ["", "-wal"].reduce(0) { sum, suffix in
            let attributes = try? FileManager.default.attributesOfItem(atPath: "\(path)/\(name)\(suffix)")
            return sum + ((attributes?[.size] as? NSNumber)?.doubleValue ?? 0)
        }
    }
}
