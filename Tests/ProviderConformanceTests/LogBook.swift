import Logging
import Synchronization

/// Keeps log entries for a test.
final class LogBook: Sendable {
    struct Entry: Sendable {
        var message: String
        var metadata: [String: String]
    }

    private struct Handler: LogHandler {
        let book: LogBook
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let entry = Entry(
                message: event.message.description, metadata: (event.metadata ?? [:]).mapValues(\.description))
            book.entries.withLock { $0.append(entry) }
        }
    }

    private let entries = Mutex<[Entry]>([])

    var all: [Entry] { entries.withLock { $0 } }

    var lines: [String] {
        all.map { entry in
            entry.message + entry.metadata.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        }
    }

    var logger: Logger { Logger(label: "test") { _ in Handler(book: self) } }
}
