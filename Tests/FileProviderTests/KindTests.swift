import FileProvider
import NotificationGateway
import Testing

@Suite("The kinds of the file provider")
struct KindTests {
    private func make(_ kind: ProviderKind, _ values: OptionValues) throws(InvalidOptions) -> any MessageProvider {
        try kind.make(values, ProviderContext(name: "journal"))
    }

    @Test("make providers from their defaults")
    func defaults() throws {
        let file = try make(FileKind.file, ["path": .string("x.jsonl")].values)
        #expect(file.capabilities == FileKind.file.capabilities && file.statusLookup?.findsByReferenceAlone == true)
        let log = try make(FileKind.log, OptionValues())
        #expect(log.capabilities == FileKind.log.capabilities && log.statusLookup == nil)
    }

    @Test(
        "refuse values that cannot work, and name the option",
        arguments: [
            (["path": .string("")], "path"), (["path": .string("var/")], "path"),
            (["path": .string("a\u{0}b")], "path"),
            (["path": .string("x"), "max_size": .integer(-1)], "max_size"),
            (["path": .string("x"), "fsync": .string("sometimes")], "fsync"),
            (["path": .string("x"), "fsync_interval": .duration(.zero)], "fsync_interval"),
        ] as [([String: OptionValue], String)])
    func refusals(values: [String: OptionValue], option: String) {
        let error = #expect(throws: InvalidOptions.self) { try make(FileKind.file, values.values) }
        #expect(error?.faults.map(\.name) == [option])
    }

    @Test("declare every option with one line of help, and a default that makes a provider where it is not required")
    func schemas() {
        for kind in [FileKind.file, FileKind.log] {
            for field in kind.options.fields {
                #expect(!field.help.isEmpty && !field.help.contains("\n"))
                #expect(field.isRequired || field.defaultValue != nil)
            }
            #expect(kind.capabilities.channels == Set(Channel.allCases) && !kind.capabilities.needsBinding)
        }
    }
}

extension [String: OptionValue] {
    fileprivate var values: OptionValues {
        reduce(into: OptionValues()) { $0[$1.key] = $1.value }
    }
}
