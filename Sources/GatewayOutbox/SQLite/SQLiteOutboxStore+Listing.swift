import GRDB
public import NotificationGateway

extension SQLiteOutboxStore {
    /// Entries that a filter wants.
    public func entries(
        matching filter: EntryFilter, _ order: EntryOrder, after cursor: EntryCursor?, limit: Int
    ) async throws(OutboxStoreError) -> [OutboxEntry] {
        let rows = try await read { database in
            let (condition, arguments) = Self.condition(filter, order, cursor)
            return try EntryRow.fetch(condition, arguments + [limit], database)
        }
        return try Self.entries(rows)
    }

    /// Entries that wait for receipts.
    public func accepted(
        after place: AcceptancePlace, until time: WallTime, limit: Int
    ) async throws(OutboxStoreError) -> [OutboxEntry] {
        let (after, end) = (place.time.nanosecondsSinceEpoch, time.nanosecondsSinceEpoch)
        let rows = try await read { database in
            // The first terms are those of the index by age.
            try EntryRow.fetch(
                """
                due_at IS NULL AND lease_end IS NULL AND changed_at >= ? AND changed_at <= ? AND state = ?
                AND (changed_at, sequence) > (?, ?) ORDER BY changed_at, sequence LIMIT ?
                """,
                [after, end, EntryState.accepted.rawValue, after, place.sequence, limit], database)
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
        _ filter: EntryFilter, _ order: EntryOrder, _ cursor: EntryCursor?
    ) -> (condition: String, arguments: [any DatabaseValueConvertible]) {
        let (direction, isBeyond) = order == .newestFirst ? ("DESC", "<") : ("ASC", ">")
        var terms: [String] = []
        var arguments: [any DatabaseValueConvertible] = []
        func add(_ term: String, _ values: (any DatabaseValueConvertible)?...) {
            guard !values.contains(where: { $0 == nil }) else { return }
            terms.append(term)
            arguments += values.compactMap { $0 }
        }
        // Those of a recipient or a tag stand in a table of their own, in the same order; whoever knows a recipient has fewer.
        let table = filter.recipient != nil ? "recipient i" : filter.tag != nil ? "tag i" : nil
        let time = table == nil ? "e.submitted_at" : "i.submitted_at"
        let place = table == nil ? "e.sequence" : "i.entry"
        if let recipient = filter.recipient {
            add("i.address = ?", recipient.address)
            add(
                "EXISTS (SELECT 1 FROM tag t WHERE t.tag = ? AND t.submitted_at = i.submitted_at AND t.entry = i.entry)",
                filter.tag?.rawValue)
        } else {
            add("i.tag = ?", filter.tag?.rawValue)
        }
        add("e.state = ?", filter.state?.rawValue)
        add("e.tenant = ?", filter.tenant?.rawValue)
        add("e.template = ?", filter.template?.rawValue)
        add("e.category = ?", filter.category?.rawValue)
        add("\(time) >= ?", filter.submittedFrom?.nanosecondsSinceEpoch)
        add("\(time) < ?", filter.submittedBefore?.nanosecondsSinceEpoch)
        add("(\(time), \(place)) \(isBeyond) (?, ?)", cursor?.submittedAt, cursor?.sequence)
        let condition = """
            sequence IN (
                SELECT e.sequence FROM \(table.map { $0 + " CROSS JOIN " } ?? "")entry e
                WHERE \(table == nil ? "TRUE" : "e.sequence = i.entry")\(terms.map { " AND " + $0 }.joined())
                ORDER BY \(time) \(direction), \(place) \(direction) LIMIT ?)
            ORDER BY submitted_at \(direction), sequence \(direction)
            """
        return (condition, arguments)
    }
}
