import ArgumentParser
import GatewayConfiguration
import GatewayOutbox
import GatewayServer
import NotificationGateway

struct Keys: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make, list and revoke the API keys of notify serve.",
        discussion: """
            The file holds hashes alone: a key is shown once, when it is made. A running server reads the file again within
            a second of a change.
            """,
        subcommands: [Create.self, List.self, Revoke.self])

    /// Which file.
    struct FileOption: ParsableArguments {
        @Option(name: .long, help: "The file of the keys; that of the configuration's server where it is left out.")
        var keys: String?

        @OptionGroup var configuration: ConfigurationOptions

        func file() throws -> KeyFile {
            if let keys { return KeyFile(keys) }
            guard let path = try configuration.server().keys else {
                throw CommandFailure(
                    .usage, "\(configuration.config) names no file of keys under 'server'; add 'keys', or give --keys")
            }
            return KeyFile(path)
        }
    }

    struct Create: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Make a key and show it, this once.")

        @Option(name: .long, help: "What the key is for, in words.")
        var name = ""

        @Option(
            name: .long,
            help: "What it allows: send, read or admin; send and read where none is named. Repeat for several.",
            transform: Arguments.word)
        var scope: [KeyScope] = []

        @Option(name: .long, help: "Whose messages it sends and sees; without it, it sees everyone's.")
        var tenant: String?

        @Option(name: .long, help: "A template that it may send; all where none is named. Repeat for several.")
        var template: [String] = []

        @Option(name: .long, help: "A route that its messages may take; all where none is named. Repeat for several.")
        var route: [String] = []

        @Option(name: .long, help: "The most messages, such as 100/s.")
        var rate: String?

        @Option(name: .long, help: "When it ends: a time from now (90d is 2160h) or a point in time.")
        var expires: String?

        @Flag(name: .long, help: "Print one JSON object.")
        var json = false

        @OptionGroup var file: FileOption

        private struct Report: Encodable {
            var id: String
            var key: String
        }

        func run() throws {
            let grant = KeyRecord.Grant(
                name: name, scopes: scope.isEmpty ? [.send, .read] : Set(scope), tenant: tenant.map(Tenant.init),
                templates: Set(template.map(TemplateName.init)),
                routes: Set(route.map(RouteName.init)), rate: try rateValue(), expires: try expiry())
            let created = try Keys.reporting { try file.file().create(grant) }
            if json {
                try Console.print(json: Report(id: created.record.id.rawValue, key: created.text.reveal()))
            } else {
                Console.print(created.text.reveal())
                Console.error("This key is not shown again. Its id is \(created.record.id).")
            }
        }

        private func rateValue() throws -> Rate? {
            guard let rate else { return nil }
            guard let value = UnitParser.rate(rate) else {
                throw CommandFailure(.usage, "--rate: expected a rate such as 100/s or 1000/min")
            }
            return value
        }

        private func expiry() throws -> WallTime? {
            guard let expires else { return nil }
            if let duration = UnitParser.duration(expires) { return SystemClock().wallTime + duration }
            guard let time = WallTime(timestamp: expires) else {
                throw CommandFailure(
                    .usage, "--expires: expected a time such as 2160h, or one before 2262 such as 2027-01-31T00:00:00Z")
            }
            return time
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the keys, those that were revoked too.")

        @Flag(name: .long, help: "Print one JSON object.")
        var json = false

        @OptionGroup var file: FileOption

        private struct Entry: Encodable {
            var id: String
            var name: String
            var state: String
            var scopes: [String]
            var tenant: String?
            var templates: [String]
            var routes: [String]
            var rate: String?
            var created: String
            var expires: String?
            var revoked: String?

            init(_ record: KeyRecord, now: WallTime) {
                id = record.id.rawValue
                name = record.grant.name
                state = record.revoked != nil ? "revoked" : record.isActive(at: now) ? "active" : "expired"
                scopes = record.grant.scopes.map(\.rawValue).sorted()
                tenant = record.grant.tenant?.rawValue
                templates = record.grant.templates.map(\.rawValue).sorted()
                routes = record.grant.routes.map(\.rawValue).sorted()
                rate = record.grant.rate?.spelling
                created = record.created.timestamp
                expires = record.grant.expires?.timestamp
                revoked = record.revoked?.timestamp
            }
        }

        func run() throws {
            let now = SystemClock().wallTime
            let entries = try Keys.reporting { try file.file().list() }.map {
                Entry($0, now: now)
            }
            if json { return try Console.print(json: ["keys": entries]) }
            for entry in entries {
                let parts: [String?] = [
                    entry.scopes.joined(separator: ","), entry.tenant.map { "tenant \($0)" }, entry.name,
                ]
                Console.print(
                    entry.id.padded(to: 14) + entry.state.padded(to: 9)
                        + parts.compactMap(\.self).joined(separator: "  "))
            }
        }
    }

    struct Revoke: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "End keys; they stay in the list.")

        @Argument(help: "The ids of the keys.")
        var ids: [String]

        @OptionGroup var file: FileOption

        func run() throws {
            let keys = try file.file()
            for id in ids {
                let record = try Keys.reporting { try keys.revoke(KeyID(rawValue: id)) }
                Console.print("\(record.id) is revoked")
            }
        }
    }

    /// What is wrong with the file is the user's business.
    static func reporting<Value>(_ body: () throws -> Value) throws -> Value {
        do { return try body() } catch let error as KeyFileError { throw CommandFailure(.usage, error.description) }
    }
}
