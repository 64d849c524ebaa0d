import ArgumentParser
import GatewayConfiguration
import NotificationGateway

struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Find every mistake in the configuration in one pass.",
        discussion: "Exit status: 0 when messages can be sent, warnings or not; 2 when there is any error.")

    @OptionGroup var mode: ModeOptions
    @OptionGroup var configuration: ConfigurationOptions

    @Flag(name: .long, help: "Print one JSON object.")
    var json = false

    private struct Report: Encodable {
        struct Entry: Encodable {
            var file: String
            var line: Int
            var column: Int
            var severity: String
            var message: String
        }

        var errors: Int
        var warnings: Int
        var diagnostics: [Entry]
    }

    func run() throws {
        let loaded = configuration.loader().load(path: configuration.config, mode: try mode.mode())
        let errors = loaded.diagnostics.count { $0.severity == .error }
        let warnings = loaded.diagnostics.count - errors
        if json {
            let entries = loaded.diagnostics.map {
                Report.Entry(
                    file: $0.file, line: $0.line, column: $0.column, severity: $0.severity.rawValue,
                    message: $0.text)
            }
            try Console.print(json: Report(errors: errors, warnings: warnings, diagnostics: entries))
        } else {
            for diagnostic in loaded.diagnostics { Console.print(diagnostic.description) }
            Console.error("\(configuration.config): \(errors) errors, \(warnings) warnings")
        }
        if errors > 0 { throw ExitStatus.usage }
    }
}
