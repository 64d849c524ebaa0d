import GRDBSQLite

/// What the disk gives at best: one prepared insert, 64 of them a commit, as safe as the outbox's.
enum BareInserts {
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
