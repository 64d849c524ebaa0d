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

    func validate() throws {
        guard (0...65_535).contains(port) else { throw ValidationError("--port takes a number from 0 to 65535") }
    }

    func run() async throws {
        let rules = try rules()
        let sandbox: VendorSandbox
        do {
            sandbox = try await VendorSandbox.start(SandboxConfiguration(port: port))
        } catch {
            throw CommandFailure(.failed, "the sandbox could not start on port \(port): \(Self.reason(error))")
        }
        await sandbox.script(rules)
        Console.print("sandbox listening on \(sandbox.endpoint)")
        Console.print("access_key_id: sandbox-key-id, access_key_secret: sandbox-key-secret")
        await Interruption.wait()
        await sandbox.stop()
    }

    /// The socket library's errors are told apart by their text alone.
    private static func reason(_ error: any Error) -> String {
        let text = "\(error)"
        if text.contains(String(cString: strerror(EADDRINUSE))) {
            return "it is taken; name another, or 0 for a free one"
        }
        if text.contains(String(cString: strerror(EACCES))) { return "it may not be used; name one above 1023" }
        return text
    }

    private func rules() throws -> [ScriptRule] {
        guard let script else { return [] }
        let bytes: [UInt8]
        do throws(InputFile.Fault) { bytes = try InputFile.bytes(script) } catch {
            throw CommandFailure(.usage, "--script: \(script) \(error.message)")
        }
        do { return try ScriptRule.parse(Data(bytes)) } catch {
            throw CommandFailure(.usage, "--script: \(script): \(error)")
        }
    }
}
