import GRDB
public import NotificationGateway

extension SQLiteOutboxStore: EventLog {
    /// Takes events.
    public func takeEvents(
        for lease: Lease, limit: Int, now: WallTime
    ) async throws(OutboxStoreError) -> [OutboxEvent] {
        try await writer.write { database in
            let due = try Row.fetchAll(
                database,
                sql: """
                    SELECT sequence, id, tenant, state, time, tries, due_at FROM event
                    WHERE due_at <= ? ORDER BY due_at, sequence LIMIT ?
                    """, arguments: [now.nanosecondsSinceEpoch, limit])
            let taken = try due.map { try Self.event($0).taken(by: lease) }
            let statement = try database.cachedStatement(
                sql: "UPDATE event SET tries = ?, due_at = ?, lease_owner = ? WHERE sequence = ?")
            for event in taken {
                try statement.execute(arguments: [
                    event.tries, event.dueAt.nanosecondsSinceEpoch, lease.owner.rawValue, event.sequence,
                ])
            }
            return taken
        }
    }

    private static func event(_ row: Row) throws -> OutboxEvent {
        guard let sequence = Int64.fromDatabaseValue(row[0]), let id = String.fromDatabaseValue(row[1]),
            let tenant = String.fromDatabaseValue(row[2]), let name = String.fromDatabaseValue(row[3]),
            let state = EntryState(rawValue: name), let time = Int64.fromDatabaseValue(row[4]),
            let tries = Int.fromDatabaseValue(row[5]), let due = Int64.fromDatabaseValue(row[6])
        else { throw OutboxStoreError.corrupted("an event cannot be read") }
        return OutboxEvent(
            sequence: sequence, messageID: MessageID(rawValue: id), tenant: Tenant(rawValue: tenant), state: state,
            time: WallTime(nanosecondsSinceEpoch: time), tries: tries, dueAt: WallTime(nanosecondsSinceEpoch: due),
            owner: nil)
    }

    /// Sets the end of leases.
    public func renewEvents(_ sequences: [Int64], for lease: Lease) async throws(OutboxStoreError) -> Set<Int64> {
        try await writer.write { database in
            let statement = try database.cachedStatement(
                sql: "UPDATE event SET due_at = ? WHERE sequence = ? AND lease_owner = ?")
            var held: Set<Int64> = []
            for sequence in sequences {
                try statement.execute(arguments: [
                    lease.end.nanosecondsSinceEpoch, sequence, lease.owner.rawValue,
                ])
                if database.changesCount > 0 { held.insert(sequence) }
            }
            return held
        }
    }

    /// Forgets events that have been told.
    public func finishEvents(_ sequences: [Int64]) async throws(OutboxStoreError) {
        try await writer.write { database in
            let statement = try database.cachedStatement(sql: "DELETE FROM event WHERE sequence = ?")
            for sequence in sequences { try statement.execute(arguments: [sequence]) }
        }
    }

    /// Gives an event back.
    public func retryEvent(_ sequence: Int64, owner: LeaseOwner, at time: WallTime) async throws(OutboxStoreError) {
        try await writer.write { database in
            try database.execute(
                sql: "UPDATE event SET due_at = ?, lease_owner = NULL WHERE sequence = ? AND lease_owner = ?",
                arguments: [time.nanosecondsSinceEpoch, sequence, owner.rawValue])
        }
    }

    /// Gives an event back untried.
    public func returnEvent(_ sequence: Int64, owner: LeaseOwner, at time: WallTime) async throws(OutboxStoreError) {
        try await writer.write { database in
            try database.execute(
                sql: """
                    UPDATE event SET due_at = ?, lease_owner = NULL, tries = tries - 1
                    WHERE sequence = ? AND lease_owner = ?
                    """,
                arguments: [time.nanosecondsSinceEpoch, sequence, owner.rawValue])
        }
    }

    /// When the next event may be taken.
    public func nextEventTime() async throws(OutboxStoreError) -> WallTime? {
        try await read { database in
            try Int64.fetchOne(database, sql: "SELECT MIN(due_at) FROM event").map(
                WallTime.init(nanosecondsSinceEpoch:))
        }
    }

    /// Forgets old events.
    @discardableResult
    public func purgeEvents(olderThan time: WallTime) async throws(OutboxStoreError) -> Int {
        try await writer.write { database in
            try database.execute(
                sql: "DELETE FROM event WHERE time < ?", arguments: [time.nanosecondsSinceEpoch])
            return database.changesCount
        }
    }
}
