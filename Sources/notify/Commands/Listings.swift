import ArgumentParser
import NotificationGateway

struct Providers: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the configured providers.")

    @OptionGroup var configuration: ConfigurationOptions

    @Flag(name: .long, help: "Print one JSON object.")
    var json = false

    private struct Entry: Encodable {
        var name: String
        var type: String
        var channels: [String]
        var max_recipients: Int
        var status_lookup: Bool
        var routes: [String]
    }

    func run() throws {
        let settings = try configuration.settings(mode: .dryRun)
        let entries = settings.providers.map { configured in
            let capabilities = configured.provider.capabilities
            return Entry(
                name: configured.name.rawValue, type: configured.type,
                channels: capabilities.channels.map(\.rawValue).sorted(), max_recipients: capabilities.maxRecipients,
                status_lookup: configured.provider.statusLookup != nil,
                routes: settings.routes.filter { $0.candidates.contains { $0.provider == configured.name } }
                    .map(\.name.rawValue))
        }
        if json { return try Console.print(json: ["providers": entries]) }
        for entry in entries {
            Console.print(
                entry.name.padded(to: 20) + entry.type.padded(to: 16) + entry.channels.joined(separator: ", "))
            for route in entry.routes { Console.print("    in route '\(route)'") }
        }
    }
}

struct Templates: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the configured templates.")

    @OptionGroup var configuration: ConfigurationOptions

    @Flag(name: .long, help: "Print one JSON object.")
    var json = false

    private struct Entry: Encodable {
        struct Parameter: Encodable {
            var name: String
            var required: Bool
            var `default`: String?
            var pattern: String?
            var max_length: Int?
        }

        var name: String
        var category: String
        var parameters: [Parameter]
        var locales: [String]
        var providers: [String]
    }

    func run() throws {
        let settings = try configuration.settings(mode: .dryRun)
        let entries = settings.templates.map { template in
            Entry(
                name: template.name.rawValue, category: template.category.rawValue,
                parameters: template.parameters.map {
                    Entry.Parameter(
                        name: $0.name, required: $0.isRequired && $0.defaultValue == nil, default: $0.defaultValue,
                        pattern: $0.pattern?.source, max_length: $0.maxLength)
                },
                locales: template.texts.map { $0.locale?.rawValue ?? "default" },
                providers: template.bindings.keys.map(\.rawValue).sorted())
        }
        if json { return try Console.print(json: ["templates": entries]) }
        for entry in entries {
            Console.print(entry.name.padded(to: 20) + entry.category)
            for parameter in entry.parameters {
                let needed = parameter.required ? "required" : "default \(parameter.default ?? "none")"
                Console.print("    ${\(parameter.name)} \(needed)")
            }
            if !entry.providers.isEmpty { Console.print("    bound for \(entry.providers.joined(separator: ", "))") }
        }
    }
}
