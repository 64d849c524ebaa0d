/// A place in a file, both counted from 1; columns count characters.
struct YAMLPlace: Sendable, Hashable {
    var line: Int
    var column: Int

    static let start = YAMLPlace(line: 1, column: 1)
}

/// One value of a YAML document, with its place. An alias shares the node of its anchor.
final class YAMLNode {
    struct Scalar {
        var text: String
        /// Written without quotes, so that `~` and nothing at all mean no value.
        var isPlain: Bool
    }

    struct Entry {
        var key: String
        var keyPlace: YAMLPlace
        var value: YAMLNode
    }

    enum Content {
        case scalar(Scalar)
        case sequence([YAMLNode])
        case mapping([Entry])
    }

    let place: YAMLPlace
    let content: Content
    /// How many values it stands for when every alias is written out.
    let weight: Int

    init(_ content: Content, at place: YAMLPlace) {
        self.content = content
        self.place = place
        let parts =
            switch content {
            case .scalar: [YAMLNode]()
            case .sequence(let nodes): nodes
            case .mapping(let entries): entries.map(\.value)
            }
        weight = parts.reduce(1) { $0.addingReportingOverflow($1.weight).overflow ? .max : $0 + $1.weight }
    }

    /// Stands for what cannot be read.
    static func nothing(at place: YAMLPlace) -> YAMLNode {
        YAMLNode(.scalar(Scalar(text: "", isPlain: true)), at: place)
    }

    /// Whether nothing is written here: an empty place, `~` or `null`.
    var isNull: Bool {
        guard case .scalar(let scalar) = content, scalar.isPlain else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(scalar.text)
    }

    /// The text of a scalar that is not null.
    var text: String? {
        guard case .scalar(let scalar) = content, !isNull else { return nil }
        return scalar.text
    }

    /// What it is, for "expected …, found …".
    var kind: String {
        switch content {
        case .scalar(let scalar):
            isNull ? "nothing" : "'\(scalar.text.count > 30 ? "\(scalar.text.prefix(30))…" : scalar.text)'"
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }
}
