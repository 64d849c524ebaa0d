import ArgumentParser
import Foundation
import GatewayConfiguration
import GatewayOutbox
import GatewayServer
import NotificationGateway

struct Outbox: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look into the outbox of notify serve, and queue dead messages again.",
        discussion: "Works beside a running server, which sees what was changed within a second.",
        subcommands: [Counts.self, List.self, Show.self, Requeue.self, Cancel.self])

    /// Which outbox.
    struct FileOption: ParsableArguments {
        @Option(name: .long, help: "The outbox's file; that of the configuration's server where it is left out.")
        var outbox: String?

        @OptionGroup var configuration: ConfigurationOptions

        func store() throws -> SQLiteOutboxStore {
            // Who names the file needs no configuration beside it.
            let isAlone = outbox != nil && !FileManager.default.fileExists(atPath: configuration.config)
            let server = try isAlone ? nil : configuration.server()
            let path = outbox ?? server?.outbox ?? ""
            guard FileManager.default.fileExists(atPath: path) else {
                throw CommandFailure(.usage, "there is no outbox at \(path)")
            }
            // Whoever is told of events hears of these changes too.
            return try Outbox.reporting {
                try SQLiteOutboxStore(path: path, events: server?.toldStates ?? [])
            }
        }
    }

    struct Counts: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Count the messages in each state.")

        @Flag(name: .long, help: "Print one JSON object.")
        var json = false

        @OptionGroup var file: FileOption

        func run() async throws {
            let store = try file.store()
            let counts = try await Outbox.reporting { try await store.counts() }
            if json {
                let named = Dictionary(uniqueKeysWithValues: counts.map { ($0.key.rawValue, $0.value) })
                return try Console.print(json: ["counts": named])
            }
            for state in EntryState.allCases {
                if let count = counts[state] { Console.print(state.rawValue.padded(to: 14) + "\(count)") }
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List messages, the newest first.")

        @Option(name: .long, help: "Only those in a state, such as dead.", transform: Arguments.word)
        var state: EntryState?

        @Option(name: .long, help: "Only those of a tenant.")
        var tenant: String?

        @Option(name: .long, help: "The most to list.")
        var limit = 100

        @Flag(name: .long, help: "Write addresses out.")
        var reveal = false

        @Flag(name: .long, help: "Print one JSON object.")
        var json = false

        @OptionGroup var file: FileOption

        func validate() throws {
            guard limit > 0 else { throw ValidationError("--limit takes a number from 1") }
        }

        func run() async throws {
            let store = try file.store()
            let filter = EntryFilter(state: state, tenant: tenant.map(Tenant.init))
            let entries = try await Outbox.reporting {
                try await store.entries(matching: filter, .newestFirst, after: nil, limit: limit)
            }
            if json {
                let documents = entries.map { EntryDocument.json(of: $0, revealsAddresses: reveal) }
                return Console.print(raw: #"{"messages":[\#(documents.joined(separator: ","))]}"#)
            }
            for entry in entries { Console.print(EntryText(entry, revealsAddresses: reveal).line) }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show one message and its trail.")

        @Argument(help: "The message's id.")
        var id: String

        @Flag(name: .long, help: "Write addresses out.")
        var reveal = false

        @Flag(name: .long, help: "Print one JSON object.")
        var json = false

        @OptionGroup var file: FileOption

        func run() async throws {
            let store = try file.store()
            let entry = try await Outbox.reporting { try await store.entry(MessageID(rawValue: id)) }
            guard let entry else { throw CommandFailure(.failed, "the outbox has no message '\(id)'") }
            if json { return Console.print(raw: EntryDocument.json(of: entry, revealsAddresses: reveal)) }
            Console.print(EntryText(entry, revealsAddresses: reveal).lines.joined(separator: "\n"))
        }
    }

    struct Requeue: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Queue dead messages again, with all their tries.")

        @Argument(help: "The messages' ids.")
        var ids: [String] = []

        @Flag(name: .customLong("all-dead"), help: "All that are dead now.")
        var allDead = false

        @OptionGroup var file: FileOption

        func validate() throws {
            guard ids.isEmpty == allDead else { throw ValidationError("give the ids of messages, or --all-dead") }
        }

        func run() async throws {
            let store = try file.store()
            guard allDead else { return try await Outbox.change(ids, by: .requeued, in: store) }
            var (count, place) = (0, EntryCursor?.none)
            repeat {
                let dead = try await Outbox.reporting { [place] in
                    try await store.entries(
                        matching: EntryFilter(state: .dead), .oldestFirst, after: place, limit: Self.page)
                }
                // One that somebody else has queued meanwhile is refused, and as good.
                for entry in dead where await Outbox.change(entry.id, by: .requeued, in: store) == nil { count += 1 }
                place = dead.count < Self.page ? nil : dead.last?.cursor
            } while place != nil
            Console.print("\("message".counted(count)) queued again")
        }

        private static let page = 500
    }

    struct Cancel: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Take back messages that have not been sent.")

        @Argument(help: "The messages' ids.")
        var ids: [String]

        @OptionGroup var file: FileOption

        func run() async throws { try await Outbox.change(ids, by: .cancelled, in: try file.store()) }
    }

    // MARK: What they share

    /// Changes each that can be, and says of the others why not.
    private static func change(_ ids: [String], by event: EntryEvent, in store: SQLiteOutboxStore) async throws {
        var failed = false
        for id in ids {
            let refusal = await change(MessageID(rawValue: id), by: event, in: store)
            failed = failed || refusal != nil
            if let refusal {
                Console.error("notify: \(id): \(words(refusal))")
            } else {
                Console.print("\(id): \(event.rawValue)")
            }
        }
        if failed { throw ExitStatus.failed }
    }

    private static func change(
        _ id: MessageID, by event: EntryEvent, in store: SQLiteOutboxStore
    ) async -> OutboxStoreError? {
        do throws(OutboxStoreError) {
            try await store.change(id, by: EntryChange(event, now: SystemClock().wallTime))
            return nil
        } catch {
            return error
        }
    }

    static func reporting<Value>(_ body: () async throws -> Value) async throws -> Value {
        do { return try await body() } catch let error as OutboxStoreError {
            throw CommandFailure(.failed, "the outbox: \(words(error))")
        }
    }

    static func reporting<Value>(_ body: () throws -> Value) throws -> Value {
        do { return try body() } catch let error as OutboxStoreError {
            throw CommandFailure(.failed, "the outbox: \(words(error))")
        }
    }

    static func words(_ error: any Error) -> String {
        guard let error = error as? OutboxStoreError else { return "\(error)" }
        return words(error)
    }

    private static func words(_ error: OutboxStoreError) -> String {
        switch error {
        case .unknownEntry: "there is no such message"
        case .leaseLost: "somebody is sending it just now"
        case .refused(let state, let event): "it is \(state.rawValue), which cannot become \(event.rawValue)"
        case .conflict: "it is another message's"
        case .locked: "the file is in use by others; try again in a moment"
        case .diskFull: "the disk is full"
        case .corrupted(let what): "the file is damaged: \(what)"
        case .failed(let what): what
        }
    }
}
