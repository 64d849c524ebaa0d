import NotificationGateway

/// One mapping of the file, its keys checked against its ``Section``.
struct MappingReader {
    let place: YAMLPlace
    let values: ValueReader
    private let nodes: [String: YAMLNode]
    private let known: [String]
    private let unknown: [String]

    var report: DiagnosticReport { values.report }

    /// Checks what the node is and which keys it has; `nil` when it is no mapping.
    init?(_ node: YAMLNode, _ section: Section, _ values: ValueReader, at place: YAMLPlace? = nil) {
        guard case .mapping(let entries) = node.content else {
            values.report.error(node.place, "expected \(section.title) as a mapping, found \(node.kind)")
            return nil
        }
        self.place = place ?? node.place
        self.values = values
        let known = section.keys.map(\.name)
        self.known = known
        nodes = Dictionary(entries.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
        let unknown = entries.filter { !known.contains($0.key) }
        self.unknown = unknown.map(\.key).filter { section.refused[$0] == nil }
        for entry in unknown { values.report.error(entry.keyPlace, Self.refusal(of: entry.key, section)) }
        for key in section.keys where key.isRequired && nodes[key.name] == nil && !isMisspelt(key.name) {
            values.report.error(self.place, "\(section.title) needs the key '\(key.name)': \(key.help)")
        }
    }

    private static func refusal(of key: String, _ section: Section) -> String {
        if let reason = section.refused[key] { return "\(section.title) does not take \(quoted(key)): \(reason)" }
        let known = section.keys.map(\.name)
        return "unknown key \(quoted(key)) in \(section.title)"
            + NearestSpelling.hint(key, among: known, orElse: "it takes \(listed(known))")
    }

    /// Whether a key is there under a misspelt name only.
    func isMisspelt(_ key: String) -> Bool {
        // In a hopeless file nobody is told any more.
        guard nodes[key] == nil, !unknown.isEmpty, !report.isFull else { return false }
        return unknown.contains { NearestSpelling.of($0, among: known) == key }
    }

    /// Whether a key is there, be it under a misspelt name.
    func isGiven(_ key: String) -> Bool { nodes[key] != nil || isMisspelt(key) }

    /// The names under a key, whatever stands behind them; `nil` where the key itself is reported already, so that nobody knows
    /// which names there are.
    func names(_ key: String) -> [String]? {
        if case .mapping(let entries)? = nodes[key]?.content { return entries.map(\.key) }
        return isGiven(key) ? nil : []
    }

    subscript(key: String) -> YAMLNode? { nodes[key] }

    func value(_ field: OptionField) -> OptionValue? { nodes[field.name].flatMap { values.value($0, of: field) } }

    /// The values of the fields that are given and right.
    func values(_ fields: [OptionField]) -> OptionValues {
        var result = OptionValues()
        for field in fields {
            if let value = value(field) { result[field.name] = value }
        }
        return result
    }

    /// The names of the fields that are reported already, as wrong or lacking.
    func unreadable(_ fields: [OptionField], in values: OptionValues) -> Set<String> {
        Set(fields.filter { values[$0.name] == nil && ($0.isRequired || isGiven($0.name)) }.map(\.name))
    }

    /// Reports what a kind finds in values that can be read; faults that hang on others of the file are left out, and values
    /// that do not stand in the file are not shown.
    func report(_ faults: [InvalidOption], in options: OptionValues, except unreadable: Set<String>) {
        for fault in faults where unreadable.isDisjoint(with: [fault.name] + fault.others) {
            var message = fault.message
            if let node = nodes[fault.name], node.hasReference, case .string(let value)? = options[fault.name] {
                message = message.split(separator: "'\(value)'", omittingEmptySubsequences: false)
                    .joined(separator: "the value from outside")
            }
            report.error(nodes[fault.name]?.place ?? place, "\(quoted(fault.name)): \(message)")
        }
    }

    /// The word of a choice as the case that it names.
    func choice<Choice: RawRepresentable<String>>(_ field: OptionField, as type: Choice.Type) -> Choice? {
        guard case .string(let word)? = value(field) else { return nil }
        return Choice(rawValue: word)
    }

    /// The value of a field that takes a time.
    func duration(_ field: OptionField) -> Duration? {
        guard case .duration(let duration)? = value(field) else { return nil }
        return duration
    }

    /// The rates of `recipient_limit`.
    func recipientLimit() -> [Rate] {
        list(FileShape.recipientRate.name).compactMap { node in
            guard case .rate(let rate)? = values.value(node, of: FileShape.recipientRate) else { return nil }
            guard rate.count <= Rate.mostForRecipient else {
                report.error(
                    node.place,
                    "'recipient_limit': expected at most \(Rate.mostForRecipient) in any time; nobody reads more")
                return nil
            }
            return rate
        }
    }

    /// The nodes of a key that takes one value or a list of them.
    func list(_ key: String) -> [YAMLNode] {
        guard let node = nodes[key] else { return [] }
        guard case .sequence(let items) = node.content else { return [node] }
        if items.isEmpty { report.error(node.place, "\(quoted(key)) is an empty list; name something or remove it") }
        return items
    }

    /// The entries of a key that takes names of the file's own choice.
    func entries(_ key: String, of what: String) -> [YAMLNode.Entry] {
        guard let node = nodes[key] else { return [] }
        guard case .mapping(let entries) = node.content else {
            report.error(node.place, "\(quoted(key)): expected a mapping of \(what), found \(node.kind)")
            return []
        }
        for entry in entries where entry.key.isEmpty {
            report.error(entry.keyPlace, "\(quoted(key)): a name is empty")
        }
        for entry in entries { refuseReference(entry.key, entry.keyPlace, key) }
        return entries.filter { !$0.key.isEmpty }
    }

    /// The text of a node that means what it says; anything else is reported.
    func text(_ node: YAMLNode, _ key: String, expected: String = "text") -> String? {
        guard let text = scalar(node, key, expected: expected), !refuseReference(text, node.place, key) else {
            return nil
        }
        return text
    }

    /// The text of a node whose `${…}` its reader understands; anything else is reported.
    func scalar(_ node: YAMLNode, _ key: String, expected: String) -> String? {
        guard let text = node.text else {
            report.error(node.place, "\(quoted(key)): expected \(expected), found \(node.kind)")
            return nil
        }
        return text
    }

    /// Names, tags, prefixes, countries and languages decide routes, which must be the same on every machine; one that
    /// looks like a reference would otherwise silently stand for itself and match nothing.
    @discardableResult
    private func refuseReference(_ text: String, _ place: YAMLPlace, _ key: String) -> Bool {
        guard let reference = Self.reference(in: text) else { return false }
        report.error(place, "\(quoted(key)): \(reference)…} is not resolved here; write the value itself")
        return true
    }

    /// The beginning of what looks like a reference.
    static func reference(in text: String) -> String? { ["${env:", "${file:"].first(where: text.contains) }

    func countries(_ key: String) -> [CountryCode] {
        list(key).compactMap { country($0, key) }
    }

    func country(_ node: YAMLNode, _ key: String) -> CountryCode? {
        guard let text = text(node, key, expected: Self.expectedCountry) else { return nil }
        return country(text, node.place, key)
    }

    private static let expectedCountry = "an ISO 3166-1 country code such as CN"

    /// The country that a text names; `other` is what may stand in its place too.
    func country(_ text: String, _ place: YAMLPlace, _ key: String, or other: String = "") -> CountryCode? {
        if let country = CountryCode(text) { return country }
        let hint = text.uppercased() == "UK" ? "; did you mean 'GB'?" : ""
        report.error(
            place, "\(quoted(key)): expected \(Self.expectedCountry)\(other), found \(quoted(text))\(hint)")
        return nil
    }

    func locale(_ node: YAMLNode, _ key: String) -> LocaleTag? {
        let expected = "a language tag such as zh-CN"
        guard let text = text(node, key, expected: expected) else { return nil }
        guard LocaleTag.isWellFormed(text) else {
            report.error(node.place, "\(quoted(key)): expected \(expected), found \(quoted(text))")
            return nil
        }
        return LocaleTag(rawValue: text)
    }
}
