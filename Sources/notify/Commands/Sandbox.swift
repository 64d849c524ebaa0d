import ArgumentParser
import Foundation
import VendorSandbox

struct Sandbox: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run a fake vendor on this machine until interrupted.",
        discussion: """
            It checks signatures like the real one. GET /inbox shows what every phone received. Scripts, accounts and the
            other addresses are described in docs/sandbox.md.
            """)

    @Option(name: .long, help: "The port on 127.0.0.1; 0 takes a free one.")
    var port = 0

    @Option(name: .long, help: "A JSON file that says which requests fail, and how.")
    var script: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "A customer besides those that it has: ID:SECRET, or ID:SECRET:TOKEN for a temporary key.",
            valueName: "key"))
    var account: [String] = []

    func validate() throws {
        guard (0...65_535).contains(port) else { throw ValidationError("--port takes a number from 0 to 65535") }
    }

    func run() async throws {
        let rules = try rules()
        let accounts = try SandboxConfiguration.defaultAccounts + account.map(Self.account)
        let sandbox: VendorSandbox
        do {
            sandbox = try await VendorSandbox.start(SandboxConfiguration(port: port, accounts: accounts))
        } catch {
            throw CommandFailure(.failed, "the sandbox could not start on port \(port): \(Self.reason(error))")
        }
        await sandbox.script(rules)
        let endpoint = sandbox.endpoint
        let lines = accounts.map { account in
            let token = account.securityToken.map { ", security_token: \($0)" } ?? ""
            return "access_key_id: \(account.accessKeyID), access_key_secret: \(account.secret)\(token)"
        }
        await Interruption.wait {
            Console.print("sandbox listening on \(endpoint)")
            for line in lines { Console.print(line) }
            // A sandbox whose address nobody learns serves nobody.
            return Console.lostOutput == nil
        }
        await sandbox.stop()
    }

    private static func account(_ text: String) throws -> SandboxConfiguration.Account {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard (2...3).contains(parts.count), !parts.contains("") else {
            throw CommandFailure(.usage, "--account: expected ID:SECRET or ID:SECRET:TOKEN")
        }
        return SandboxConfiguration.Account(
            accessKeyID: parts[0], secret: parts[1], securityToken: parts.count == 3 ? parts[2] : nil)
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
