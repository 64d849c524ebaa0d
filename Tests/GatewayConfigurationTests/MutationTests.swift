import Foundation
import NotificationGateway
import ProcessSupport
import Testing

@testable import GatewayConfiguration

/// One change of one key.
struct Mutation: Sendable {
    /// A value of each kind, on the key's line.
    enum Value: String, Sendable, CaseIterable {
        case text
        case number = "7"
        case list = "[text]"
        case mapping = "{ text: text }"
        case nothing = "~"
    }

    enum Change: Sendable, Hashable {
        case delete
        case misspell
        case duplicate
        case replace(Value)

        static let all = [delete, misspell, duplicate] + Value.allCases.map(Self.replace)
    }

    var key: MappedKey
    var change: Change

    /// The first letter twice: the commonest slip that keeps a word in sight of itself.
    var misspelling: String { key.name.prefix(1) + key.name }

    func applied(to lines: [String]) -> [String] {
        var lines = lines
        let own = Array(lines[key.lines])
        let margin = String(repeating: " ", count: key.indent)
        switch change {
        case .delete: lines.removeSubrange(key.lines)
        case .misspell:
            let rest = own[0].dropFirst(key.indent + spelling.count)
            lines[key.lines.lowerBound] = "\(margin)\(Self.quotedIfNeeded(misspelling))\(rest)"
        case .duplicate: lines.insert(contentsOf: own, at: key.lines.upperBound)
        case .replace(let value):
            lines.replaceSubrange(key.lines, with: ["\(margin)\(spelling): \(value.rawValue)"])
        }
        return lines
    }

    /// The key as the file has it.
    private var spelling: String { Self.quotedIfNeeded(key.name) }

    private static func quotedIfNeeded(_ name: String) -> String { name.hasPrefix("*") ? "\"\(name)\"" : name }

    /// Where a diagnostic is at home, from 1: at the key, for a deletion at what held it, and where its name is used.
    func places(in lines: [String]) -> Set<Int> {
        var places: Set<Int> = []
        switch change {
        // The last line is that of a hyphen, where the mapping was the item of a list and has lost its only key.
        case .delete: places = [key.home.holder + 1, key.home.first + 1, key.home.first]
        case .duplicate: places = [key.lines.upperBound + 1]
        case .misspell, .replace: places = [key.lines.lowerBound + 1]
        }
        guard key.section == nil, change != .duplicate else { return places }
        return places.union(lines.indices.filter { mentions(lines[$0]) }.map { $0 + 1 })
    }

    private func mentions(_ line: String) -> Bool {
        line.split { " :{}\"".contains($0) }.contains { $0 == key.name }
    }
}

@Suite("A good file with one key changed")
struct MutationTests {
    private let folder: TemporaryFolder
    private let lines: [String]
    private let keys: [MappedKey]

    init() throws {
        folder = try TemporaryFolder()
        try folder.write("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n", to: "ca.pem")
        let file = Support.fixtures.appendingPathComponent("Mutations/every-key.yaml")
        let yaml = try String(contentsOf: file, encoding: .utf8).replacing("FOLDER", with: folder.path)
        lines = yaml.split(separator: "\n").map(String.init)
        keys = try KeyMap(yaml, kinds: Support.kinds).keys
    }

    @Test("has every key that there is, and is good")
    func whole() {
        let found = Set(keys.compactMap { key in key.section.map { "\($0): \(key.name)" } })
        let schema = KeyMap.schema(.section(FileShape.root(Support.kinds)))
        #expect(schema.subtracting(found).sorted() == [])
        #expect(keys.count > 120)
        #expect(Support.load(lines.joined(separator: "\n")).diagnostics == [])
    }

    @Test("is told of it at the key's line, or means what it says", arguments: Mutation.Change.all)
    func diagnostics(_ change: Mutation.Change) {
        for key in keys {
            let mutation = Mutation(key: key, change: change)
            let mutated = mutation.applied(to: lines)
            let loaded = Support.load(mutated.joined(separator: "\n"))
            let errors = loaded.diagnostics.filter { $0.severity == .error }
            #expect((loaded.settings == nil) == !errors.isEmpty)
            guard !errors.isEmpty else {
                if harm(of: mutation) == nil { continue }
                Issue.record("\(key.dotted), \(change): \(harm(of: mutation) ?? "")")
                continue
            }
            let places = mutation.places(in: mutated)
            let isElsewhere = errors.contains { !places.contains($0.line) }
            #expect(
                isElsewhere == (Self.consequences[key.dotted]?.contains(change) ?? false),
                "\(key.dotted), \(change): expected at \(places.sorted()), found \(errors)")
            checkHint(mutation, errors)
        }
    }

    /// Whoever misspells a key is told how it is spelt.
    private func checkHint(_ mutation: Mutation, _ errors: [Diagnostic]) {
        let key = mutation.key
        guard mutation.change == .misspell, key.section != nil else { return }
        let isHinted = errors.count == 1 && errors[0].text.hasSuffix("; did you mean '\(key.name)'?")
        #expect(isHinted, "\(key.dotted): \(errors)")
    }

    /// Why a change must not pass without an error; `nil` where it is harmless.
    private func harm(of mutation: Mutation) -> String? {
        let key = mutation.key
        return switch mutation.change {
        // What is not required may be left out; what carries a name of the file's own choice is another thing or none.
        case .delete: key.isRequired ? "a required key is not missed" : nil
        case .misspell: key.section == nil ? nil : "a misspelt key is taken"
        case .duplicate: "a key is taken twice"
        case .replace(let value): key.shape.takes(value) ? nil : "a value that does not fit is taken"
        }
    }

    /// Changes that are right by themselves and make something else wrong, which is told where that stands.
    private static let consequences: [String: Set<Mutation.Change>] = [
        "providers": [.replace(.mapping)], "providers.aliyun.sign_name": [.delete],
        "templates": [.delete, .replace(.mapping)],
        "templates.login-code.parameters": [.delete, .replace(.mapping)],
        "templates.login-code.bindings": [.replace(.mapping)],
        "templates.offer.parameters": [.delete, .replace(.mapping)],
        "templates.offer.bindings": [.replace(.mapping)],
        // A key shares a limit, which must be there.
        "providers.aliyun.rate_limit": [.delete], "providers.journal.rate_limit": [.delete],
        "providers.screen.rate_limit": [.delete],
        // Without its conditions a rule takes everything, and with the prefix of another country nothing.
        "routes.match": [.delete], "routes.match.prefix": [.replace(.number)],
    ]
}
