/// Gathers the mistakes of one file; a hopeless file gets the first thousand and a count.
final class DiagnosticReport {
    /// More than anybody mends in one go.
    private static let most = 1_000

    private let file: String
    private var diagnostics: [Diagnostic] = []
    private var suppressed = 0
    /// How many errors were found, shown or not.
    private(set) var errorCount = 0
    var hasErrors: Bool { errorCount > 0 }
    /// Whether what is found now is only counted.
    var isFull: Bool { diagnostics.count >= Self.most }
    /// Places where nothing can be read, which is said once.
    private var silenced: Set<YAMLPlace> = []
    private var seen: Set<Diagnostic> = []

    init(file: String) {
        self.file = file
    }

    func error(_ place: YAMLPlace, _ text: @autoclosure () -> String) { add(.error, place, text()) }

    /// What stands at the place cannot be read: everything else about it would only follow from that.
    func unreadable(_ place: YAMLPlace, _ text: String) {
        error(place, text)
        silenced.insert(place)
    }

    func warning(_ place: YAMLPlace, _ text: @autoclosure () -> String) { add(.warning, place, text()) }

    func add(_ severity: Diagnostic.Severity, _ place: YAMLPlace, _ text: @autoclosure () -> String) {
        if severity == .error { errorCount += 1 }
        guard !silenced.contains(place) else { return }
        guard !isFull else {
            suppressed += 1
            return
        }
        let diagnostic = Diagnostic(
            file: file, line: place.line, column: place.column, severity: severity, text: printable(text()))
        // A block that is merged or aliased into several places is read as often.
        if seen.insert(diagnostic).inserted { diagnostics.append(diagnostic) }
    }

    /// All of them in the order of the file.
    func sorted() -> [Diagnostic] {
        var sorted = diagnostics.sorted { ($0.line, $0.column) < ($1.line, $1.column) }
        if suppressed > 0, let last = sorted.last {
            sorted.append(
                Diagnostic(
                    file: file, line: last.line, column: last.column, severity: hasErrors ? .error : .warning,
                    text: "\(suppressed) more are not shown; mend these first"))
        }
        return sorted
    }

    /// The file's own words stand in messages: nothing in them may steer a terminal or reorder the line.
    private func printable(_ text: String) -> String {
        var printable = ""
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate:
                printable += "\\u{\(String(scalar.value, radix: 16))}"
            default: printable.unicodeScalars.append(scalar)
            }
        }
        return printable
    }
}

/// A word of the file as messages show it: quoted, and not the whole of a long one. Nothing of the form `user:password@host`
/// is shown.
func quoted(_ word: String) -> String {
    if let at = word.lastIndex(of: "@"), word[..<at].contains(":") { return "a text that may hold a password" }
    return word.count > 60 ? "'\(word.prefix(60))…'" : "'\(word)'"
}
