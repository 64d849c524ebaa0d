import GRDB
public import NotificationGateway

extension SQLiteOutboxStore {
    /// Writes down a receipt.
    public func receive(_ receipt: DeliveryReceipt, now: WallTime) async throws(OutboxStoreError) -> ReceiptAnswer {
        let (effect, row) = try await writer.write { [ledger] database -> (ReceiptEffect, EntryRow?) in
            guard let row = try Self.row(of: receipt, database) else { return (.unknown, nil) }
            let entry = try row.entry()
            let (progress, effect) = row.progress.receiving(
                receipt, recipients: entry.message.recipients.count, now: now)
            guard effect == .applied else { return (effect, row) }
            let result = progress.result?.json
            return (effect, try row.write(progress, result: result, ledger, database))
        }
        return ReceiptAnswer(effect, try row?.entry())
    }

    private static func row(of receipt: DeliveryReceipt, _ database: Database) throws -> EntryRow? {
        if let id = receipt.messageID, let row = try EntryRow.fetch(id: id, database) { return row }
        guard let vendorID = receipt.vendorMessageID else { return nil }
        return try EntryRow.fetch(
            "sequence = (SELECT MAX(entry) FROM vendor_message WHERE id = ? AND provider = ?)",
            [.text(vendorID), .text(receipt.provider.rawValue)], database
        ).first
    }

    /// Keeps the vendors' ids of a send, by which receipts find the entry.
    static func remember(_ result: SendResult, of row: EntryRow, _ database: Database) throws {
        let statement = try RawStatement("INSERT OR IGNORE INTO vendor_message VALUES (?, ?, ?)", database)
        var last: String?
        for recipient in result.recipients {
            guard let id = recipient.vendorMessageID, let provider = recipient.provider, id != last else { continue }
            try statement.run([.text(id), .text(provider), .integer(row.sequence)])
            last = id
        }
    }
}

extension EntryRow {
    /// Every change of an entry that is kept goes this way, so that it is counted and its event written.
    func write(
        _ progress: EntryProgress, result: String?, _ ledger: StateLedger, _ database: Database
    ) throws -> EntryRow {
        let row = try update(progress, result: result, database)
        ledger.move(from: self.progress.state, to: progress.state)
        if progress.state != self.progress.state, ledger.logged.contains(progress.state) {
            let time = SQLValue.integer(progress.changedAt.nanosecondsSinceEpoch)
            try RawStatement(
                "INSERT INTO event (entry, id, tenant, state, time, tries, due_at) VALUES (?, ?, ?, ?, ?, 0, ?)",
                database
            ).run([.integer(sequence), .text(id), .text(tenant), .text(progress.state.rawValue), time, time])
        }
        return row
    }
}
