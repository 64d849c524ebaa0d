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
}
