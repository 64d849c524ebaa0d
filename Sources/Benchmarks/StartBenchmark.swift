import Foundation
import GatewayOutbox
import NotificationGateway

/// How long `notify serve` takes to listen over a file of many messages, and how long the store's questions take on it.
struct StartBenchmark {
    private let messages: Int

    init(_ arguments: Arguments) { messages = arguments.messages }

    /// One JSON line; each figure is the median of three.
    func run() async throws -> String {
        let folder = try BenchmarkFolder("start")
        defer { folder.remove() }
        let outbox = folder.path + "/outbox"
        try FullOutbox.make(messages, in: outbox)
        let bytes = folder.size(of: "outbox")
        var starts: [Double] = []
        for _ in 0..<3 {
            let server = try ServedNotify(outbox: outbox, vendor: "http://127.0.0.1:9", folder: folder.path)
            starts.append(server.startUp * 1_000)
            server.stop()
        }
        let store = try SQLiteOutboxStore(path: outbox)
        let now = SystemClock().wallTime
        let lease = Lease(owner: "benchmark", end: now + .seconds(30))
        return Measurement.line([
            "messages": Double(messages), "file_bytes_per_message": bytes / Double(messages),
            "start_ms": starts.sorted()[1], "counts_ms": try await median { _ = try await store.counts() },
            "next_time_ms": try await median { _ = try await store.nextTime() },
            "take_ms": try await median { _ = try await store.take(.due, for: lease, limit: 256, now: now) },
            "list_ms": try await median { try await list(EntryFilter(), store) },
            "list_by_state_ms": try await median { try await list(EntryFilter(state: .accepted), store) },
            "list_by_tag_ms": try await median { try await list(EntryFilter(tag: "login"), store) },
            "unreported_ms": try await median { try await unreported(store, now) },
            "purge_500_ms": try await median { _ = try await store.purge(olderThan: now, limit: 500) },
            "peak_rss_mb": Measurement.peakMemory(),
        ])
    }

    private func median(_ body: () async throws -> Void) async throws -> Double {
        var times: [Double] = []
        for _ in 0..<3 {
            let started = ContinuousClock.now
            try await body()
            times.append((ContinuousClock.now - started) / .milliseconds(1))
        }
        return times.sorted()[1]
    }

    private func list(_ filter: EntryFilter, _ store: SQLiteOutboxStore) async throws {
        _ = try await store.entries(matching: filter, .newestFirst, after: nil, limit: 50)
    }

    /// What is asked about every few seconds where receipts are polled.
    private func unreported(_ store: SQLiteOutboxStore, _ now: WallTime) async throws {
        let start = AcceptancePlace(time: WallTime(nanosecondsSinceEpoch: 1_795_000_000_000_000_000))
        _ = try await store.accepted(after: start, until: now, limit: 100)
    }
}
