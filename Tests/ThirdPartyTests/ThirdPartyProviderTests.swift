import Foundation
import ProcessSupport
import Testing

/// A package that stands outside this one and knows of it no more than its products: what docs/writing-a-provider.md builds.
@Suite("A provider in a package of its own")
struct ThirdPartyProviderTests {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    private static let fixture = root.appendingPathComponent("Tests/Fixtures/ThirdPartyProvider").path

    /// Builds the package at a path and runs its tests, sharing nothing with the build of this one but the versions of the
    /// packages that both use.
    private func test(_ package: String, scratch: TemporaryFolder) async throws -> ChildProcess.End {
        let versions = Self.root.appendingPathComponent("Package.resolved")
        try Data(contentsOf: versions).write(to: URL(fileURLWithPath: "\(package)/Package.resolved"))
        return try await ChildProcess.run(
            "/usr/bin/env", ["swift", "test", "--package-path", package, "--scratch-path", scratch.path],
            environment: ProcessInfo.processInfo.environment.merging(["TMPDIR": scratch.path]) { $1 })
    }

    @Test("passes the conformance suite, and fails it when it takes a failure for what it is not")
    func conformance() async throws {
        let scratch = try TemporaryFolder()
        let end = try await test(Self.fixture, scratch: scratch)
        try #require(end.status == 0, "\(end.output)\n\(end.errors)")
        #expect(end.output.contains("PostBox keeps every rule"))

        // The same build goes on with a copy that is broken on purpose: only the copy is compiled.
        let copy = try TemporaryFolder()
        let package = copy.file("ThirdPartyProvider")
        try FileManager.default.copyItem(atPath: Self.fixture, toPath: package)
        try edit("\(package)/Package.swift", #""../../..""#, "\"\(Self.root.path)\"")
        try edit(
            "\(package)/Sources/PostBoxProvider/PostBoxAnswer.swift", ".unknown : .rejected", ".rejected : .unknown")
        let broken = try await test(package, scratch: scratch)
        #expect(broken.status == 1 && broken.output.contains("failures are classified"), "\(broken.errors)")
    }

    private func edit(_ path: String, _ old: String, _ new: String) throws {
        let text = try read(path)
        try #require(text.contains(old), "\(path) has no \(old)")
        try text.replacing(old, with: new).write(toFile: path, atomically: true, encoding: .utf8)
    }

    @Test("is written in less than 150 lines, tests included, blank lines and comments left out")
    func size() throws {
        let files = try #require(FileManager.default.enumerator(atPath: Self.fixture)).compactMap { $0 as? String }
            .filter { $0.hasSuffix(".swift") && $0 != "Package.swift" && !$0.hasPrefix(".") }
        #expect(files.count == 4)
        let lines = try files.flatMap { try read("\(Self.fixture)/\($0)").split(separator: "\n") }
            .map { $0.trimmingPrefix(while: \.isWhitespace) }.filter { !$0.isEmpty && !$0.hasPrefix("//") }
        #expect(lines.count < 150)
    }
}
