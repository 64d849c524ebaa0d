import GRDB
public import NotificationGateway

extension SQLiteOutboxStore {
    /// Entries that a filter wants.
    public func entries(
        matching filter: EntryFilter, _ order: EntryOrder, after cursor: EntryCursor?, limit: Int
    ) async throws(OutboxStoreError) -> [OutboxEntry] {
        let rows = try await read { database in
            let (condition, arguments) = Self.condition(filter, order, cursor, limit)
            return try EntryRow.fetch(condition, arguments, database)
        }
        return try Self.entries(rows)
    }

    /// Entries that wait for receipts.
    public func accepted(
        after place: AcceptancePlace, until time: WallTime, limit: Int
    ) async throws(OutboxStoreError) -> [OutboxEntry] {
        let (after, end) = (place.time.nanosecondsSinceEpoch, time.nanosecondsSinceEpoch)
        let rows = try await read { database in
            // The first terms are those of the index by age; the plus keeps from that by state, which knows no age.
            try EntryRow.fetch(
                """
                due_at IS NULL AND lease_end IS NULL AND changed_at >= ? AND changed_at <= ? AND +state = ?
                AND (changed_at, sequence) > (?, ?) ORDER BY changed_at, sequence LIMIT ?
                """,
                [
                    .integer(after), .integer(end), .text(EntryState.accepted.rawValue), .integer(after),
                    .integer(place.sequence), SQLValue(limit),
                ], database)
        }
        return try Self.entries(rows)
    }

    private static func entries(_ rows: [EntryRow]) throws(OutboxStoreError) -> [OutboxEntry] {
        var entries: [OutboxEntry] = []
        for row in rows { entries.append(try row.entry()) }
        return entries
    }

    /// How many entries are in each state.
    public func counts() async throws(OutboxStoreError) -> [EntryState: Int] {
        try await read { database in
            let rows = try Row.fetchAll(database, sql: "SELECT state, count FROM tally WHERE count > 0")
            return rows.reduce(into: [:]) { counts, row in
                guard let name = String.fromDatabaseValue(row[0]), let state = EntryState(rawValue: name) else {
                    return
                }
                counts[state] = Int.fromDatabaseValue(row[1])
            }
        }
    }

    /// Finds the places in the indexes first, all in order of time, and reads the rows of one page alone.
    private static func condition(
        _ filter: EntryFilter, _ order: EntryOrder, _ cursor: EntryCursor?, _ limit: Int
    ) -> (condition: String, arguments: [SQLValue]) {
        let (direction, isBeyond) = order == .newestFirst ? ("DESC", "<") : ("ASC", ">")
        // Those of a recipient or a tag stand in a table of their own, in the same order; whoever knows a recipient has fewer.
        let table = filter.recipient != nil ? "recipient i" : filter.tag != nil ? "tag i" : nil
        let (time, place) = table == nil ? ("e.submitted_at", "e.sequence") : ("i.submitted_at", "i.entry")
        var terms = Terms()
        if let recipient = filter.recipient {
            terms.add("i.address = ?", recipient.address)
            terms.add(
                "EXISTS (SELECT 1 FROM tag t WHERE t.tag = ? AND t.submitted_at = i.submitted_at AND t.entry = i.entry)",
                filter.tag?.rawValue)
        } else {
            terms.add("i.tag = ?", filter.tag?.rawValue)
        }
        terms.add("e.state = ?", filter.state?.rawValue)
        terms.add("e.tenant = ?", filter.tenant?.rawValue)
        // Who asks for a state as well most often means one in which few are; the plus leaves it to that index.
        terms.add(filter.state == nil ? "e.template = ?" : "+e.template = ?", filter.template?.rawValue)
        terms.add("e.category = ?", filter.category?.rawValue)
        terms.add("\(time) >= ?", filter.submittedFrom?.nanosecondsSinceEpoch)
        terms.add("\(time) < ?", filter.submittedBefore?.nanosecondsSinceEpoch)
        terms.add(
            "(\(time), \(place)) \(isBeyond) (?, ?)",
            cursor.map { [.integer($0.submittedAt), .integer($0.sequence)] })
        var arguments = terms.arguments + [SQLValue(limit)]
        var places = """
            SELECT e.sequence FROM \(table.map { $0 + " CROSS JOIN " } ?? "")entry e
            WHERE \(table == nil ? "TRUE" : "e.sequence = i.entry")\(terms.text)
            """
        let page = "ORDER BY \(time) \(direction), \(place) \(direction) LIMIT ?"
        if table == nil, filter.tenant == nil, let (column, value) = leading(filter) {
            places = ofEachTenant("\(places) AND e.tenant = each.tenant \(page)", column)
            arguments = [.text(value), .text(value)] + arguments + [SQLValue(limit)]
        }
        let condition = """
            sequence IN (\(places) \(page))
            ORDER BY submitted_at \(direction), sequence \(direction)
            """
        return (condition, arguments)
    }

    private struct Terms {
        var text = ""
        var arguments: [SQLValue] = []

        /// Nothing where one of the values is missing.
        mutating func add(_ term: String, _ value: String?) { add(term, value.map { [.text($0)] }) }

        mutating func add(_ term: String, _ value: Int64?) { add(term, value.map { [.integer($0)] }) }

        mutating func add(_ term: String, _ values: [SQLValue]?) {
            guard let values else { return }
            text += " AND " + term
            arguments += values
        }
    }

    /// The column with which an index begins whose second one is the tenant, and what it is to hold.
    private static func leading(_ filter: EntryFilter) -> (column: String, value: String)? {
        filter.state.map { (column: "state", value: $0.rawValue) }
            ?? filter.template.map { (column: "template", value: $0.rawValue) }
    }

    /// A page of each tenant, since those indexes have the order of time only within a tenant: without, all that are in a state
    /// would be sorted for one page. Hops from one tenant to the next in the index.
    private static func ofEachTenant(_ page: String, _ column: String) -> String {
        """
        WITH RECURSIVE each(tenant) AS (
            SELECT MIN(tenant) FROM entry WHERE \(column) = ?
            UNION ALL
            SELECT (SELECT MIN(tenant) FROM entry WHERE \(column) = ? AND tenant > each.tenant)
            FROM each WHERE each.tenant IS NOT NULL
        )
        SELECT e.sequence FROM each CROSS JOIN entry e WHERE e.sequence IN (\(page))
        """
    }
}
