import NotificationGateway

/// Reads scalars as the values that options take, and says what is wrong with them.
struct ValueReader {
    /// Stands for a secret that is not there in a dry run, where nobody needs it.
    static let placeholder = "not-set"

    let report: DiagnosticReport
    let sources: ValueSources

    /// The value of an option; `nil` when it is wrong, which is reported, or not there in a dry run.
    func value(_ node: YAMLNode, of field: OptionField) -> OptionValue? {
        guard let text = node.text else {
            report.error(node.place, "\(quoted(field.name)): expected \(field.type.expectation), found \(node.kind)")
            return nil
        }
        do throws(ValueReferences.Invalid) {
            let references = try ValueReferences(text)
            if let secret = secret(in: references, field) {
                report.warning(
                    node.place,
                    "\(quoted(field.name)) \(secret) in clear; give it by ${env:NAME} or ${file:path}")
            }
            switch sources.resolve(references) {
            case .value(let value): return typed(value, field, node, isVisible: !references.hasReference)
            case .missing(let what): return missing(what, field, node)
            }
        } catch {
            report.error(node.place, "\(quoted(field.name)): \(error.message)")
            return nil
        }
    }

    /// What of a value the file shows to everyone who can read it, though it should not.
    private func secret(in references: ValueReferences, _ field: OptionField) -> String? {
        switch field.type {
        case .secret where !references.hasReference && references.segments != [.literal("")]: "is a secret written"
        case .secret where references.hasVisibleDefault: "has a default, which is a secret written"
        case .url where references.hasVisiblePassword: "has a password written"
        default: nil
        }
    }

    private func missing(_ what: String, _ field: OptionField, _ node: YAMLNode) -> OptionValue? {
        guard sources.toleratesMissing || sources.ignoresMissing else {
            report.error(node.place, "\(quoted(field.name)): \(what)")
            return nil
        }
        if !sources.ignoresMissing {
            report.warning(node.place, "\(quoted(field.name)): \(what) before going live")
        }
        guard field.isRequired else { return nil }
        return switch field.type {
        case .secret: .secret(Secret(Self.placeholder))
        case .string, .path, .outputFile: .string(Self.placeholder)
        default: nil
        }
    }

    /// - Parameter isVisible: whether the value stands in the file, so that a message may repeat it.
    private func typed(_ text: String, _ field: OptionField, _ node: YAMLNode, isVisible: Bool) -> OptionValue? {
        if let value = field.type.value(text) {
            guard [.path, .outputFile].contains(field.type), case .string(let path) = value else { return value }
            return .string(sources.absolute(path))
        }
        // An @ in what should be a URL stands behind a user's name and password.
        let isPrivate = field.type == .secret || field.type == .url && text.contains("@")
        let found =
            !isVisible
            ? "a value from outside that is none"
            : isPrivate ? "a text that may hold a password" : quoted(text)
        report.error(
            node.place,
            "\(quoted(field.name)): expected \(field.type.expectation), found \(found)"
                + (isVisible ? field.type.hint(for: text) : ""))
        return nil
    }
}

extension OptionType {
    /// What it takes, for messages and documents.
    var expectation: String {
        switch self {
        case .string: "text"
        case .secret: "a secret"
        case .boolean: "true or false"
        case .integer(let range) where range.count == 1: "\(range.lowerBound)"
        case .integer(let range):
            range.upperBound == .max
                ? "a whole number from \(range.lowerBound)"
                : "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .duration: "a time such as 15s, 500ms, 2m or 1h"
        case .rate: "a rate such as 300/s or 1000/min"
        case .size: "a size such as 10MB, 512KiB or 4096"
        case .choice(let words): "one of \(words.joined(separator: ", "))"
        case .path, .outputFile: "a path"
        case .url: "a URL such as http://proxy.example:3128"
        }
    }

    /// The value that a text means.
    func value(_ text: String) -> OptionValue? {
        switch self {
        case .string: .string(text)
        case .secret: .secret(Secret(text))
        case .boolean:
            ["true": true, "True": true, "TRUE": true, "false": false, "False": false, "FALSE": false][text]
                .map(OptionValue.boolean)
        case .integer(let range): Int(text).flatMap { range.contains($0) ? .integer($0) : nil }
        case .duration: UnitParser.duration(text).map(OptionValue.duration)
        case .rate: UnitParser.rate(text).map(OptionValue.rate)
        case .size: UnitParser.size(text).map(OptionValue.integer)
        case .choice(let words): words.contains(text) ? .string(text) : nil
        case .path, .outputFile: text.isEmpty || text.utf8.contains(0) ? nil : .string(text)
        case .url: Self.isURL(text) ? .string(text) : nil
        }
    }

    private static func isURL(_ text: String) -> Bool {
        guard let scheme = ["http://", "https://", "socks5://", "socks5h://"].first(where: text.hasPrefix) else {
            return false
        }
        let host = text.dropFirst(scheme.count).prefix { $0 != "/" }
        return !host.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F }
    }

    /// The nearest thing that would be right.
    fileprivate func hint(for text: String) -> String {
        switch self {
        case .boolean:
            ["yes": "true", "on": "true", "1": "true", "no": "false", "off": "false", "0": "false"][text.lowercased()]
                .map { "; did you mean \($0)?" } ?? ""
        case .duration where Int(text) != nil: "; a unit is missing, did you mean \(text)s?"
        case .duration where UnitParser.isTooLong(text): "; the longest is \(UnitParser.longestDuration)"
        case .rate where Int(text) != nil: "; a unit is missing, did you mean \(text)/s?"
        case .choice(let words): NearestSpelling.hint(text, among: words)
        default: ""
        }
    }
}
