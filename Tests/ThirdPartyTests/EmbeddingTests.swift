import Foundation
import ProcessSupport
import Testing

/// A package that stands outside this one and embeds the gateway.
@Suite("A service that embeds the gateway")
struct EmbeddingTests {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    @Test("builds no web server, no event loop and no database")
    func dependencies() async throws {
        let scratch = try TemporaryFolder()
        let package = Self.root.appendingPathComponent("Tests/Fixtures/EmbeddingService").path
        let versions = Self.root.appendingPathComponent("Package.resolved")
        try Data(contentsOf: versions).write(to: URL(fileURLWithPath: "\(package)/Package.resolved"))
        let run = try await ChildProcess.run(
            "/usr/bin/env",
            ["swift", "run", "--package-path", package, "--scratch-path", scratch.path, "EmbeddingService"],
            environment: ProcessInfo.processInfo.environment.merging(["TMPDIR": scratch.path]) { $1 })
        try #require(run.status == 0, "\(run.output)\n\(run.errors)")
        #expect(run.output.hasSuffix("dry-run\n"))

        // Folders are made for every target; a module stands for one that was built.
        let built = try FileManager.default.contentsOfDirectory(atPath: scratch.file("debug/Modules"))
            .filter { $0.hasSuffix(".swiftmodule") }.map { $0.dropLast(12) }
        #expect(built.contains("NotificationGateway") && built.contains("CurlTransport") && built.contains("Yams"))
        let heavy = [
            "NIO", "CNIO", "Hummingbird", "GRDB", "Crypto", "AsyncHTTPClient", "GatewayServer", "GatewayOutbox",
        ]
        for name in built {
            #expect(
                !heavy.contains { name.hasPrefix($0) }, "\(name) was built for a service that only embeds the gateway")
        }
    }
}
