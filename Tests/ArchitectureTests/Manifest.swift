import Foundation
import ProcessSupport
import Testing

/// The targets of Package.swift, as SwiftPM understands them.
enum Manifest {
    private struct Dump: Decodable {
        var targets: [Target]
    }

    private struct Target: Decodable {
        var name: String
        var dependencies: [[String: [Part?]]]

        /// Every form of dependency begins with the name of the target or product.
        var names: [String] { dependencies.flatMap(\.values).compactMap { $0.first??.name } }
    }

    /// A name, or a condition, which is an object.
    private struct Part: Decodable {
        var name: String?

        init(from decoder: any Decoder) throws {
            name = try? decoder.singleValueContainer().decode(String.self)
        }
    }

    /// What each target depends on, by its name.
    static func read() async throws -> [String: Set<String>] {
        // A scratch folder of its own: the usual one may be locked by who runs the tests.
        let scratch = try TemporaryFolder()
        let end = try await ChildProcess.run(
            "/usr/bin/env",
            [
                "swift", "package", "--package-path", Repository.root.path, "--scratch-path", scratch.path,
                "dump-package",
            ],
            environment: ProcessInfo.processInfo.environment.merging(["TMPDIR": scratch.path]) { $1 })
        try #require(end.status == 0, "\(end.errors)")
        let dump = try JSONDecoder().decode(Dump.self, from: Data(end.output.utf8))
        return Dictionary(uniqueKeysWithValues: dump.targets.map { ($0.name, Set($0.names)) })
    }
}
