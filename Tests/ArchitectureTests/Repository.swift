import Foundation

/// The checkout that these tests are part of.
enum Repository {
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    /// Every file below a folder with one of the endings, by its path from the root.
    static func files(below folder: String, endings: Set<String>) -> [String] {
        let base = root.appendingPathComponent(folder)
        guard let enumerator = FileManager.default.enumerator(atPath: base.path) else { return [] }
        return enumerator.compactMap { $0 as? String }
            .filter { endings.contains(($0 as NSString).pathExtension) }
            .map { "\(folder)/\($0)" }
            .sorted()
    }
}
