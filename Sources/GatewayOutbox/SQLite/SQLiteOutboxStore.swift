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
    let ledger: StateLedger
    private let file: OpenFile

    /// Opens a file, and makes it where there is none; one of an older version is brought to the present one.
    ///
    /// - Parameters:
    ///   - path: the file; two more stand beside it, named with `-wal` and `-shm`. On a local disk, never on a network.
    ///   - busyTimeout: how long a write waits for another process's.
    ///   - events: the states of which an event is logged when an entry comes into them; somebody must take the events then.
    /// - Throws: ``OutboxStoreError/corrupted(_:)`` when it is no database or one of a newer version,
    ///   ``OutboxStoreError/locked`` when others keep it busy, ``OutboxStoreError/failed(_:)`` when it cannot be opened.
    public init(
        path: String, busyTimeout: Duration = .seconds(5), events: Set<EntryState> = []
    ) throws(OutboxStoreError) {
        var configuration = Configuration()
        configuration.label = "GatewayOutbox"
        configuration.prepareDatabase { database in
            // What was purged is personal data, and must not stay in free pages.
            try database.execute(sql: "PRAGMA secure_delete = ON")
            // In files, what SQLite notes to undo a statement costs more than the statement.
            try database.execute(sql: "PRAGMA temp_store = MEMORY")
            // A new file can give them back; to say so is to write, which the connections for reading cannot.
            if !database.configuration.readonly { try database.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL") }
        }
        configuration.busyMode = .timeout(busyTimeout / .seconds(1))
        do {
            (pool, file) = try Self.alone(with: path) {
                try Self.makeFile(path)
                let file = try OpenFile(path)
                let pool = try DatabasePool(path: path, configuration: configuration)
                // After the pool has set up its log, for which it chooses less.
                try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
                try OutboxSchema.migrate(pool)
                return (pool, file)
            }
        } catch {
            throw OutboxStoreError(error)
        }
        ledger = StateLedger(logging: events)
        writer = GroupCommit(pool, ledger)
    }

    /// Closes the file; later calls fail.
    public func close() throws(OutboxStoreError) {
        do { try pool.close() } catch { throw OutboxStoreError(error) }
    }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(OutboxStoreError) -> Value {
        do { return try await pool.read(body) } catch {
            let error = OutboxStoreError(error)
            // What was read of a damaged file must not be remembered when that is put right.
            if case .corrupted = error { pool.releaseMemory() }
            throw error
        }
    }

    /// Gives the room of all purged entries back to the file system. Copies the whole file: rarely, and when little is sent.
    public func vacuum() async throws(OutboxStoreError) {
        do { try await pool.vacuum() } catch { throw OutboxStoreError(error) }
    }
}

extension SQLiteOutboxStore {
    /// Keeps a submission, or finds the entry that it made before.
    public func submit(_ submission: Submission, now: WallTime) async throws(OutboxStoreError) -> SubmissionAnswer {
        try file.check()
        var entry = OutboxEntry(submission, now: now)
        let message = StoredMessage(entry.message).json
        let (sequence, repeated) = try await writer.write { [entry, ledger] database in
            let sequence = try EntryRow.insert(entry, message: message, ledger, database)
            return (sequence, sequence == nil ? try Self.repeated(submission, database) : nil)
        }
        if let repeated { return SubmissionAnswer(entry: repeated, isNew: false) }
        guard let sequence else { throw .failed("an entry was neither written nor found") }
        entry.sequence = sequence
        return SubmissionAnswer(entry: entry, isNew: true)
    }

    /// Keeps several submissions or none.
    public func submit(
        _ submissions: [Submission], now: WallTime
    ) async throws(OutboxStoreError) -> [SubmissionAnswer] {
        try file.check()
        let parts = submissions.map { (submission: $0, message: StoredMessage($0.message).json) }
        return try await writer.write { [ledger] database in
            try parts.map { try Self.keep($0.submission, message: $0.message, now: now, ledger, database) }
        }
    }

    private static func keep(
        _ submission: Submission, message: String, now: WallTime, _ ledger: StateLedger, _ database: Database
    ) throws -> SubmissionAnswer {
        var entry = OutboxEntry(submission, now: now)
        if let sequence = try EntryRow.insert(entry, message: message, ledger, database) {
            entry.sequence = sequence
            return SubmissionAnswer(entry: entry, isNew: true)
        }
        guard let repeated = try repeated(submission, database) else {
            throw OutboxStoreError.failed("an entry was neither written nor found")
        }
        return SubmissionAnswer(entry: repeated, isNew: false)
    }

    /// The entry that a submission made before, under the key that this one brings where it had none.
    private static func repeated(_ submission: Submission, _ database: Database) throws -> OutboxEntry? {
        guard let known = try known(submission, database)?.entry() else { return nil }
        let repeated = try known.repeated(by: submission)
        if known.idempotency == nil, let key = repeated.idempotency {
            try RawStatement("UPDATE entry SET idempotency_key = ?, fingerprint = ? WHERE sequence = ?", database).run([
                .text(key.key.rawValue), .text(key.fingerprint.rawValue), .integer(known.sequence),
            ])
        }
        return repeated
    }

