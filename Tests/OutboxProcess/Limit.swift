import GatewayOutbox
import Glibc
import NotificationGateway

/// A process that may not write beyond a size, as on a full disk, and later may again.
enum Limit {
    static func run(on path: String) async throws {
        signal(SIGXFSZ, SIG_IGN)
        let store = try SQLiteOutboxStore(path: path)
        _ = try await store.submit(.sample("before"), now: SystemClock().wallTime)
        try limit(to: 200_000)
        let large = String(repeating: "x", count: 400_000)
        do {
            _ = try await store.submit(.sample("large", text: large), now: SystemClock().wallTime)
            say("kept")
        } catch {
            say("refused: \(error)")
        }
        say(try await store.entry("before") == nil ? "lost" : "still there")
        try limit(to: rlim_t.max)
        say(try await store.submit(.sample("large", text: large), now: SystemClock().wallTime).isNew ? "kept" : "known")
    }

    private static func limit(to size: rlim_t) throws {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
        limit.rlim_cur = min(size, limit.rlim_max)
        setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
    }
}
