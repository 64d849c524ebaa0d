import GRDB
public import NotificationGateway

extension SQLiteOutboxStore {
    /// Takes entries.
    public func take(
        _ work: OutboxWork, for lease: Lease, limit: Int, now: WallTime
    ) async throws(OutboxStoreError) -> [OutboxEntry] {
        try await writer.write { database in
            switch work {
            case .due: try Self.takeDue(for: lease, limit: limit, now: now, database)
            case .abandoned: try Self.takeAbandoned(for: lease, limit: limit, now: now, database)
            }
        }
    }

    private static func takeDue(
        for lease: Lease, limit: Int, now: WallTime, _ database: Database
    ) throws -> [OutboxEntry] {
        try expire(now, database)
        var taken: [OutboxEntry] = []
        for category in FairShare.order where taken.count < limit {
            let ids = try nextIDs(of: category, limit: limit - taken.count, now: now, database)
            for id in ids {
                guard let entry = try EntryRow.fetch("id = ?", [id], database).first else { continue }
                taken.append(entry.taken(by: lease, now: now))
            }
        }
        for entry in taken { try EntryRow.update(entry, database) }
        return taken
    }

    private static func takeAbandoned(
        for lease: Lease, limit: Int, now: WallTime, _ database: Database
    ) throws -> [OutboxEntry] {
        let abandoned = try EntryRow.fetch(
            "lease_end <= ? ORDER BY lease_end, sequence LIMIT ?", [now.nanosecondsSinceEpoch, limit], database)
        return try abandoned.map { entry in
            let inherited = entry.inherited(by: lease)
            try EntryRow.update(inherited, database)
            return inherited
        }
    }

    private static func expire(_ now: WallTime, _ database: Database) throws {
        let expired = try EntryRow.fetch(
            "due_at IS NOT NULL AND expires_at <= ?", [now.nanosecondsSinceEpoch], database)
        for entry in expired { try EntryRow.update(try entry.changed(by: EntryChange(.expired, now: now)), database) }
    }

    /// Whose turns are next in a category. Reads the index alone, and of each tenant no more than could be taken.
    private static func nextIDs(
        of category: Category, limit: Int, now: WallTime, _ database: Database
    ) throws -> [String] {
        var waiting: [Tenant: ArraySlice<String>] = [:]
        for tenant in try tenants(of: category, database) {
            let due = try database.cachedStatement(
                sql: """
                    SELECT id FROM entry WHERE category = ? AND tenant = ? AND due_at <= ?
                    ORDER BY due_at, sequence LIMIT ?
                    """)
            waiting[tenant] = try String.fetchAll(
                due, arguments: [category.rawValue, tenant.rawValue, now.nanosecondsSinceEpoch, limit])[...]
        }
        guard waiting.values.contains(where: { !$0.isEmpty }) else { return [] }
        let last = try String.fetchOne(
            database, sql: "SELECT tenant FROM turn WHERE category = ?", arguments: [category.rawValue])
        let turns = FairShare.turns(
            limit, among: waiting.mapValues(\.count), after: last.map(Tenant.init(rawValue:)))
        if let last = turns.last {
            try database.execute(
                sql: "INSERT OR REPLACE INTO turn (category, tenant) VALUES (?, ?)",
                arguments: [category.rawValue, last.rawValue])
        }
        return turns.compactMap { waiting[$0]?.popFirst() }
    }

    /// Who has anything waiting. Hops from one tenant to the next in the index, however many entries each has.
    private static func tenants(of category: Category, _ database: Database) throws -> [Tenant] {
        let statement = try database.cachedStatement(
            sql: """
                WITH RECURSIVE each(tenant) AS (
                    SELECT MIN(tenant) FROM entry WHERE category = :category AND due_at IS NOT NULL
                    UNION ALL
                    SELECT (SELECT MIN(tenant) FROM entry
                        WHERE category = :category AND due_at IS NOT NULL AND tenant > each.tenant)
                    FROM each WHERE each.tenant IS NOT NULL
                )
                SELECT tenant FROM each WHERE tenant IS NOT NULL
                """)
        return try String.fetchAll(statement, arguments: ["category": category.rawValue]).map(Tenant.init(rawValue:))
    }
}
