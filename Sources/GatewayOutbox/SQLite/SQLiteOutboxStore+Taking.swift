import GRDB
public import NotificationGateway

extension SQLiteOutboxStore {
    /// Takes entries.
    public func take(
        _ work: OutboxWork, for lease: Lease, limit: Int, now: WallTime
    ) async throws(OutboxStoreError) -> [OutboxEntry] {
        let rows = try await writer.write { [ledger] database in
            switch work {
            case .due: try Self.takeDue(for: lease, limit: limit, now: now, ledger, database)
            case .abandoned: try Self.takeAbandoned(for: lease, limit: limit, now: now, database)
            }
        }
        return try Self.readable(rows)
    }

    /// What can be read of it: one damaged entry must not keep the others from being sent.
    private static func readable(_ rows: [EntryRow]) throws(OutboxStoreError) -> [OutboxEntry] {
        var entries: [OutboxEntry] = []
        var trouble: OutboxStoreError?
        for row in rows {
            do throws(OutboxStoreError) { entries.append(try row.entry()) } catch { trouble = error }
        }
        if entries.isEmpty, let trouble { throw trouble }
        return entries
    }

    private static func takeDue(
        for lease: Lease, limit: Int, now: WallTime, _ ledger: StateLedger, _ database: Database
    ) throws -> [EntryRow] {
        try expire(now, ledger, database)
        var taken: [EntryRow] = []
        for category in FairShare.order where taken.count < limit {
            let places = try nextPlaces(of: category, limit: limit - taken.count, now: now, database)
            for place in places { taken += try EntryRow.fetch(sequence: place, database).map { [$0] } ?? [] }
        }
        return try taken.map {
            try $0.write($0.progress.taken(by: lease, now: now), result: $0.result, ledger, database)
        }
    }

    private static func takeAbandoned(
        for lease: Lease, limit: Int, now: WallTime, _ database: Database
    ) throws -> [EntryRow] {
        var abandoned: [EntryRow] = []
        for category in FairShare.order where abandoned.count < limit {
            abandoned += try EntryRow.fetch(
                "lease_end <= ? AND category = ? ORDER BY lease_end, sequence LIMIT ?",
                [
                    .integer(now.nanosecondsSinceEpoch), .text(category.rawValue), SQLValue(limit - abandoned.count),
                ], database)
        }
        return try abandoned.map { try $0.update($0.progress.inherited(by: lease), result: $0.result, database) }
    }

    private static func expire(_ now: WallTime, _ ledger: StateLedger, _ database: Database) throws {
        let expired = try EntryRow.fetch(
            "due_at IS NOT NULL AND expires_at <= ? ORDER BY expires_at, sequence",
            [.integer(now.nanosecondsSinceEpoch)],
            database)
        for row in expired {
            let progress = try row.progress.changed(by: EntryChange(.expired, now: now))
            _ = try row.write(progress, result: row.result, ledger, database)
        }
    }

    /// Whose turns are next in a category. Reads the index alone, and of each tenant no more than could be taken.
    private static func nextPlaces(
        of category: Category, limit: Int, now: WallTime, _ database: Database
    ) throws -> [Int64] {
        var waiting: [Tenant: ArraySlice<Int64>] = [:]
        for tenant in try tenants(of: category, database) {
            let due = try RawStatement(
                """
                SELECT sequence FROM entry WHERE category = ? AND tenant = ? AND due_at <= ?
                ORDER BY due_at, sequence LIMIT ?
                """, database)
            waiting[tenant] = try due.numbers([
                .text(category.rawValue), .text(tenant.rawValue), .integer(now.nanosecondsSinceEpoch), SQLValue(limit),
            ])[...]
        }
        guard waiting.values.contains(where: { !$0.isEmpty }) else { return [] }
        let last = try RawStatement("SELECT tenant FROM turn WHERE category = ?", database).texts([
            .text(category.rawValue)
        ]).first
        let turns = FairShare.turns(
            limit, among: waiting.mapValues(\.count), after: last.map(Tenant.init(rawValue:)))
        if let last = turns.last {
            try RawStatement("INSERT OR REPLACE INTO turn (category, tenant) VALUES (?, ?)", database).run([
                .text(category.rawValue), .text(last.rawValue),
            ])
        }
        return turns.compactMap { waiting[$0]?.popFirst() }
    }

    /// When the first of those that wait is due: the first of each tenant in each category is the first in the index.
    static func nextDue(_ database: Database) throws -> Int64? {
        let statement = try RawStatement(
            "SELECT MIN(due_at) FROM entry WHERE category = ? AND tenant = ? AND due_at IS NOT NULL", database)
        var times: [Int64] = []
        for category in Category.allCases {
            for tenant in try tenants(of: category, database) {
                times += try statement.numbers([.text(category.rawValue), .text(tenant.rawValue)])
            }
        }
        return times.min()
    }

    /// Who has anything waiting. Hops from one tenant to the next in the index, however many entries each has.
    private static func tenants(of category: Category, _ database: Database) throws -> [Tenant] {
        let statement = try RawStatement(
            """
            WITH RECURSIVE each(tenant) AS (
                SELECT MIN(tenant) FROM entry WHERE category = ?1 AND due_at IS NOT NULL
                UNION ALL
                SELECT (SELECT MIN(tenant) FROM entry
                    WHERE category = ?1 AND due_at IS NOT NULL AND tenant > each.tenant)
                FROM each WHERE each.tenant IS NOT NULL
            )
            SELECT tenant FROM each WHERE tenant IS NOT NULL
            """, database)
        return try statement.texts([.text(category.rawValue)]).map(Tenant.init(rawValue:))
    }
}
