import NotificationGateway

@testable import GatewayConfiguration

/// A key of a file in which every key stands on a line of its own.
struct MappedKey: Sendable {
    /// The keys from the top; items of lists have no name of their own.
    var path: [String]
    /// The mapping that it belongs to, by its title; `nil` for names of the file's own choice.
    var section: String?
    var isRequired: Bool
    /// What may stand behind it.
    var shape: Shape
    /// Its lines, from 0: the key's own, and those of its value.
    var lines: Range<Int>
    /// The line of the key that holds the mapping, and that of the mapping's first key.
    var home: (holder: Int, first: Int)
    /// How many spaces stand before it.
    var indent: Int

    var name: String { path[path.count - 1] }
    var dotted: String { path.joined(separator: ".") }
}

/// Walks a file and its schema side by side.
struct KeyMap {
    private(set) var keys: [MappedKey] = []
    private let lines: [Substring]

    init(_ yaml: String, kinds: [ProviderKind]) throws {
        lines = yaml.split(separator: "\n", omittingEmptySubsequences: false)
        guard let root = try YAMLComposer.compose(Array(yaml.utf8), report: DiagnosticReport(file: "F")) else { return }
        walk(root, .section(FileShape.root(kinds)), [], holder: root.place.line - 1)
    }

    /// Every key of a schema, each with the title of its mapping.
    static func schema(_ shape: Shape) -> Set<String> {
        switch shape {
        case .value, .country, .locale, .prefix, .price, .null: []
        case .oneOrMany(let shape), .list(let shape), .names(_, let shape): schema(shape)
        case .anyOf(let shapes): shapes.reduce(into: []) { $0.formUnion(schema($1)) }
        case .section(let section):
            section.keys.reduce(into: []) {
                $0.insert("\(section.title): \($1.name)")
                $0.formUnion(schema($1.shape))
            }
        }
    }

    private mutating func walk(_ node: YAMLNode, _ shape: Shape, _ path: [String], holder: Int) {
        switch (node.content, shape) {
        case (_, .anyOf(let shapes)):
            if let fitting = shapes.first(where: { Self.fits(node, $0) }) {
                walk(node, fitting, path, holder: holder)
            }
        case (.sequence(let nodes), .list(let shape)), (.sequence(let nodes), .oneOrMany(let shape)):
            for node in nodes { walk(node, shape, path, holder: holder) }
        case (_, .oneOrMany(let shape)): walk(node, shape, path, holder: holder)
        case (.mapping(let entries), .names(_, let shape)):
            for entry in entries { add(entry, shape, path, home: (holder, node.place.line - 1)) }
        case (.mapping(let entries), .section(let section)):
            for entry in entries {
                guard let key = section.keys.first(where: { $0.name == entry.key }) else { continue }
                add(
                    entry, key.shape, path, section: section.title, isRequired: key.isRequired,
                    home: (holder, node.place.line - 1))
            }
        default: break
        }
    }

    private mutating func add(
        _ entry: YAMLNode.Entry, _ shape: Shape, _ path: [String], section: String? = nil, isRequired: Bool = false,
        home: (holder: Int, first: Int)
    ) {
        let line = entry.keyPlace.line - 1
        let indent = entry.keyPlace.column - 1
        let end = lines[(line + 1)...].firstIndex { $0.prefix { $0 == " " }.count <= indent } ?? lines.count
        keys.append(
            MappedKey(
                path: path + [entry.key], section: section, isRequired: isRequired, shape: shape,
                lines: line..<end, home: home, indent: indent))
        walk(entry.value, shape, path + [entry.key], holder: line)
    }

    private static func fits(_ node: YAMLNode, _ shape: Shape) -> Bool {
        switch (node.content, shape) {
        case (.scalar, .null): node.isNull
        case (.scalar, .value), (.sequence, .list): true
        case (.mapping, .names): true
        case (.mapping(let entries), .section(let section)):
            entries.allSatisfy { entry in
                section.keys.contains {
                    guard $0.name == entry.key else { return false }
                    guard entry.key == "type", case .value(.choice(let types)) = $0.shape else { return true }
                    return types.contains(entry.value.text ?? "")
                }
            }
        default: false
        }
    }
}

extension Shape {
    /// Whether a value fits, as far as the value alone decides.
    func takes(_ value: Mutation.Value) -> Bool {
        switch (self, value) {
        case (.anyOf(let shapes), _): shapes.contains { $0.takes(value) }
        case (.oneOrMany(let shape), .list), (.list(let shape), .list): shape.takes(.text)
        case (.oneOrMany(let shape), _): shape.takes(value)
        case (.names(_, let shape), .mapping): shape.takes(.text)
        case (.null, .nothing): true
        case (.value(.string), .text), (.value(.path), .text), (.value(.outputFile), .text), (.locale, .text): true
        case (.value(.string), .number), (.value(.path), .number), (.value(.outputFile), .number): true
        case (.value(.secret), .text), (.value(.secret), .number): true
        case (.value(.size), .number), (.prefix, .number), (.price, .number): true
        case (.value(.integer(let range)), .number): range.contains(7)
        default: false
        }
    }
}
