import Foundation
import GRDB
import NotificationGateway

/// An entry as a row of the table `entry`. The message stays the text that it is until somebody wants to read it: not in a
/// transaction, which keeps all others waiting.
struct EntryRow: Sendable {
    var sequence: Int64
    var id: String
    var tenant: String
    var message: String
    var idempotencyKey: String?
    var fingerprint: String?
    var reference: String?
    var isFoundByRecipient: Bool
    var submittedAt: Int64
    var sendAt: Int64
    var progress: EntryProgress
    var result: String?

    /// The entry.
    ///
    /// - Throws: ``OutboxStoreError/corrupted(_:)`` when the message cannot be read.
    func entry() throws(OutboxStoreError) -> OutboxEntry {
        let message: Message
        do {
            message = try StoredMessage(json: self.message).message()
        } catch {
            throw Self.unreadable("message")
        }
        var idempotency: Idempotency?
        if let idempotencyKey, let fingerprint {
            idempotency = Idempotency(
                key: IdempotencyKey(rawValue: idempotencyKey), fingerprint: RequestFingerprint(rawValue: fingerprint))
        }
        return OutboxEntry(
            sequence: sequence, id: MessageID(rawValue: id), tenant: Tenant(rawValue: tenant), message: message,
            idempotency: idempotency, reference: reference, isFoundByRecipient: isFoundByRecipient,
            submittedAt: WallTime(nanosecondsSinceEpoch: submittedAt),
            sendAt: WallTime(nanosecondsSinceEpoch: sendAt), progress: progress)
    }

    static func unreadable(_ column: String) -> OutboxStoreError {
        .corrupted("column '\(column)' of an entry cannot be read")
    }
}

// MARK: Reading

extension EntryRow {
    private static let columns = [
        "sequence", "id", "tenant", "message", "idempotency_key", "fingerprint", "submitted_at", "send_at", "state",
        "changed_at", "due_at", "tries", "lease_owner", "lease_end", "unknown_since", "result", "reference",
        "found_by_recipient",
    ]
    private static let selection = "SELECT \(columns.joined(separator: ", ")) FROM entry WHERE "

    /// The rows that a condition finds.
    static func fetch(
        _ condition: String, _ arguments: [any DatabaseValueConvertible], _ database: Database
    ) throws -> [EntryRow] {
        let statement = try database.cachedStatement(sql: selection + condition)
        let rows = try Row.fetchCursor(statement, arguments: StatementArguments(arguments))
        var found: [EntryRow] = []
        while let row = try rows.next() { found.append(try EntryRow(row)) }
        return found
    }

    static func fetch(id: MessageID, _ database: Database) throws -> EntryRow? {
        try fetch("id = ?", [id.rawValue], database).first
    }

    private init(_ row: Row) throws {
        let stateName: String = try Self.value(8, row)
        guard let state = EntryState(rawValue: stateName) else { throw Self.unreadable("state") }
        sequence = try Self.value(0, row)
        id = try Self.value(1, row)
        tenant = try Self.value(2, row)
        message = try Self.value(3, row)
        idempotencyKey = try Self.optional(4, row)
        fingerprint = try Self.optional(5, row)
        submittedAt = try Self.value(6, row)
        sendAt = try Self.value(7, row)
        result = try Self.optional(15, row)
        reference = try Self.optional(16, row)
        isFoundByRecipient = try Self.value(17, row)
        progress = EntryProgress(
            state: state, changedAt: try Self.time(9, row) ?? .epoch, dueAt: try Self.time(10, row),
            tries: try Self.value(11, row), lease: try Self.lease(row), unknownSince: try Self.time(14, row),
            result: try result.map(Self.decoded))
    }

    private static func decoded(_ text: String) throws(OutboxStoreError) -> SendResult {
        do { return try JSONDecoder().decode(SendResult.self, from: Data(text.utf8)) } catch {
            throw unreadable("result")
        }
    }

    private static func lease(_ row: Row) throws -> Lease? {
        guard let owner: String = try optional(12, row), let end = try time(13, row) else { return nil }
        return Lease(owner: LeaseOwner(rawValue: owner), end: end)
    }

