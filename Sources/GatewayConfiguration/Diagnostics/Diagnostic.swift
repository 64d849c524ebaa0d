/// One mistake in a configuration file: where it is, what is wrong and what is expected.
///
/// Never holds the value of a secret.
public struct Diagnostic: Sendable, Hashable, CustomStringConvertible {
    /// How bad it is.
    public enum Severity: String, Sendable, Hashable {
        /// The configuration cannot be used.
        case error
        /// It can, and probably does something else than was meant.
        case warning
    }

    /// The file as the caller named it.
    public var file: String
    /// The line, from 1.
    public var line: Int
    /// The column in characters, from 1.
    public var column: Int
    /// How bad it is.
    public var severity: Severity
    /// What is wrong, what was expected, and the nearest spelling.
    public var text: String

    /// Describes a mistake.
    public init(file: String, line: Int, column: Int, severity: Severity, text: String) {
        self.file = file
        self.line = line
        self.column = column
        self.severity = severity
        self.text = text
    }

    /// `file:line:column: error: text`, as compilers write it.
    public var description: String { "\(file):\(line):\(column): \(severity.rawValue): \(text)" }
}
