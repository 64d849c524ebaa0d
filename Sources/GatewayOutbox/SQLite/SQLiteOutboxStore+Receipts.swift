import GRDB
public import NotificationGateway

extension SQLiteOutboxStore {
    /// Writes down a receipt.
    public func receive(_ receipt: DeliveryReceipt, now: WallTime) async throws(OutboxStoreError) -> ReceiptAnswer {
        let (effect, row) = try await writer.write { [logged] database -> (ReceiptEffect, EntryRow?) in
            guard let row = try Self.row(of: receipt, database) else { return (.unknown, nil) }
            let entry = try row.entry()
            let (progress, effect) = row.progress.receiving(
                receipt, recipients: entry.message.recipients.count, now: now)
            guard effect == .applied else { return (effect, row) }
            let result = progress.result?.json
            return (effect, try row.write(progress, result: result, logging: logged, database))
        }
        return ReceiptAnswer(effect, try row?.entry())
    }

    private static func row(of receipt: DeliveryReceipt, _ database: Database) throws -> EntryRow? {
        if let id = receipt.messageID, let row = try EntryRow.fetch(id: id, database) { return row }
        guard let vendorID = receipt.vendorMessageID else { return nil }
        return try EntryRow.fetch(
            "sequence = (SELECT MAX(entry) FROM vendor_message WHERE id = ? AND provider = ?)",
            [vendorID, receipt.provider.rawValue], database
        ).first
    }

    /// Keeps the vendors' ids of a send, by which receipts find the entry.
    static func remember(_ result: SendResult, of row: EntryRow, _ database: Database) throws {
        let statement = try database.cachedStatement(sql: "INSERT OR IGNORE INTO vendor_message VALUES (?, ?, ?)")
        var last: String?
        for recipient in result.recipients {
            guard let id = recipient.vendorMessageID, let provider = recipient.provider, id != last else { continue }
            try statement.execute(arguments: [id, provider, row.sequence])
            last = id
        }
    }
}

extension EntryRow {
    /// Every change of an entry that is kept goes this way, so that its event is written.
    func write(
        _ progress: EntryProgress, result: String?, logging logged: Set<EntryState>, _ database: Database
    ) throws -> EntryRow {
        let row = try update(progress, result: result, database)
        if progress.state != self.progress.state, logged.contains(progress.state) {
            let statement = try database.cachedStatement(
                sql: "INSERT INTO event (entry, id, tenant, state, time, tries, due_at) VALUES (?, ?, ?, ?, ?, 0, ?)")
            let time = progress.changedAt.nanosecondsSinceEpoch
            try statement.execute(arguments: [sequence, id, tenant, progress.state.rawValue, time, time])
        }
        return row
    }
}