    private static func time(_ column: Int, _ row: Row) throws -> WallTime? {
        try optional(column, row).map(WallTime.init(nanosecondsSinceEpoch:))
    }

    /// A column's value; GRDB's own subscript would end the process where the file holds another type.
    private static func value<Value: DatabaseValueConvertible>(_ column: Int, _ row: Row) throws -> Value {
        guard let value: Value = try optional(column, row) else { throw unreadable(columns[column]) }
        return value
    }

    private static func optional<Value: DatabaseValueConvertible>(_ column: Int, _ row: Row) throws -> Value? {
        let stored: DatabaseValue = row[column]
        if stored.isNull { return nil }
        guard let value = Value.fromDatabaseValue(stored) else { throw unreadable(columns[column]) }
        return value
    }
}

extension WallTime {
    fileprivate static let epoch = WallTime(nanosecondsSinceEpoch: 0)
}

// MARK: Writing

extension EntryRow {
    private static let insertion = """
        INSERT INTO entry (id, tenant, category, message, idempotency_key, fingerprint, submitted_at, send_at, expires_at,
            template, state, changed_at, due_at, tries, reference, found_by_recipient)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
        """

    private static let update = """
        UPDATE entry SET state = ?, changed_at = ?, due_at = ?, tries = ?, lease_owner = ?, lease_end = ?,
            unknown_since = ?, result = ? WHERE sequence = ?
        """

    /// Writes a new entry, whose message is this text; gives its sequence, or `nil` where its id or key is known already.
    static func insert(_ entry: OutboxEntry, message: String, _ database: Database) throws -> Int64? {
        let values: [(any DatabaseValueConvertible)?] = [
            entry.id.rawValue, entry.tenant.rawValue, entry.category.rawValue, message,
            entry.idempotency?.key.rawValue, entry.idempotency?.fingerprint.rawValue,
            entry.submittedAt.nanosecondsSinceEpoch, entry.sendAt.nanosecondsSinceEpoch,
            entry.expiry?.nanosecondsSinceEpoch, entry.message.template?.rawValue, entry.state.rawValue,
            entry.changedAt.nanosecondsSinceEpoch, entry.dueAt?.nanosecondsSinceEpoch, entry.tries,
            entry.reference, entry.isFoundByRecipient,
        ]
        let statement = try database.cachedStatement(sql: insertion)
        try statement.execute(arguments: StatementArguments(values))
        guard database.changesCount > 0 else { return nil }
        let sequence = database.lastInsertedRowID
        for tag in Set(entry.message.tags) {
            try database.execute(
                literal: """
                    INSERT INTO tag VALUES (\(tag.rawValue), \(entry.submittedAt.nanosecondsSinceEpoch), \(sequence))
                    """)
        }
        if entry.isFoundByRecipient { try index(entry, sequence, database) }
        return sequence
    }

    /// Writes by whom an entry is found.
    private static func index(_ entry: OutboxEntry, _ sequence: Int64, _ database: Database) throws {
        let statement = try database.cachedStatement(sql: "INSERT OR IGNORE INTO recipient VALUES (?, ?, ?)")
        for recipient in entry.message.recipients {
            try statement.execute(arguments: [
                recipient.writtenOut, entry.submittedAt.nanosecondsSinceEpoch, sequence,
            ])
        }
    }

    /// Writes what changes of an entry. `result` is the text of the progress's result.
    func update(_ progress: EntryProgress, result: String?, _ database: Database) throws -> EntryRow {
        let values: [(any DatabaseValueConvertible)?] = [
            progress.state.rawValue, progress.changedAt.nanosecondsSinceEpoch, progress.dueAt?.nanosecondsSinceEpoch,
            progress.tries, progress.lease?.owner.rawValue, progress.lease?.end.nanosecondsSinceEpoch,
            progress.unknownSince?.nanosecondsSinceEpoch, result, sequence,
        ]
        let statement = try database.cachedStatement(sql: Self.update)
        try statement.execute(arguments: StatementArguments(values))
        var row = self
        row.progress = progress
        row.result = result
        return row
    }
}
