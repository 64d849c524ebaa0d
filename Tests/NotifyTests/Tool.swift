import Foundation
import ProcessSupport
import Testing
import VendorSandbox

/// The command-line tool beside a sandbox, with the configuration of the demonstration.
struct Tool {
    let sandbox: VendorSandbox
    let folder: TemporaryFolder
    var environment: [String: String]

    static let project = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static func make(mode: String = "live") async throws -> Tool {
        let sandbox = try await VendorSandbox.start()
        let folder = try TemporaryFolder()
        let demo = project.appendingPathComponent("Sources/Examples/Demo/providers.yaml").path
        let news = """
              shipped:
                parameters: { text: }
                text: "${text}"
                bindings: { aliyun-primary: { template_code: SMS_2000 } }

            routes:
              - name: news
                match: { category: notification }
                providers: [aliyun-primary]
            """
        let text = try read(demo).replacing("mode: live", with: "mode: \(mode)").replacing("routes:", with: news)
        try folder.write(text, to: "providers.yaml")
        return Tool(sandbox: sandbox, folder: folder, environment: ["SANDBOX_ENDPOINT": sandbox.endpoint])
    }

    func start(_ arguments: [String]) throws -> ChildProcess {
        try ChildProcess("notify", arguments, environment: environment, in: folder.path)
    }

    func run(_ arguments: String...) async throws -> ChildProcess.End { try await start(arguments).end() }

    /// Sends the code of the demonstration.
    func send(_ more: String..., to number: String = "13800138000") async throws -> ChildProcess.End {
        try await start(["send", "--to", number, "--template", "login-code", "--param", "code=271828"] + more).end()
    }

    func close() async { await sandbox.stop() }
}

extension ChildProcess.End {
    /// The one JSON object on standard output.
    func object(_ location: SourceLocation = #_sourceLocation) throws -> [String: Any] {
        let value = try JSONSerialization.jsonObject(with: Data(output.utf8))
        #expect(output.last == "\n" && output.dropLast().allSatisfy { $0 != "\n" }, sourceLocation: location)
        return try #require(value as? [String: Any], sourceLocation: location)
    }

    /// A list of objects in it.
    func list(_ key: String) throws -> [[String: Any]] { try #require(try object()[key] as? [[String: Any]]) }
}
