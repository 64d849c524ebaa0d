import FileProvider
import Foundation
import GatewayTestKit
import Logging
import NotificationGateway
import ProcessSupport
import Synchronization
import Testing

extension TemporaryFolder {
    /// The journal of most tests.
    func file() -> String { file("notifications.jsonl") }
}

/// Runs the helper program of these tests: what it printed, without the line break.
func runAppender(_ arguments: [String]) async throws -> String {
    let end = try await ChildProcess.run("FileProviderProcess", arguments)
    #expect(end.status == 0, "\(end.errors)")
    return end.output.trimmingCharacters(in: .whitespacesAndNewlines)
}

/// Everything that comes through a pipe, read on a thread of its own: a task that blocks would hold up every other test.
func bytes(of reader: FileHandle) async throws -> Data {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread {
            continuation.resume(with: Result { try reader.readToEnd() ?? Data() })
        }
    }
}

/// The lines of a file, read by a JSON reader that is not ours.
func records(_ path: String) throws -> [[String: any Sendable]] {
    try read(path).split(separator: "\n", omittingEmptySubsequences: true).map { line in
        let value = try JSONSerialization.jsonObject(with: Data(line.utf8))
        return try #require(value as? [String: any Sendable])
    }
}

func phone(_ number: String = "+8613800138000") throws -> Recipient { try Recipient(number, channel: .sms) }

func request(
    _ reference: String = "m1-1", to recipients: [Recipient]? = nil, code: String = "271828",
    text: String? = "您的验证码是271828", deadline: MonotonicTime = .now + .seconds(3_600)
) throws -> ProviderRequest {
    ProviderRequest(
        messageID: "m1", reference: reference, recipients: try recipients ?? [phone()], category: .verification,
        content: ProviderContent(
            template: "login-code", parameters: [.init("code", code)], text: text, locale: "zh-CN"),
        deadline: deadline)
}

func provider(
    _ settings: FileSettings, clock: any GatewayClock = SystemClock(),
    logger: Logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
) -> FileMessageProvider {
    FileMessageProvider(settings, context: ProviderContext(name: "journal", clock: clock, logger: logger))
}

/// The failure of a send, or a test issue.
func failure(
    of provider: any MessageProvider, _ request: ProviderRequest, sourceLocation: SourceLocation = #_sourceLocation
) async -> ProviderError? {
    do throws(ProviderError) {
        _ = try await provider.send(request)
        Issue.record("the request was taken", sourceLocation: sourceLocation)
        return nil
    } catch {
        return error
    }
}

/// Keeps log entries for a test.
final class LogBook: Sendable {
    struct Entry: Sendable {
        var level: Logger.Level
        var message: String
        var metadata: [String: String]
    }

    private struct Handler: LogHandler {
        let book: LogBook
        var metadata: Logger.Metadata = [:]
        var logLevel: Logger.Level

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            book.entries.withLock {
                $0.append(
                    Entry(
                        level: event.level, message: event.message.description,
                        metadata: (event.metadata ?? [:]).mapValues(\.description)))
            }
        }
    }

    private let entries = Mutex<[Entry]>([])

    var all: [Entry] { entries.withLock { $0 } }

    func logger(level: Logger.Level = .trace) -> Logger {
        Logger(label: "test") { _ in Handler(book: self, logLevel: level) }
    }
}
