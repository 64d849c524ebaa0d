import ArgumentParser
import Foundation

/// The command-line tool: reads the arguments, runs one command, and turns what happened into an exit status.
@main
struct Notify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "notify",
        abstract: "Sends notifications through whichever vendor the configuration names.",
        version: "0.1.0",
        subcommands: [
            Send.self, Explain.self, Check.self, Query.self, Sandbox.self, Providers.self, Templates.self, Schema.self,
        ])

    /// Runs the tool. Exit status: 0 done, 1 rejected or failed, 2 usage or configuration, 3 uncertain.
    static func main() async {
        do {
            try refuseInvalidUTF8()
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let failure as CommandFailure {
            Console.error("notify: \(failure.message)")
            Foundation.exit(failure.status.rawValue)
        } catch let status as ExitStatus {
            Foundation.exit(status.rawValue)
        } catch {
            exitAsUsage(error)
        }
    }

    /// Help and version are no errors; everything else that the argument parser throws is a wrong call.
    private static func exitAsUsage(_ error: any Error) -> Never {
        let message = fullMessage(for: error)
        guard exitCode(for: error) == .success else {
            Console.error(message)
            Foundation.exit(ExitStatus.usage.rawValue)
        }
        Console.print(message)
        Foundation.exit(ExitStatus.done.rawValue)
    }

    /// Swift repairs broken text in arguments silently; a message must not be sent with characters that nobody wrote.
    private static func refuseInvalidUTF8() throws {
        for index in 1..<max(1, Int(CommandLine.argc)) {
            guard let argument = CommandLine.unsafeArgv[index] else { continue }
            guard String(validatingCString: argument) != nil else {
                throw CommandFailure(.usage, "argument \(index) is not valid UTF-8; write it in UTF-8")
            }
        }
    }
}
