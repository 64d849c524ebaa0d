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
    private static let byID = selection + "id = ?"
    private static let bySequence = selection + "sequence = ?"

    /// The rows that a condition finds.
    static func fetch(_ condition: String, _ values: [SQLValue], _ database: Database) throws -> [EntryRow] {
        try rows(selection + condition, values, database)
    }

    static func fetch(id: MessageID, _ database: Database) throws -> EntryRow? {
        try rows(byID, [.text(id.rawValue)], database).first
    }

    static func fetch(sequence: Int64, _ database: Database) throws -> EntryRow? {
        try rows(bySequence, [.integer(sequence)], database).first
    }

    private static func rows(_ sql: String, _ values: [SQLValue], _ database: Database) throws -> [EntryRow] {
        var found: [EntryRow] = []
        try RawStatement(sql, database).forEachRow(values) { found.append(try EntryRow($0)) }
        return found
    }

    private init(_ row: RawRow) throws {
        guard let state = EntryState(rawValue: try Self.text(8, row)) else { throw Self.unreadable("state") }
        sequence = try Self.integer(0, row)
        id = try Self.text(1, row)
        tenant = try Self.text(2, row)
        message = try Self.text(3, row)
        idempotencyKey = try Self.optional(4, row, Self.text)
        fingerprint = try Self.optional(5, row, Self.text)
        submittedAt = try Self.integer(6, row)
        sendAt = try Self.integer(7, row)
        result = try Self.optional(15, row, Self.text)
        reference = try Self.optional(16, row, Self.text)
        isFoundByRecipient = try Self.integer(17, row) != 0
        progress = EntryProgress(
            state: state, changedAt: WallTime(nanosecondsSinceEpoch: try Self.integer(9, row)),
            dueAt: try Self.time(10, row), tries: Int(truncatingIfNeeded: try Self.integer(11, row)),
            lease: try Self.lease(row), unknownSince: try Self.time(14, row), result: try result.map(Self.decoded))
    }

    private static func decoded(_ text: String) throws(OutboxStoreError) -> SendResult {
        do { return try JSONDecoder().decode(SendResult.self, from: Data(text.utf8)) } catch {
            throw unreadable("result")
        }
    }

    private static func lease(_ row: RawRow) throws -> Lease? {
        guard let owner = try optional(12, row, text), let end = try time(13, row) else { return nil }
        return Lease(owner: LeaseOwner(rawValue: owner), end: end)
    }

    private static func time(_ column: Int32, _ row: RawRow) throws -> WallTime? {
        try optional(column, row, integer).map(WallTime.init(nanosecondsSinceEpoch:))
    }

    // What the file holds must not end the process, whatever it is.

    private static func integer(_ column: Int32, _ row: RawRow) throws -> Int64 {
        guard let number = row.integer(column) else { throw unreadable(columns[Int(column)]) }
        return number
    }

    private static func text(_ column: Int32, _ row: RawRow) throws -> String {
        guard let text = row.text(column) else { throw unreadable(columns[Int(column)]) }
        return text
    }

    private static func optional<Value>(
        _ column: Int32, _ row: RawRow, _ read: (Int32, RawRow) throws -> Value
    ) throws -> Value? {
        row.isNull(column) ? nil : try read(column, row)
    }
}

// MARK: Writing

extension EntryRow {
    private static let insertion = """
        INSERT INTO entry (id, tenant, category, message, idempotency_key, fingerprint, submitted_at, send_at, expires_at,
            template, state, changed_at, due_at, tries, reference, found_by_recipient)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
        """

    /// Writes a new entry, whose message is this text; gives its sequence, or `nil` where its id or key is known already.
    static func insert(
        _ entry: OutboxEntry, message: String, _ ledger: StateLedger, _ database: Database
    ) throws -> Int64? {
        let count = try RawStatement(insertion, database).run([
            .text(entry.id.rawValue), .text(entry.tenant.rawValue), .text(entry.category.rawValue), .text(message),
            SQLValue(entry.idempotency?.key.rawValue), SQLValue(entry.idempotency?.fingerprint.rawValue),
            .integer(entry.submittedAt.nanosecondsSinceEpoch), .integer(entry.sendAt.nanosecondsSinceEpoch),
            SQLValue(entry.expiry?.nanosecondsSinceEpoch), SQLValue(entry.message.template?.rawValue),
            .text(entry.state.rawValue), .integer(entry.changedAt.nanosecondsSinceEpoch),
            SQLValue(entry.dueAt?.nanosecondsSinceEpoch), SQLValue(entry.tries), SQLValue(entry.reference),
            SQLValue(entry.isFoundByRecipient ? 1 : 0),
        ])
        guard count > 0 else { return nil }
        let sequence = database.lastInsertedRowID
        ledger.move(from: nil, to: entry.state)
        for tag in Set(entry.message.tags) {
            try RawStatement("INSERT INTO tag VALUES (?, ?, ?)", database).run([
                .text(tag.rawValue), .integer(entry.submittedAt.nanosecondsSinceEpoch), .integer(sequence),
            ])
        }
        if entry.isFoundByRecipient { try index(entry, sequence, database) }
        return sequence
    }

    /// Writes by whom an entry is found.
    private static func index(_ entry: OutboxEntry, _ sequence: Int64, _ database: Database) throws {
        let statement = try RawStatement("INSERT OR IGNORE INTO recipient VALUES (?, ?, ?)", database)
        for recipient in entry.message.recipients {
            try statement.run([
                .text(recipient.writtenOut), .integer(entry.submittedAt.nanosecondsSinceEpoch), .integer(sequence),
            ])
        }
    }
}