    private static func known(_ submission: Submission, _ database: Database) throws -> EntryRow? {
        if let key = submission.idempotency?.key, let row = try row(under: key, of: submission.tenant, database) {
            return row
        }
        return try EntryRow.fetch(id: submission.id, database)
    }

    private static func row(
        under key: IdempotencyKey, of tenant: Tenant, _ database: Database
    ) throws -> EntryRow? {
        try EntryRow.fetch(
            "tenant = ? AND idempotency_key = ?", [.text(tenant.rawValue), .text(key.rawValue)], database
        ).first
    }

    /// The entry of an id.
    public func entry(_ id: MessageID) async throws(OutboxStoreError) -> OutboxEntry? {
        try await read { try EntryRow.fetch(id: id, $0) }?.entry()
    }

    /// The entry that a key made.
    public func entry(under key: IdempotencyKey, of tenant: Tenant) async throws(OutboxStoreError) -> OutboxEntry? {
        try await read { try Self.row(under: key, of: tenant, $0) }?.entry()
    }

    /// Sets the end of leases.
    public func renew(_ ids: [MessageID], for lease: Lease) async throws(OutboxStoreError) -> Set<MessageID> {
        try await writer.write { database in
            let statement = try RawStatement(
                "UPDATE entry SET lease_end = ? WHERE id = ? AND lease_owner = ?", database)
            var held: Set<MessageID> = []
            for id in ids {
                let count = try statement.run([
                    .integer(lease.end.nanosecondsSinceEpoch), .text(id.rawValue), .text(lease.owner.rawValue),
                ])
                if count > 0 { held.insert(id) }
            }
            return held
        }
    }

    /// Writes down what happened.
    @discardableResult
    public func change(_ id: MessageID, by change: EntryChange) async throws(OutboxStoreError) -> OutboxEntry {
        let result = change.result?.json
        return try await writer.write { [ledger] database in
            try Self.change(id, by: change, result: result, ledger, database)
        }.entry()
    }

    /// Writes down what happened to an entry that was taken: without reading it first where it is as its holder knows it.
    public func record(_ change: EntryChange, of entry: OutboxEntry) async throws(OutboxStoreError) {
        let result = change.result?.json
        try await writer.write { [ledger] database in
            if try EntryRow.end(entry, by: change, result: result, ledger, database) { return }
            _ = try Self.change(entry.id, by: change, result: result, ledger, database)
        }
    }

    /// `result` is the text of the change's result, written out before.
    private static func change(
        _ id: MessageID, by change: EntryChange, result: String?, _ ledger: StateLedger, _ database: Database
    ) throws -> EntryRow {
        guard let row = try EntryRow.fetch(id: id, database) else { throw OutboxStoreError.unknownEntry }
        let progress = try row.progress.changed(by: change)
        // Unless receipts have come since.
        let text = progress.result == change.result ? result : progress.result?.json
        if let result = change.result { try EntryRow.remember(result, of: row.sequence, database) }
        return try row.write(progress, result: text, ledger, database)
    }

    /// When there is something to do next.
    public func nextTime() async throws(OutboxStoreError) -> WallTime? {
        try await read { database in
            let ended = try RawStatement("SELECT MIN(lease_end) FROM entry WHERE lease_end IS NOT NULL", database)
                .numbers([]).first
            return [try Self.nextDue(database), ended].compactMap { $0 }.min()
                .map(WallTime.init(nanosecondsSinceEpoch:))
        }
    }

    /// Forgets entries that are done with. Their room in the file goes to later ones; a good part of it that none has taken
    /// goes back to the file system.
    @discardableResult
    public func purge(olderThan time: WallTime, limit: Int) async throws(OutboxStoreError) -> Int {
        try await writer.write { [ledger] database in
            let states = try String.fetchAll(
                database,
                sql: """
                    DELETE FROM entry WHERE sequence IN (
                        SELECT sequence FROM entry
                        WHERE due_at IS NULL AND lease_end IS NULL AND changed_at < ?
                            AND NOT EXISTS (SELECT 1 FROM event WHERE event.entry = entry.sequence)
                        ORDER BY changed_at, sequence LIMIT ?)
                    RETURNING state
                    """, arguments: [time.nanosecondsSinceEpoch, limit])
            for state in states { ledger.move(from: EntryState(rawValue: state), to: nil) }
            let free = try Int.fetchOne(database, sql: "PRAGMA freelist_count") ?? 0
            let pages = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
            // At most four megabytes at a time: others wait meanwhile.
            if free * 4 > pages { try database.execute(sql: "PRAGMA incremental_vacuum(1000)") }
            return states.count
        }
    }
}

extension SQLiteOutboxStore: MaskedDescription {
    /// What it is: the database keeps what was written last, values included, where a dump would find it.
    public var description: String { "outbox in an SQLite file" }
}
