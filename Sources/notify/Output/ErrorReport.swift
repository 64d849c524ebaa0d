import GatewayConfiguration

/// What `--json` prints instead of a result when the command cannot be carried out.
struct ErrorReport: Encodable {
    struct Fault: Encodable {
        var message: String
        var diagnostics: [DiagnosticReport]
    }

    var error: Fault

    init(_ message: String, _ diagnostics: [Diagnostic] = []) {
        error = Fault(message: message, diagnostics: diagnostics.map(DiagnosticReport.init))
    }
}

/// One mistake in the configuration.
struct DiagnosticReport: Encodable {
    var file: String
    var line: Int
    var column: Int
    var severity: String
    var message: String

    init(_ diagnostic: Diagnostic) {
        file = diagnostic.file
        line = diagnostic.line
        column = diagnostic.column
        severity = diagnostic.severity.rawValue
        message = diagnostic.text
    }
}
