import Foundation
import GatewayTestKit
import Glibc
import Logging
import NotificationGateway
import ProcessSupport
import ProviderConformance
import Synchronization

@testable import FileProvider

extension ConformanceSubject {
    /// The file provider on a folder of its own.
    static var file: ConformanceSubject {
        ConformanceSubject(
            kind: FileKind.file.type, requests: [SampleRequests.code()] + SampleRequests.everyChannel,
            failures: [
                ScriptedFailure("a full disk", .scripted("a full disk"), gives: .storageFailed, .rejected),
                ScriptedFailure("a missing folder", .refusesConnection, gives: .storageFailed, .rejected),
                ScriptedFailure(
                    "a disk that confirms nothing", .scripted("a disk that confirms nothing"),
                    gives: .storageFailed, .unknown),
            ],
            vendorMessageID: { $0 }
        ) { (behaviour: VendorBehaviour) async throws(NotApplicable) -> ProviderUnderTest in
            try FileBench(behaviour).underTest
        }
    }

    /// The log provider on a log of its own.
    static var log: ConformanceSubject {
        ConformanceSubject(
            kind: FileKind.log.type, requests: [SampleRequests.code()] + SampleRequests.everyChannel,
            failures: [
                ScriptedFailure("a closed pipe", .scripted("a closed pipe"), gives: .storageFailed, .rejected)
            ],
            vendorMessageID: { $0 }
        ) { (behaviour: VendorBehaviour) async throws(NotApplicable) -> ProviderUnderTest in
            switch behaviour {
            case .accepts, .acceptsTogether: logBench()
            case .scripted: try closedPipeBench()
            default: throw NotApplicable("a log answers nothing and takes no time")
            }
        }
    }

    private static func logBench() -> ProviderUnderTest {
        let book = LogBook()
        let clock = ManualClock()
        let provider = LogMessageProvider(
            .log(.info), context: ProviderContext(name: "log", clock: clock, logger: book.logger))
        return ProviderUnderTest(
            provider: provider, clock: clock, received: { book.all.map(received) }, advance: { clock.advance(by: $0) },
            logged: { book.lines })
    }

    private static func received(_ entry: LogBook.Entry) -> ReceivedRequest {
        let fields = entry.metadata.sorted { $0.key < $1.key }.map { key, value in
            RequestPreview.Field(String(key.dropFirst("notify.".count)), value)
        }
        let words = [entry.message] + fields.map { "\($0.name)=\($0.value)" }
        return ReceivedRequest(
            destination: "log at info", bytes: Array(words.joined(separator: " ").utf8), fields: fields)
    }

    private static func closedPipeBench() throws(NotApplicable) -> ProviderUnderTest {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw NotApplicable("the system gives no pipe") }
        close(ends[0])
        let (writer, clock) = (ends[1], ManualClock())
        let provider = LogMessageProvider(
            .standardError, reveals: false, context: ProviderContext(name: "log", clock: clock),
            sink: DescriptorSink(descriptor: writer, name: "standard error", calls: .real))
        return ProviderUnderTest(provider: provider, clock: clock, received: { [] }, dispose: { close(writer) })
    }
}

/// A file provider on a real file, with the disk that a behaviour asks for.
private final class FileBench: Sendable {
    private let folder: TemporaryFolder
    private let provider: FileMessageProvider
    private let clock = ManualClock()
    private let book = LogBook()
    private let lock: Int32?

    private var path: String { folder.file("notifications.jsonl") }

    init(_ behaviour: VendorBehaviour) throws(NotApplicable) {
        var calls = SystemCalls.real
        guard let folder = try? TemporaryFolder() else { throw NotApplicable("the system gives no folder") }
        let path = folder.file("notifications.jsonl")
        var lock: Int32?
        switch behaviour {
        case .accepts, .acceptsTogether: break
        case .refusesConnection: try? FileManager.default.removeItem(atPath: folder.path)
        case .hangs:
            let number = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
            flock(number, LOCK_EX)
            lock = number
        case .scripted("a full disk"): calls.write = { _, _ in -Int(ENOSPC) }
        case .scripted: calls.synchronize = { _ in EIO }
        case .answers: throw NotApplicable("a file answers nothing")
        case .timesOutUnanswered, .closesUnanswered, .closesHalfWay:
            throw NotApplicable("a file has no connection that could end; see the disk that confirms nothing")
        }
        self.folder = folder
        self.lock = lock
        provider = FileMessageProvider(
            FileSettings(path: path, flush: .always),
            context: ProviderContext(name: "journal", clock: clock, logger: book.logger), calls: calls)
    }

    var underTest: ProviderUnderTest {
        ProviderUnderTest(
            provider: provider, clock: clock, received: { self.received }, advance: { self.clock.advance(by: $0) },
            logged: { self.book.lines },
            dispose: { if let lock = self.lock { close(lock) } })
    }

    /// The lines of the file, read by a JSON reader that is not ours.
    private var received: [ReceivedRequest] {
        guard let content = FileManager.default.contents(atPath: path) else { return [] }
        return content.split(separator: 0x0A).map { line in
            let object = try? JSONSerialization.jsonObject(with: line) as? [String: Any]
            let fields = (object ?? [:]).map { name, value in
                RequestPreview.Field(name, value as? String ?? Self.json(value))
            }
            return ReceivedRequest(destination: "append \(path)", bytes: Array(line), fields: fields)
        }
    }

    private static func json(_ value: Any) -> String {
        if let number = value as? NSNumber { return number.stringValue }
        let data = try? JSONSerialization.data(withJSONObject: value, options: [.sortedKeys, .withoutEscapingSlashes])
        return String(decoding: data ?? Data(), as: UTF8.self)
    }
}
