import NotificationGateway

/// Reads one choice of a binding.
struct BindingReader {
    let kind: ProviderKind
    let provider: ReadProvider
    let template: ReadTemplate
    let values: ValueReader
    private var report: DiagnosticReport { values.report }

    func choice(_ node: YAMLNode) -> BindingChoice? {
        guard let reader = MappingReader(node, FileShape.binding(kind), values) else { return nil }
        var choice = BindingChoice(parameters: parameters(reader))
        choice.countries = Set(reader.countries("country"))
        choice.locales = reader.list("locale").compactMap { reader.locale($0, "locale") }
        choice.fields = reader.values(kind.binding.fields)
        reader.report(
            kind.checkBinding(choice.fields, provider.options), in: choice.fields,
            except: provider.unreadable.union(reader.unreadable(kind.binding.fields, in: choice.fields)))
        _ = reader.value(FileShape.variables)
        let isApproved = reader.isGiven(FileShape.variables.name)
        if template.template.category == .marketing, kind.capabilities.marketingVariables == .needApproval,
            !choice.parameters.isEmpty, !isApproved
        {
            report.error(
                node.place,
                "marketing templates take no variables at \(kind.type); remove the parameters, or write "
                    + "'variables: approved' if the vendor approved them")
        }
        return choice
    }

    /// Whether a choice names no condition; one with a wrong condition does not count.
    static func servesAll(_ node: YAMLNode) -> Bool {
        guard case .mapping(let entries) = node.content else { return false }
        return !entries.contains { $0.key == "country" || $0.key == "locale" }
    }

    private func parameters(_ reader: MappingReader) -> [BoundParameter] {
        let renames = renames(reader)
        var bound: [BoundParameter] = []
        for parameter in template.template.parameters {
            guard let name = renames[parameter.name] ?? parameter.name else { continue }
            bound.append(BoundParameter(name, .parameter(parameter.name)))
        }
        for entry in reader.entries("constants", of: "constants by the vendor's name") {
            // Required, so that a dry run without the value still shows the parameter.
            let field = OptionField(entry.key, .string, required: true, help: "")
            if case .string(let value)? = values.value(entry.value, of: field) {
                bound.append(BoundParameter(entry.key, .constant(value)))
            }
        }
        var seen: Set<String> = []
        for name in bound.map(\.name) where !seen.insert(name).inserted {
            report.error(reader.place, "the binding gives the vendor's parameter \(quoted(name)) twice; rename one")
        }
        return bound
    }

    /// The vendor's name for a parameter; an inner `nil` means that it is not sent.
    private func renames(_ reader: MappingReader) -> [String: String?] {
        let known = template.template.parameters.map(\.name)
        var renames: [String: String?] = [:]
        for entry in reader.entries("parameters", of: "the vendor's names by parameter") {
            guard known.contains(entry.key) else {
                guard template.areParametersKnown else { continue }
                report.error(
                    entry.keyPlace,
                    "template \(quoted(template.template.name.rawValue)) has no parameter \(quoted(entry.key))"
                        + reversed(entry, known))
                continue
            }
            if entry.value.isNull {
                renames[entry.key] = .some(nil)
            } else if let name = reader.text(
                entry.value, entry.key, expected: "the vendor's name, or ~ to leave it out")
            {
                renames[entry.key] = name
            }
        }
        return renames
    }

    /// The likeliest slip besides a typo is to write the vendor's name first.
    private func reversed(_ entry: YAMLNode.Entry, _ known: [String]) -> String {
        if let value = entry.value.text, known.contains(value) {
            return "; the template's name comes first, did you mean '\(value): \(entry.key)'?"
        }
        return NearestSpelling.hint(entry.key, among: known, orElse: "it has \(listed(known))")
    }
}
