import GatewayOutbox
import Glibc
import NotificationGateway
import Synchronization

/// A process for the tests of the outbox, which kills itself.
///
///     OutboxProcess PATH COUNT
///
/// Submits messages from sixteen tasks, prints the id of each when its submission has returned, and after COUNT of them kills
/// itself by SIGKILL, in the middle of all the others.
@main
struct OutboxProcess {
    private static let returned = Atomic(0)

    static func main() async throws {
        let words = CommandLine.arguments
        guard words.count == 3, let count = Int(words[2]) else {
            print("usage: OutboxProcess PATH COUNT")
            exit(64)
        }
        let store = try SQLiteOutboxStore(path: words[1])
        await withTaskGroup { group in
            for worker in 1...16 { group.addTask { await submit(worker, to: store, count) } }
        }
    }

    private static func submit(_ worker: Int, to store: SQLiteOutboxStore, _ count: Int) async {
        var number = 0
        while true {
            number += 1
            let id = "\(worker)-\(number)"
            let message = Message(
                id: MessageID(rawValue: id), to: ["+8613800138000"], content: .text("hello"), category: .notification)
            guard (try? await store.submit(Submission(message), now: SystemClock().wallTime)) != nil else { exit(1) }
            let line = id + "\n"
            _ = line.withCString { write(STDOUT_FILENO, $0, line.utf8.count) }
            if returned.add(1, ordering: .relaxed).newValue >= count { kill(getpid(), SIGKILL) }
        }
    }
}
