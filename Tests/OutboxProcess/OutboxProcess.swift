import GatewayOutbox
import Glibc
import NotificationGateway
import Synchronization

/// A process for the tests of the outbox.
///
///     OutboxProcess submit PATH COUNT
///     OutboxProcess work PATH RECORD RUN MESSAGES KILL_AT
///     OutboxProcess limit PATH
///
/// `submit` submits messages from sixteen tasks, prints the id of each when its submission has returned, and after COUNT of them
/// kills itself by SIGKILL, in the middle of all the others. `work` does the same and also sends, through a provider that
/// appends to the file RECORD; it kills itself at the KILL_AT-th of many points, or ends when all is sent. `limit` may not
/// let the file grow for a while, and says how it went.
@main
struct OutboxProcess {
    static func main() async throws {
        let words = Array(CommandLine.arguments.dropFirst())
        switch (words.first, words.count) {
        case ("submit", 3): try await submit(to: words[1], KillSwitch(at: Int(words[2]) ?? 1))
        case ("work", 6):
            let work = Work(
                record: words[2], run: words[3], messages: Int(words[4]) ?? 0, kill: KillSwitch(at: Int(words[5]) ?? 0))
            try await work.run(on: words[1])
        case ("limit", 2): try await Limit.run(on: words[1])
        default:
            say("usage: OutboxProcess submit PATH COUNT | work PATH RECORD RUN MESSAGES KILL_AT | limit PATH")
            exit(64)
        }
    }

    private static func submit(to path: String, _ kill: KillSwitch) async throws {
        let store = try SQLiteOutboxStore(path: path)
        await withTaskGroup { group in
            for worker in 1...16 {
                group.addTask {
                    var number = 0
                    while true {
                        number += 1
                        let submission = Submission.sample("\(worker)-\(number)")
                        guard (try? await store.submit(submission, now: SystemClock().wallTime)) != nil else { exit(1) }
                        say(submission.id.rawValue)
                        kill.pass()
                    }
                }
            }
        }
    }
}

/// Kills this process at a point.
final class KillSwitch: Sendable {
    private let count = Atomic(0)
    private let end: Int

    /// - Parameter end: at which point; never for 0.
    init(at end: Int) { self.end = end }

    /// A point.
    func pass() {
        if count.add(1, ordering: .relaxed).newValue == end { kill(getpid(), SIGKILL) }
    }
}

/// Prints a line at once: what has been printed was true before any kill.
func say(_ line: String) { append(line, to: STDOUT_FILENO) }

/// Appends a line in one piece.
func append(_ line: String, to descriptor: Int32) {
    let line = line + "\n"
    _ = line.withCString { write(descriptor, $0, line.utf8.count) }
}

extension Submission {
    static func sample(_ id: String, text: String = "hello") -> Submission {
        Submission(
            Message(
                id: MessageID(rawValue: id), to: ["+8613800138000"], content: .text(text), category: .notification))
    }
}
