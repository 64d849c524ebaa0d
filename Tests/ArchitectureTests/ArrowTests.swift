import Foundation
import Testing

/// Who may import whom: docs/architecture.md as data.
private let arrows: [String: Set<String>] = [
    "NotificationGateway": ["Logging", "Metrics", "Tracing", "Synchronization", "Glibc", "Musl"],
    "HTTPTransport": [],
    "MessageAuthentication": ["CMessageDigest"],
    "CurlTransport": ["HTTPTransport", "CCurl", "Synchronization", "Glibc", "Musl", "Darwin"],
    "HTTPProviderSupport": ["NotificationGateway", "HTTPTransport", "Glibc"],
    "AliyunProvider": [
        "NotificationGateway", "HTTPProviderSupport", "HTTPTransport", "MessageAuthentication", "Synchronization",
    ],
    "FileProvider": ["NotificationGateway", "Logging", "Synchronization", "Glibc", "Musl", "Darwin"],
    "GatewayConfiguration": [
        "NotificationGateway", "Yams", "CYaml", "Logging", "Foundation", "FoundationEssentials", "Dispatch",
        "Synchronization", "Glibc",
    ],
    "GatewayOutbox": [
        "NotificationGateway", "HTTPProviderSupport", "GRDB", "GRDBSQLite", "Foundation", "Synchronization",
    ],
    "GatewayWebhooks": [
        "NotificationGateway", "GatewayOutbox", "HTTPTransport", "HTTPProviderSupport", "MessageAuthentication",
        "Logging",
    ],
    "GatewayServer": [
        "NotificationGateway", "GatewayOutbox", "MessageAuthentication", "HTTPProviderSupport", "HummingbirdCore",
        "NIOCore", "NIOPosix", "NIOHTTP1", "NIOSSL", "ServiceLifecycle", "Logging", "CoreMetrics",
        "Synchronization", "Glibc", "Musl",
    ],
    "DysmsEndpoint": [
        "NotificationGateway", "GatewayOutbox", "HTTPProviderSupport", "MessageAuthentication", "Synchronization",
    ],
    "ProviderConformance": ["NotificationGateway", "Synchronization"],
    "GatewayTestKit": ["NotificationGateway", "HTTPTransport", "ProviderConformance", "Synchronization"],
    "VendorSandbox": ["Crypto", "NIOCore", "NIOPosix", "NIOHTTP1", "Foundation", "Synchronization"],
    "notify": [
        "NotificationGateway", "GatewayConfiguration", "AliyunProvider", "FileProvider", "CurlTransport",
        "HTTPTransport", "GatewayOutbox", "GatewayServer", "GatewayWebhooks", "DysmsEndpoint", "VendorSandbox",
        "ArgumentParser", "ServiceLifecycle", "UnixSignals", "Logging", "Metrics", "Foundation", "Dispatch",
        "Synchronization", "Glibc", "Musl",
        "Darwin",
    ],
]

@Suite("The architecture")
struct ArrowTests {
    @Test("every module imports only what the table allows", arguments: arrows.keys.sorted())
    func imports(_ module: String) throws {
        let allowed = try #require(arrows[module])
        let files = Repository.files(below: "Sources/\(module)", endings: ["swift"])
        #expect(!files.isEmpty, "\(module) has no sources")
        for file in files {
            for name in Self.imports(in: try Repository.text(file)) where !allowed.contains(name) {
                Issue.record("\(file) imports \(name), which \(module) may not")
            }
        }
    }

    @Test("the manifest lets every module depend on just what the table allows")
    func manifest() async throws {
        let manifest = try await Manifest.read()
        for (module, allowed) in arrows {
            // What comes with the toolchain needs no dependency; libyaml comes with Yams.
            let expected = allowed.subtracting([
                "Synchronization", "Foundation", "FoundationEssentials", "Dispatch", "Glibc", "Musl", "Darwin", "CYaml",
            ])
            #expect(manifest[module] == expected, "\(module) of Package.swift and of the table differ")
        }
    }

    @Test("the README says of every product what it pulls in")
    func products() async throws {
        let section = try #require(try Repository.text("README.md").split(separator: "## What each product").last)
        let rows = section.prefix(while: { $0 != "#" })
        for module in arrows.keys { #expect(rows.contains("\n| `\(module)` |"), "the table has no row for \(module)") }
    }

    @Test("every folder of Sources is in the table, or is known to be no module that others may import")
    func noForgottenModule() throws {
        let known = Set(arrows.keys).union([
            "CCurl", "CMessageDigest", "Benchmarks", "Examples", "Simulation", "Fuzzing",
        ])
        let folders = try FileManager.default.contentsOfDirectory(
            atPath: Repository.root.appendingPathComponent("Sources").path)
        #expect(Set(folders).subtracting(known).isEmpty)
    }

    @Test("the check finds an import that is not allowed")
    func canFail() {
        let source = "import Logging\npublic import Foundation\n@testable import Yams\nimport struct Crypto.SHA256\n"
        #expect(Self.imports(in: source) == ["Logging", "Foundation", "Yams", "Crypto"])
    }

    /// The modules that a source imports.
    private static func imports(in source: String) -> [String] {
        source.split(separator: "\n").compactMap { line in
            var words = line.split(separator: " ")[...]
            while let word = words.first,
                word.hasPrefix("@") || ["public", "package", "internal", "private"].contains(word)
            {
                words.removeFirst()
            }
            guard words.popFirst() == "import", var name = words.popFirst() else { return nil }
            if ["struct", "class", "enum", "protocol", "func", "let", "var", "typealias"].contains(name) {
                name = words.popFirst() ?? name
            }
            return String(name.prefix { $0 != "." })
        }
    }
}
