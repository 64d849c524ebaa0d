import Foundation
import GatewayTestKit
import HTTPProviderSupport
import NotificationGateway
import ProcessSupport
import Testing

@testable import GatewayServer

@Suite("docs/http-api.md")
struct GuideTests {
    private static let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("docs/http-api.md")

    @Test("every example runs, one after the other, and is answered well")
    func examples() async throws {
        let blocks = try String(contentsOf: Self.page, encoding: .utf8).components(separatedBy: "```sh\n").dropFirst()
            .map { String($0.prefix(upTo: $0.firstRange(of: "```")?.lowerBound ?? $0.endIndex)) }
        #expect(blocks.count >= 7)
        var setup = ServerFixture.Setup()
        setup.grants = [KeyRecord.Grant(scopes: [.admin])]
        try await ServerFixture.run(setup) { server in
            for block in blocks {
                let end = try await ChildProcess.run(
                    "/bin/sh", ["-ec", block],
                    environment: [
                        "PATH": "/usr/bin:/bin", "GATEWAY": "http://127.0.0.1:\(server.port)", "KEY": server.keys[0],
                    ])
                #expect(end.status == 0, "\(block)\n\(end.output)\n\(end.errors)")
            }
            #expect(!server.provider.requests.isEmpty)
        }
    }

    @Test("names every scope and every member of a message")
    func names() throws {
        let text = try String(contentsOf: Self.page, encoding: .utf8)
        for scope in KeyScope.allCases { #expect(text.contains("| `\(scope.rawValue)` |")) }
        guard case .object(let members)? = OpenAPIDocument.value.at("components/schemas/Message/properties") else {
            Issue.record("no schema")
            return
        }
        for member in members { #expect(text.contains("`\(member.name)`"), "\(member.name)") }
    }
}
