import ArgumentParser
import GatewayConfiguration
import NotificationGateway

struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Find every mistake in the configuration in one pass.",
        usage: """
            notify check [--dry-run] [--live] [--config <config>] [--verbose]
                         [--json]
            """,
        discussion: "Exit status: 0 when messages can be sent, warnings or not; 2 when there is any error.")

    @OptionGroup var mode: ModeOptions
    @OptionGroup var configuration: ConfigurationOptions

    @Flag(name: .long, help: "Print one JSON object.")
    var json = false

    private struct Report: Encodable {
        var errors: Int
        var warnings: Int
        var diagnostics: [DiagnosticReport]
    }

    func run() throws {
        let loaded = try configuration.load(mode: mode.mode(), serves: true)
        let errors = loaded.diagnostics.count { $0.severity == .error }
        let warnings = loaded.diagnostics.count - errors
        if json {
            let entries = loaded.diagnostics.map(DiagnosticReport.init)
            try Console.print(json: Report(errors: errors, warnings: warnings, diagnostics: entries))
        } else {
            for diagnostic in loaded.diagnostics { Console.print(diagnostic.description) }
            Console.error("\(configuration.config): \("error".counted(errors)), \("warning".counted(warnings))")
        }
        if errors > 0 { throw ExitStatus.usage }
    }
}
