import GRDB

/// The tables, as migrations that only go forward: one that has been released is never changed again.
enum OutboxSchema {
    /// Brings a database of any older version to the present one.
    ///
    /// - Throws: ``OutboxStoreError/corrupted(_:)`` for a database of a newer version than this one.
    static func migrate(_ database: any DatabaseWriter) throws {
        let migrator = migrator
        guard try database.read(migrator.hasBeenSuperseded) == false else {
            throw OutboxStoreError.corrupted("the file was written by a newer version")
        }
        try migrator.migrate(database)
    }

    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("v1", migrate: v1)
        return migrator
    }

    /// `due_at` and `lease_end` are set in just those states in which they count, so that the partial indexes hold open entries
    /// alone and stay small however many are kept.
    private static func v1(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE entry (
                    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
                    id TEXT NOT NULL UNIQUE,
                    tenant TEXT NOT NULL,
                    category TEXT NOT NULL,
                    message TEXT NOT NULL,
                    idempotency_key TEXT,
                    fingerprint TEXT,
                    submitted_at INTEGER NOT NULL,
                    send_at INTEGER NOT NULL,
                    expires_at INTEGER,
                    state TEXT NOT NULL,
                    changed_at INTEGER NOT NULL,
                    due_at INTEGER,
                    tries INTEGER NOT NULL,
                    lease_owner TEXT,
                    lease_end INTEGER,
                    unknown_since INTEGER,
                    result TEXT,
                    UNIQUE (tenant, idempotency_key)
                );
                CREATE INDEX entry_turn ON entry (category, tenant, due_at, sequence) WHERE due_at IS NOT NULL;
                CREATE INDEX entry_due ON entry (due_at) WHERE due_at IS NOT NULL;
                CREATE INDEX entry_expiry ON entry (expires_at) WHERE due_at IS NOT NULL AND expires_at IS NOT NULL;
                CREATE INDEX entry_lease ON entry (lease_end, sequence) WHERE lease_end IS NOT NULL;
                CREATE INDEX entry_state ON entry (state, sequence);
                CREATE INDEX entry_age ON entry (changed_at) WHERE due_at IS NULL AND lease_end IS NULL;
                CREATE TABLE turn (category TEXT PRIMARY KEY, tenant TEXT NOT NULL) WITHOUT ROWID;
                """)
    }
}
