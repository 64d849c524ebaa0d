import Foundation
import GatewayOutbox
import GatewayTestKit
import NotificationGateway
import ProcessSupport
import Testing

/// Processes that share a file, are killed, and find no room.
@Suite("Processes on one file", .serialized)
struct ProcessTests {
    private let folder: TemporaryFolder
    private var path: String { folder.file("outbox.sqlite") }
    private var record: String { folder.file("record") }

    init() throws { folder = try TemporaryFolder() }

    /// More by hand: `OUTBOX_KILLS=200 swift test --filter ProcessTests`.
    private static let kills = ProcessInfo.processInfo.environment["OUTBOX_KILLS"].flatMap { Int($0) } ?? 20

    private func work(_ run: String, messages: Int, killAt point: Int = 0) async throws -> ChildProcess.End {
        try await ChildProcess.run("OutboxProcess", ["work", path, record, run, "\(messages)", "\(point)"])
    }

    /// Every message whose submission returned is accepted, and its vendor has it once.
    private func check(_ returned: [Substring]) async throws {
        let references = try read(record).split(separator: "\n")
        let sent = Dictionary(
            references.map { ($0.split(separator: "-").prefix(2).joined(separator: "-"), 1) }, uniquingKeysWith: +)
        #expect(sent.values.allSatisfy { $0 == 1 }, "doubled: \(sent.filter { $0.value > 1 }.keys)")
        let store = try SQLiteOutboxStore(path: path)
        for id in returned {
            #expect(try await store.entry(MessageID(rawValue: String(id)))?.state == .accepted)
            #expect(sent[String(id)] == 1)
        }
        #expect(try await store.counts().keys.filter(\.isOpen).isEmpty)
    }

    @Test("send everything once, however often they are killed")
    func killed() async throws {
        let random = SeededRandom(seed: 11)
        var returned: [Substring] = []
        for run in 1...Self.kills {
            let point = Int(random.next() % 120) + 1
            let end = try await work("\(run)", messages: 60, killAt: point)
            #expect(end.status == 128 + SIGKILL || end.status == 0, "\(end.errors)")
            returned += end.output.split(separator: "\n")
        }
        let end = try await work("\(Self.kills + 1)", messages: 1)
        #expect(end.status == 0, "\(end.errors)")
        #expect(returned.count > Self.kills)
        try await check(returned + end.output.split(separator: "\n"))
    }

    @Test("share the work, and send nothing twice")
    func shared() async throws {
        async let first = work("0.1", messages: 300)
        async let second = work("0.2", messages: 300)
        let ends = try await [first, second]
        #expect(ends.map(\.status) == [0, 0], "\(ends.map(\.errors))")
        try await check(ends.flatMap { $0.output.split(separator: "\n") })
        #expect(ends.flatMap { $0.output.split(separator: "\n") }.count == 600)
    }

    @Test("are told when a file may not grow, keep what is there, and go on when it may")
    func full() async throws {
        let end = try await ChildProcess.run("OutboxProcess", ["limit", path])
        let lines = end.output.split(separator: "\n")
        #expect(end.status == 0 && lines.count == 3, "\(end.errors)")
        #expect(lines.first?.hasPrefix("refused") == true && lines.dropFirst() == ["still there", "kept"])
    }
}
