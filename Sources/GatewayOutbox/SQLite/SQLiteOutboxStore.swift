import Foundation
import GRDB
public import NotificationGateway

/// Keeps entries in an SQLite file, which several processes of one machine may share.
///
/// Write-ahead log with `synchronous=FULL`: what a method has returned survives a kill and a power cut. Writers that come at
/// the same time share one commit. The file holds addresses and texts and is readable by its owner alone.
public final class SQLiteOutboxStore: OutboxStore {
    private let pool: DatabasePool
    /// For tests, which hold it up and count.
    let writer: GroupCommit

    /// Opens a file, and makes it where there is none; one of an older version is brought to the present one.
    ///
    /// - Parameters:
    ///   - path: the file; two more stand beside it, named with `-wal` and `-shm`. On a local disk, never on a network.
    ///   - busyTimeout: how long a write waits for another process's.
    /// - Throws: ``OutboxStoreError/corrupted(_:)`` when it is no database or one of a newer version,
    ///   ``OutboxStoreError/locked`` when others keep it busy, ``OutboxStoreError/failed(_:)`` when it cannot be opened.
    public init(path: String, busyTimeout: Duration = .seconds(5)) throws(OutboxStoreError) {
        var configuration = Configuration()
        configuration.label = "GatewayOutbox"
        // What was purged is personal data, and must not stay in free pages.
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA secure_delete = ON") }
        configuration.busyMode = .timeout(busyTimeout / .seconds(1))
        do {
            try Self.makeFile(path)
            pool = try DatabasePool(path: path, configuration: configuration)
            // After the pool has set up its log, for which it chooses less.
            try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
            try OutboxSchema.migrate(pool)
        } catch {
            throw OutboxStoreError(error)
        }
        writer = GroupCommit(pool)
    }

    /// Closes the file; later calls fail.
    public func close() throws(OutboxStoreError) {
        do { try pool.close() } catch { throw OutboxStoreError(error) }
    }

    /// The file, before SQLite would make it with a mode that lets others read it. The log beside it gets the same mode.
    private static func makeFile(_ path: String) throws {
        let descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw OutboxStoreError.failed("the file cannot be opened: \(String(cString: strerror(errno)))")
        }
        _ = Foundation.close(descriptor)
    }

    private func read<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(OutboxStoreError) -> Value {
        do { return try await pool.read(body) } catch { throw OutboxStoreError(error) }
    }
}

extension SQLiteOutboxStore {
    /// Keeps a submission, or finds the entry that it made before.
    public func submit(_ submission: Submission, now: WallTime) async throws(OutboxStoreError) -> SubmissionAnswer {
        try await writer.write { database in
            if let known = try Self.known(submission, database) {
                return SubmissionAnswer(entry: try known.repeated(by: submission), isNew: false)
            }
            let entry = try EntryRow.insert(OutboxEntry(submission, now: now), database)
            return SubmissionAnswer(entry: entry, isNew: true)
        }
    }

    private static func known(_ submission: Submission, _ database: Database) throws -> OutboxEntry? {
        if let key = submission.idempotency?.key {
            let known = try EntryRow.fetch(
                "tenant = ? AND idempotency_key = ?", [submission.tenant.rawValue, key.rawValue], database)
            if let entry = known.first { return entry }
        }
        return try entry(submission.id, database)
    }

    private static func entry(_ id: MessageID, _ database: Database) throws -> OutboxEntry? {
        try EntryRow.fetch("id = ?", [id.rawValue], database).first
    }

    /// The entry of an id.
    public func entry(_ id: MessageID) async throws(OutboxStoreError) -> OutboxEntry? {
        try await read { try Self.entry(id, $0) }
    }

    /// Entries in a state, in the order of submission.
    public func entries(
        in state: EntryState, after sequence: Int64, limit: Int
    ) async throws(OutboxStoreError) -> [OutboxEntry] {
        try await read {
            try EntryRow.fetch(
                "state = ? AND sequence > ? ORDER BY sequence LIMIT ?", [state.rawValue, sequence, limit], $0)
        }
    }

    /// Sets the end of leases.
    public func renew(_ ids: [MessageID], for lease: Lease) async throws(OutboxStoreError) -> Set<MessageID> {
        try await writer.write { database in
            let statement = try database.cachedStatement(
                sql: "UPDATE entry SET lease_end = ? WHERE id = ? AND lease_owner = ?")
            var held: Set<MessageID> = []
            for id in ids {
                try statement.execute(arguments: [
                    lease.end.nanosecondsSinceEpoch, id.rawValue, lease.owner.rawValue,
                ])
                if database.changesCount > 0 { held.insert(id) }
            }
            return held
        }
    }

    /// Writes down what happened.
    @discardableResult
    public func change(_ id: MessageID, by change: EntryChange) async throws(OutboxStoreError) -> OutboxEntry {
        try await writer.write { database in
            guard let entry = try Self.entry(id, database) else { throw OutboxStoreError.unknownEntry }
            let changed = try entry.changed(by: change)
            try EntryRow.update(changed, database)
            return changed
        }
    }

    /// When there is something to do next.
    public func nextTime() async throws(OutboxStoreError) -> WallTime? {
        try await read { database in
            let times = try Row.fetchOne(
                database,
                sql: """
                    SELECT (SELECT MIN(due_at) FROM entry WHERE due_at IS NOT NULL) AS due,
                        (SELECT MIN(lease_end) FROM entry WHERE lease_end IS NOT NULL) AS ended
                    """)
            let due: Int64? = times?["due"]
            let ended: Int64? = times?["ended"]
            return [due, ended].compactMap { $0 }.min().map(WallTime.init(nanosecondsSinceEpoch:))
        }
    }

    /// Forgets entries that are done with, and gives their room in the file back to later ones.
    @discardableResult
    public func purge(olderThan time: WallTime) async throws(OutboxStoreError) -> Int {
        try await writer.write { database in
            try database.execute(
                sql: "DELETE FROM entry WHERE due_at IS NULL AND lease_end IS NULL AND changed_at < ?",
                arguments: [time.nanosecondsSinceEpoch])
            return database.changesCount
        }
    }

    /// Gives the room of purged entries back to the file system. Copies the whole file: rarely, and when little is sent.
    public func vacuum() async throws(OutboxStoreError) {
        do { try await pool.vacuum() } catch { throw OutboxStoreError(error) }
    }
}
