import GRDB
public import NotificationGateway

extension SQLiteOutboxStore {
    /// Takes entries.
    public func take(
        _ work: OutboxWork, for lease: Lease, limit: Int, now: WallTime
    ) async throws(OutboxStoreError) -> [OutboxEntry] {
        let rows = try await writer.write { [logged] database in
            switch work {
            case .due: try Self.takeDue(for: lease, limit: limit, now: now, logging: logged, database)
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
        for lease: Lease, limit: Int, now: WallTime, logging logged: Set<EntryState>, _ database: Database
    ) throws -> [EntryRow] {
        try expire(now, logging: logged, database)
        var taken: [EntryRow] = []
        for category in FairShare.order where taken.count < limit {
            let places = try nextPlaces(of: category, limit: limit - taken.count, now: now, database)
            for place in places { taken += try EntryRow.fetch("sequence = ?", [place], database) }
        }
        return try taken.map {
            try $0.write($0.progress.taken(by: lease, now: now), result: $0.result, logging: logged, database)
        }
    }

    private static func takeAbandoned(
        for lease: Lease, limit: Int, now: WallTime, _ database: Database
    ) throws -> [EntryRow] {
        let abandoned = try EntryRow.fetch(
            "lease_end <= ? ORDER BY lease_end, sequence LIMIT ?", [now.nanosecondsSinceEpoch, limit], database)
        return try abandoned.map { try $0.update($0.progress.inherited(by: lease), result: $0.result, database) }
    }

    private static func expire(_ now: WallTime, logging logged: Set<EntryState>, _ database: Database) throws {
        let expired = try EntryRow.fetch(
            "due_at IS NOT NULL AND expires_at <= ? ORDER BY expires_at, sequence", [now.nanosecondsSinceEpoch],
            database)
        for row in expired {
            let progress = try row.progress.changed(by: EntryChange(.expired, now: now))
            _ = try row.write(progress, result: row.result, logging: logged, database)
        }
    }

    /// Whose turns are next in a category. Reads the index alone, and of each tenant no more than could be taken.
    private static func nextPlaces(
        of category: Category, limit: Int, now: WallTime, _ database: Database
    ) throws -> [Int64] {
        var waiting: [Tenant: ArraySlice<Int64>] = [:]
        for tenant in try tenants(of: category, database) {
            let due = try database.cachedStatement(
                sql: """
                    SELECT sequence FROM entry WHERE category = ? AND tenant = ? AND due_at <= ?
                    ORDER BY due_at, sequence LIMIT ?
                    """)
            waiting[tenant] = try Int64.fetchAll(
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
