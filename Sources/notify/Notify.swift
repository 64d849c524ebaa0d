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
            Serve.self, Keys.self, Outbox.self,
        ])

    /// Runs the tool. Exit status: 0 done, 1 rejected or failed, 2 usage or configuration, 3 uncertain.
    static func main() async {
        Console.occupyClosedStreams()
        // A reader that goes away must not end a send in the middle: writing then fails, and that is reported.
        signal(SIGPIPE, SIG_IGN)
        // A limit on the size of files is like a full disk: what is not written is an error, and no end.
        signal(SIGXFSZ, SIG_IGN)
        do {
            try refuseInvalidUTF8()
            let arguments = Array(CommandLine.arguments.dropFirst())
            try Arguments.refuseRepeated(arguments)
            var command = try parseAsRoot(Arguments.gathered(arguments))
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            exit(.done)
        } catch let failure as CommandFailure {
            Console.error("notify: \(failure.message)")
            exit(failure.status, printing: ErrorReport(failure.message, failure.diagnostics))
        } catch let status as ExitStatus {
            exit(status)
        } catch  where exitCode(for: error) == .success {
            // Help, version and completions are no errors.
            Console.print(raw: fullMessage(for: error))
            exit(.done)
        } catch {
            // Everything else that the argument parser throws is a wrong call.
            Console.error(fullMessage(for: error))
            exit(.usage, printing: ErrorReport(message(for: error)))
        }
    }

    /// Ends the process; where `--json` was asked for, whoever reads standard output gets an object on errors too.
    private static func exit(_ status: ExitStatus, printing report: ErrorReport? = nil) -> Never {
        let options = CommandLine.arguments.prefix { $0 != "--" }
        if let report, options.contains("--json") { try? Console.print(json: report) }
        guard let lost = Console.lostOutput else { Foundation.exit(status.rawValue) }
        Console.error("notify: standard output could not be written: \(lost)")
        // What is known of a message says more than that nobody could read it.
        Foundation.exit((status == .done ? .failed : status).rawValue)
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
