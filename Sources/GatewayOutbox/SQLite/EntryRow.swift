import Foundation
import GRDB
import NotificationGateway

/// An entry as a row of the table `entry`.
enum EntryRow {
    typealias Values = [String: (any DatabaseValueConvertible)?]

    private static let insertion = """
        INSERT INTO entry (id, tenant, category, message, idempotency_key, fingerprint, submitted_at, send_at, expires_at,
            state, changed_at, due_at, tries, lease_owner, lease_end, unknown_since, result)
        VALUES (:id, :tenant, :category, :message, :idempotency_key, :fingerprint, :submitted_at, :send_at, :expires_at,
            :state, :changed_at, :due_at, :tries, :lease_owner, :lease_end, :unknown_since, :result)
        """

    private static let update = """
        UPDATE entry SET state = :state, changed_at = :changed_at, due_at = :due_at, tries = :tries,
            lease_owner = :lease_owner, lease_end = :lease_end, unknown_since = :unknown_since, result = :result
        WHERE id = :id
        """

    /// Writes a new entry and gives it its sequence.
    static func insert(_ entry: OutboxEntry, _ database: Database) throws -> OutboxEntry {
        let unchanging: Values = [
            "tenant": entry.tenant.rawValue, "category": entry.category.rawValue,
            "message": try json(StoredMessage(entry.message)), "idempotency_key": entry.idempotency?.key.rawValue,
            "fingerprint": entry.idempotency?.fingerprint.rawValue,
            "submitted_at": entry.submittedAt.nanosecondsSinceEpoch, "send_at": entry.sendAt.nanosecondsSinceEpoch,
            "expires_at": entry.message.expires?.nanosecondsSinceEpoch,
        ]
        let values = try changing(entry).merging(unchanging) { $1 }
        try database.cachedStatement(sql: insertion).execute(arguments: StatementArguments(values))
        var entry = entry
        entry.sequence = database.lastInsertedRowID
        return entry
    }

    /// Writes what changes of an entry.
    static func update(_ entry: OutboxEntry, _ database: Database) throws {
        try database.cachedStatement(sql: update).execute(arguments: StatementArguments(try changing(entry)))
    }

    /// The entries that a condition finds.
    static func fetch(
        _ condition: String, _ arguments: StatementArguments, _ database: Database
    ) throws -> [OutboxEntry] {
        let statement = try database.cachedStatement(sql: "SELECT * FROM entry WHERE \(condition)")
        return try Row.fetchAll(statement, arguments: arguments).map(entry)
    }

    private static func changing(_ entry: OutboxEntry) throws -> Values {
        [
            "id": entry.id.rawValue, "state": entry.state.rawValue,
            "changed_at": entry.changedAt.nanosecondsSinceEpoch, "due_at": entry.dueAt?.nanosecondsSinceEpoch,
            "tries": entry.tries, "lease_owner": entry.lease?.owner.rawValue,
            "lease_end": entry.lease?.end.nanosecondsSinceEpoch,
            "unknown_since": entry.unknownSince?.nanosecondsSinceEpoch, "result": try entry.result.map(json),
        ]
    }

    // MARK: Reading

    private static func entry(_ row: Row) throws -> OutboxEntry {
        OutboxEntry(
            sequence: try value("sequence", row), id: MessageID(rawValue: try value("id", row)),
            tenant: Tenant(rawValue: try value("tenant", row)), message: try message(row),
            idempotency: try idempotency(row), submittedAt: try time("submitted_at", row),
            sendAt: try time("send_at", row), state: try state(row), changedAt: try time("changed_at", row),
            dueAt: try optionalTime("due_at", row), tries: try value("tries", row), lease: try lease(row),
            unknownSince: try optionalTime("unknown_since", row), result: try result(row))
    }

    private static func message(_ row: Row) throws -> Message {
        do {
            let text: String = try value("message", row)
            return try JSONDecoder().decode(StoredMessage.self, from: Data(text.utf8)).message()
        } catch {
            throw unreadable("message")
        }
    }

    private static func result(_ row: Row) throws -> SendResult? {
        guard let text: String = try value("result", row) else { return nil }
        do { return try JSONDecoder().decode(SendResult.self, from: Data(text.utf8)) } catch {
            throw unreadable("result")
        }
    }

    private static func state(_ row: Row) throws -> EntryState {
        guard let state = EntryState(rawValue: try value("state", row)) else { throw unreadable("state") }
        return state
    }

    private static func idempotency(_ row: Row) throws -> Idempotency? {
        guard let key: String = try value("idempotency_key", row),
            let fingerprint: String = try value("fingerprint", row)
        else { return nil }
        return Idempotency(
            key: IdempotencyKey(rawValue: key), fingerprint: RequestFingerprint(rawValue: fingerprint))
    }

    private static func lease(_ row: Row) throws -> Lease? {
        guard let owner: String = try value("lease_owner", row), let end = try optionalTime("lease_end", row) else {
            return nil
        }
        return Lease(owner: LeaseOwner(rawValue: owner), end: end)
    }

    private static func time(_ column: String, _ row: Row) throws -> WallTime {
        WallTime(nanosecondsSinceEpoch: try value(column, row))
    }

    private static func optionalTime(_ column: String, _ row: Row) throws -> WallTime? {
        try value(column, row).map(WallTime.init(nanosecondsSinceEpoch:))
    }

    /// A column's value; GRDB's own subscript would end the process where the file holds another type.
    private static func value<Value: DatabaseValueConvertible & StatementColumnConvertible>(
        _ column: String, _ row: Row
    ) throws -> Value {
        guard let value = Value.fromDatabaseValue(row[column]) else { throw unreadable(column) }
        return value
    }

    private static func value<Value: DatabaseValueConvertible>(_ column: String, _ row: Row) throws -> Value? {
        let stored: DatabaseValue = row[column]
        if stored.isNull { return nil }
        guard let value = Value.fromDatabaseValue(stored) else { throw unreadable(column) }
        return value
    }

    private static func unreadable(_ column: String) -> OutboxStoreError {
        .corrupted("column '\(column)' of an entry cannot be read")
    }

    private static func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}
