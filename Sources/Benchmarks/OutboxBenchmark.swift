import Foundation
import GRDBSQLite
import GatewayOutbox
import NotificationGateway
import Synchronization

/// The outbox beside bare SQLite on the same disk: submissions alone, and whole messages from submission to final state.
struct OutboxBenchmark {
    private let messages: Int
    private let inFlight: Int

    init(_ arguments: Arguments) {
        messages = arguments.messages
        inFlight = arguments.inFlight
    }

    /// One JSON line; the bare rate is measured before and after, and the better one counts.
    func run() async throws -> String {
        let folder = FileManager.default.currentDirectoryPath + "/.outbox-benchmark-\(getpid())"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let before = try BareInserts.rate(messages, in: folder + "/bare-1")
        let submissions = try await submissions(in: folder + "/submissions")
        let whole = try await whole(in: folder + "/whole")
        let after = try BareInserts.rate(messages, in: folder + "/bare-2")
        let bare = max(before, after)
        return Measurement.line([
            "messages": Double(messages), "in_flight": Double(inFlight), "messages_per_second": whole,
            "submissions_per_second": submissions, "bare_inserts_per_second": bare, "ratio": whole / bare,
            "submissions_ratio": submissions / bare, "peak_rss_mb": Measurement.peakMemory(),
        ])
    }

    private func rate(_ body: () async throws -> Void) async rethrows -> Double {
        let started = ContinuousClock.now
        try await body()
        return Double(messages) / ((ContinuousClock.now - started) / .seconds(1))
    }

    private func submitAll(_ submit: @escaping @Sendable (Submission) async throws -> Void) async throws {
        try await withThrowingTaskGroup { group in
            for worker in 0..<inFlight {
                group.addTask {
                    for number in stride(from: worker, to: messages, by: inFlight) {
                        try await submit(.benchmark(number))
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    private func submissions(in path: String) async throws -> Double {
        let store = try SQLiteOutboxStore(path: path)
        let clock = SystemClock()
        return try await rate {
            try await submitAll { _ = try await store.submit($0, now: clock.wallTime) }
        }
    }

    private func whole(in path: String) async throws -> Double {
        let store = try SQLiteOutboxStore(path: path)
        let gateway = try Gateway(
            GatewaySettings(
                mode: .live,
                providers: [GatewaySettings.ConfiguredProvider(name: "instant", provider: InstantProvider())],
                routes: [Route(name: "all", candidates: [Route.Candidate("instant")])]))
        let dispatcher = OutboxDispatcher(
            store: store, gateway: OutboxGateway(gateway), options: .init(maxInFlight: 4 * inFlight))
        await dispatcher.start()
        let rate = try await rate {
            try await submitAll { _ = try await dispatcher.submit($0) }
            while try await store.counts()[.accepted] != messages { try await Task.sleep(for: .milliseconds(1)) }
        }
        await dispatcher.stop(within: .seconds(10))
        return rate
    }
}

extension Submission {
    fileprivate static func benchmark(_ number: Int) -> Submission {
        Submission(
            Message(
                id: MessageID(rawValue: "benchmark-\(number)"), to: ["+8613800138000"],
                content: .text("Your code is 271828. It is good for five minutes."), category: .notification))
    }
}

private struct InstantProvider: MessageProvider {
    var capabilities: Capabilities { Capabilities(channels: [.sms], content: [.text]) }
    var statusLookup: (any StatusLookup)? { nil }
    var receiptReader: (any ReceiptReader)? { nil }

    func send(_ request: ProviderRequest) async throws(ProviderError) -> ProviderReceipt {
        ProviderReceipt(vendorMessageID: request.reference)
    }

    func preview(_ request: ProviderRequest) throws(ProviderError) -> RequestPreview {
        RequestPreview(destination: "nowhere", fields: [])
    }

    func shutdown() async {}
}

/// What the disk gives at best: one prepared insert, 64 of them a commit, as safe as the outbox's.
private enum BareInserts {
    struct Failure: Error { var code: Int32 }

    static func rate(_ count: Int, in path: String) throws -> Double {
        var database: OpaquePointer?
        try check(sqlite3_open(path, &database))
        defer { sqlite3_close(database) }
        for sql in [
            "PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL",
            "CREATE TABLE message (sequence INTEGER PRIMARY KEY, id TEXT NOT NULL, message TEXT NOT NULL)",
        ] { try check(sqlite3_exec(database, sql, nil, nil, nil)) }
        var statement: OpaquePointer?
        try check(sqlite3_prepare_v2(database, "INSERT INTO message (id, message) VALUES (?, ?)", -1, &statement, nil))
        defer { sqlite3_finalize(statement) }
        let body = String(repeating: "x", count: 180)
        let started = ContinuousClock.now
        for first in stride(from: 0, to: count, by: 64) {
            try check(sqlite3_exec(database, "BEGIN IMMEDIATE", nil, nil, nil))
            for number in first..<min(first + 64, count) { try insert("benchmark-\(number)", body, statement) }
            try check(sqlite3_exec(database, "COMMIT", nil, nil, nil))
        }
        return Double(count) / ((ContinuousClock.now - started) / .seconds(1))
    }

    private static func insert(_ id: String, _ body: String, _ statement: OpaquePointer?) throws {
        // SQLite copies what it is given.
        let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        try check(sqlite3_bind_text(statement, 1, id, -1, copied))
        try check(sqlite3_bind_text(statement, 2, body, -1, copied))
        let code = sqlite3_step(statement)
        guard code == SQLITE_DONE else { throw Failure(code: code) }
        try check(sqlite3_reset(statement))
    }

    private static func check(_ code: Int32) throws {
        guard code == SQLITE_OK else { throw Failure(code: code) }
    }
}
