import GRDB
import NotificationGateway

extension EntryRow {
    private static let update = """
        UPDATE entry SET state = ?, changed_at = ?, due_at = ?, tries = ?, lease_owner = ?, lease_end = ?,
            unknown_since = ?, result = ? WHERE sequence = ?
        """

    /// As its holder took it: nobody has taken it since, and no receipt has come.
    private static let updateOfHeld = update + " AND lease_owner = ? AND tries = ? AND result IS NULL"

    private static func values(_ progress: EntryProgress, result: String?, _ sequence: Int64) -> [SQLValue] {
        [
            .text(progress.state.rawValue), .integer(progress.changedAt.nanosecondsSinceEpoch),
            SQLValue(progress.dueAt?.nanosecondsSinceEpoch), SQLValue(progress.tries),
            SQLValue(progress.lease?.owner.rawValue), SQLValue(progress.lease?.end.nanosecondsSinceEpoch),
            SQLValue(progress.unknownSince?.nanosecondsSinceEpoch), SQLValue(result), .integer(sequence),
        ]
    }

    /// Writes what changes of an entry. `result` is the text of the progress's result.
    func update(_ progress: EntryProgress, result: String?, _ database: Database) throws -> EntryRow {
        try RawStatement(Self.update, database).run(Self.values(progress, result: result, sequence))
        var row = self
        row.progress = progress
        row.result = result
        return row
    }

    /// Writes what changes of an entry, counts it, and logs the event of its new state where somebody wants that.
    func write(
        _ progress: EntryProgress, result: String?, _ ledger: StateLedger, _ database: Database
    ) throws -> EntryRow {
        let row = try update(progress, result: result, database)
        if progress.state != self.progress.state {
            try ledger.note(self.progress.state, progress, sequence: sequence, id: id, tenant: tenant, database)
        }
        return row
    }

    /// Ends the sending of an entry by its holder, unless it is not any more as the holder took it.
    ///
    /// - Parameter result: the text of the change's result.
    /// - Returns: whether it has been done.
    static func end(
        _ entry: OutboxEntry, by change: EntryChange, result: String?, _ ledger: StateLedger, _ database: Database
    ) throws -> Bool {
        guard let owner = change.owner, owner == entry.lease?.owner, entry.result == nil,
            let progress = try? entry.progress.changed(by: change)
        else { return false }
        let values = values(progress, result: result, entry.sequence)
        let count = try RawStatement(updateOfHeld, database).run(
            values + [.text(owner.rawValue), SQLValue(entry.tries)])
        guard count > 0 else { return false }
        if let result = change.result { try remember(result, of: entry.sequence, database) }
        try ledger.note(
            entry.state, progress, sequence: entry.sequence, id: entry.id.rawValue, tenant: entry.tenant.rawValue,
            database)
        return true
    }

    /// Keeps the vendors' ids of a send, by which receipts find the entry.
    static func remember(_ result: SendResult, of sequence: Int64, _ database: Database) throws {
        let statement = try RawStatement("INSERT OR IGNORE INTO vendor_message VALUES (?, ?, ?)", database)
        var last: String?
        for recipient in result.recipients {
            guard let id = recipient.vendorMessageID, let provider = recipient.provider, id != last else { continue }
            try statement.run([.text(id), .text(provider), .integer(sequence)])
            last = id
        }
    }
}
