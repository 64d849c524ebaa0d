public import NotificationGateway

/// The tables of `docs/configuration.md`, made from what drives the check of the file.
public enum ConfigurationReference {
    /// The reference as Markdown for the kinds of a program.
    public static func markdown(kinds: [ProviderKind]) -> String {
        var parts = ["## The file\n\n" + table(FileShape.root(kinds))]
        for kind in kinds {
            parts.append("## `type: \(kind.type)`\n\n\(kind.summary)\n\n" + table(FileShape.provider(kind)))
            if !kind.binding.fields.isEmpty {
                parts.append("### Its bindings\n\n" + table(FileShape.binding(kind)))
            }
        }
        parts.append("## Templates\n\n" + table(FileShape.template(kinds)))
        parts.append("### Parameters\n\n" + table(FileShape.parameter))
        parts.append("## Routes\n\n" + table(FileShape.route))
        parts.append("### `match`\n\n" + table(FileShape.match))
        parts.append("### `policy`\n\n" + policy)
        parts.append("## Server\n\n" + table(ServerShape.server))
        for (key, section) in ServerShape.sections { parts.append("### `\(key)`\n\n" + table(section)) }
        return parts.joined(separator: "\n")
    }

    private static let policy = """
        A step for each reason of the [fallback table](fallback.md) but \(FileShape.policy.refused.keys.sorted().map { "`\($0)`" }.joined(separator: " and ")), which end
        the message whatever a route says. One word is the step when the message was surely not taken: \(words(FileShape.steps(after: .rejected).map(\.rawValue))).
        A mapping has steps for both cases:

        \(table(FileShape.policySteps))
        """

    private static func table(_ section: Section) -> String {
        "| key | takes | default | meaning |\n| --- | --- | --- | --- |\n"
            + section.keys.map { key in
                let fallback = key.isRequired ? "required" : key.defaultText.map { "`\($0)`" } ?? ""
                return "| `\(key.name)` | \(words(key.shape)) | \(fallback) | \(key.help) |\n"
            }.joined()
    }

    private static func words(_ words: [String]) -> String { words.map { "`\($0)`" }.joined(separator: ", ") }

    private static func words(_ shape: Shape) -> String {
        switch shape {
        case .value(.choice(let words)): self.words(words)
        case .value(let type): type.expectation
        case .country: "country code such as `CN`"
        case .locale: "language tag such as `zh-CN`"
        case .prefix: "digits such as `8613`"
        case .price: "price such as `0.045`"
        case .oneOrMany(let shape): "\(words(shape)), or a list"
        case .list(let shape): "list of \(words(shape))"
        case .names(let name, let shape): "\(name): \(words(shape))"
        case .section(let section): section.title
        case .anyOf(let shapes): alternatives(shapes)
        case .null: "`~`"
        }
    }

    /// The kinds' own sections have tables of their own; naming each here would only be long.
    private static func alternatives(_ shapes: [Shape]) -> String {
        let sections = shapes.filter { if case .section = $0 { true } else { false } }
        if sections.count > 1, sections.count == shapes.count { return "options, see each type" }
        return shapes.map(words).joined(separator: " or ")
    }
}
