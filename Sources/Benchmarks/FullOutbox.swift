import GRDBSQLite
import GatewayOutbox

/// A file with so many messages as a busy service has them: nine in ten accepted, one in ten waiting, of twenty tenants.
///
/// Written by plain SQL, since a million submissions take minutes: the store makes the tables, and what it keeps up to date by
/// itself is kept so here too.
enum FullOutbox {
    struct Failure: Error { var code: Int32 }

    static func make(_ count: Int, in path: String) throws {
        try SQLiteOutboxStore(path: path).close()
        var database: OpaquePointer?
        try check(sqlite3_open(path, &database))
        defer { sqlite3_close(database) }
        for sql in [
            "PRAGMA synchronous = OFF", "BEGIN", entries(count),
            "INSERT INTO tag SELECT 'login', submitted_at, sequence FROM entry",
            """
            INSERT INTO vendor_message SELECT 'benchmark-' || sequence || '^0', 'vendor', sequence FROM entry
                WHERE state = 'accepted'
            """, "INSERT INTO tally SELECT state, COUNT(*) FROM entry GROUP BY state", "COMMIT",
            "PRAGMA wal_checkpoint(TRUNCATE)",
        ] { try check(sqlite3_exec(database, sql, nil, nil, nil)) }
    }

    /// One a millisecond since November of 2026; those that wait are due in 2096, so that nobody sends them.
    private static func entries(_ count: Int) -> String {
        """
        WITH RECURSIVE place(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM place WHERE i < \(count))
        INSERT INTO entry (id, tenant, category, message, idempotency_key, fingerprint, submitted_at, send_at, template,
            state, changed_at, due_at, tries, result)
        SELECT lower(hex(randomblob(16))), 'tenant-' || (i % 20),
            CASE i % 3 WHEN 0 THEN 'verification' WHEN 1 THEN 'notification' ELSE 'marketing' END,
            '{"channel":"sms","parameters":{"code":"271828"},"recipients":[{"text":"+86138' || printf('%08d', i)
                || '"}],"tags":["login"],"template":"login-code"}',
            'benchmark-' || i, lower(hex(randomblob(32))), 1795000000000000000 + i * 1000000,
            1795000000000000000 + i * 1000000, 'login-code', CASE i % 10 WHEN 0 THEN 'scheduled' ELSE 'accepted' END,
            1795000000000000000 + i * 1000000, CASE i % 10 WHEN 0 THEN 4000000000000000000 + i END,
            CASE i % 10 WHEN 0 THEN 0 ELSE 1 END,
            CASE i % 10 WHEN 0 THEN NULL ELSE
                '{"attempts":[{"acceptance":"accepted","duration_ms":12.5,"next":"stop","number":1,"provider":"vendor",'
                || '"recipients":1,"reference":"benchmark-' || i || '-1","request_id":"F655A8D5-B967-440B-8683",'
                || '"why":"a vendor took it"}],"recipients":[{"address":"+86138' || printf('%08d', i)
                || '","outcome":"accepted","provider":"vendor","vendorMessageID":"benchmark-' || i || '^0"}],"requests":1}'
            END
        FROM place
        """
    }

    private static func check(_ code: Int32) throws {
        guard code == SQLITE_OK else { throw Failure(code: code) }
    }
}
