import ArgumentParser
import Foundation
import VendorSandbox

struct Sandbox: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run a fake vendor on this machine until interrupted.",
        discussion: "It checks signatures like the real one. GET /inbox shows what every phone received.")

    @Option(name: .long, help: "The port on 127.0.0.1; 0 takes a free one.")
    var port = 0

    @Option(name: .long, help: "A JSON file that says which requests fail, and how.")
    var script: String?

    func run() async throws {
        let rules = try rules()
        let sandbox: VendorSandbox
        do {
            sandbox = try await VendorSandbox.start(SandboxConfiguration(port: port))
        } catch {
            throw CommandFailure(.failed, "the sandbox could not start on port \(port): \(error)")
        }
        await sandbox.script(rules)
        let endpoint = sandbox.endpoint
        await Interruption.wait {
            Console.print("sandbox listening on \(endpoint)")
            Console.print("access_key_id: sandbox-key-id, access_key_secret: sandbox-key-secret")
        }
        await sandbox.stop()
    }

    private func rules() throws -> [ScriptRule] {
        guard let script else { return [] }
        do {
            return try ScriptRule.parse(Data(contentsOf: URL(fileURLWithPath: script)))
        } catch {
            throw CommandFailure(.usage, "\(script): \(error)")
        }
    }
}
