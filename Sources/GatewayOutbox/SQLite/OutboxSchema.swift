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
        migrator.registerMigration("v1") { try $0.execute(sql: v1) }
        migrator.registerMigration("v2") { try $0.execute(sql: v2 + tally + vanishing) }
        migrator.registerMigration("v3") { try $0.execute(sql: v3) }
        migrator.registerMigration("v4") { try $0.execute(sql: v4) }
        return migrator
    }

    /// `due_at` and `lease_end` are set in just those states in which they count, so that the partial indexes hold open entries
    /// alone and stay small however many are kept.
    private static let v1 = """
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
        """

    /// Listings by template, tag and time of submission; the vendors' ids, for receipts; the log of events.
    private static let v2 = """
        ALTER TABLE entry ADD COLUMN template TEXT;
        UPDATE entry SET template = json_extract(message, '$.template') WHERE json_valid(message);
        DROP INDEX entry_state;
        CREATE INDEX entry_state ON entry (state, tenant, submitted_at);
        CREATE INDEX entry_tenant ON entry (tenant, submitted_at);
        CREATE INDEX entry_submission ON entry (submitted_at);
        CREATE INDEX entry_template ON entry (template, tenant, submitted_at) WHERE template IS NOT NULL;
        CREATE TABLE tag (
            tag TEXT, submitted_at INTEGER, entry INTEGER, PRIMARY KEY (tag, submitted_at, entry)
        ) WITHOUT ROWID;
        INSERT OR IGNORE INTO tag SELECT value, submitted_at, sequence
            FROM entry, json_each(CASE WHEN json_valid(message) THEN message ELSE '{}' END, '$.tags');
        CREATE TABLE vendor_message (
            id TEXT, provider TEXT, entry INTEGER, PRIMARY KEY (id, provider, entry)
        ) WITHOUT ROWID;
        INSERT OR IGNORE INTO vendor_message
            SELECT value ->> '$.vendorMessageID', value ->> '$.provider', sequence
            FROM entry, json_each(CASE WHEN json_valid(result) THEN result ELSE '{}' END, '$.recipients')
            WHERE value ->> '$.vendorMessageID' IS NOT NULL AND value ->> '$.provider' IS NOT NULL;
        CREATE TABLE event (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT,
            entry INTEGER NOT NULL,
            id TEXT NOT NULL,
            tenant TEXT NOT NULL,
            state TEXT NOT NULL,
            time INTEGER NOT NULL,
            tries INTEGER NOT NULL,
            due_at INTEGER NOT NULL,
            lease_owner TEXT
        );
        CREATE INDEX event_due ON event (due_at, sequence);
        CREATE INDEX event_entry ON event (entry);
        CREATE INDEX event_age ON event (time);

        """

    /// How many entries are in each state: counting a million for each look would take too long.
    private static let tally = """
        CREATE TABLE tally (state TEXT PRIMARY KEY, count INTEGER NOT NULL) WITHOUT ROWID;
        INSERT INTO tally SELECT state, COUNT(*) FROM entry GROUP BY state;
        CREATE TRIGGER entry_comes AFTER INSERT ON entry BEGIN
            INSERT INTO tally VALUES (NEW.state, 1) ON CONFLICT (state) DO UPDATE SET count = count + 1;
        END;
        CREATE TRIGGER entry_moves AFTER UPDATE OF state ON entry WHEN NEW.state <> OLD.state BEGIN
            UPDATE tally SET count = count - 1 WHERE state = OLD.state;
            INSERT INTO tally VALUES (NEW.state, 1) ON CONFLICT (state) DO UPDATE SET count = count + 1;
        END;

        """

    /// What points to an entry goes with it.
    private static let pointers = """
        DELETE FROM tag WHERE submitted_at = OLD.submitted_at AND entry = OLD.sequence AND tag IN (
            SELECT value
            FROM json_each(CASE WHEN json_valid(OLD.message) THEN OLD.message ELSE '{}' END, '$.tags'));
        DELETE FROM vendor_message WHERE entry = OLD.sequence AND (id, provider) IN (
            SELECT value ->> '$.vendorMessageID', value ->> '$.provider'
            FROM json_each(CASE WHEN json_valid(OLD.result) THEN OLD.result ELSE '{}' END, '$.recipients'));
        """

    private static let vanishing = """
        CREATE TRIGGER entry_goes AFTER DELETE ON entry BEGIN
            UPDATE tally SET count = count - 1 WHERE state = OLD.state;
            \(pointers)
        END;
        """

    /// Callers' own words, and entries by recipient: only for submissions that want it, since it costs a row for each.
    private static let v3 = """
        ALTER TABLE entry ADD COLUMN reference TEXT;
        ALTER TABLE entry ADD COLUMN found_by_recipient INTEGER NOT NULL DEFAULT FALSE;
        CREATE TABLE recipient (
            address TEXT, submitted_at INTEGER, entry INTEGER, PRIMARY KEY (address, submitted_at, entry)
        ) WITHOUT ROWID;
        CREATE TRIGGER entry_is_found_no_more AFTER DELETE ON entry WHEN OLD.found_by_recipient BEGIN
            DELETE FROM recipient WHERE submitted_at = OLD.submitted_at AND entry = OLD.sequence AND address IN (
                SELECT coalesce(
                    value ->> '$.phone', value ->> '$.text', value ->> '$.email', value ->> '$.webhook',
                    value ->> '$.chat', value ->> '$.device')
                FROM json_each(CASE WHEN json_valid(OLD.message) THEN OLD.message ELSE '{}' END, '$.recipients'));
        END;
        """

    /// Counts are written by the store, once a transaction (``StateLedger``), and the next entry that is due is found by its turn.
    private static let v4 = """
        DROP TRIGGER entry_comes;
        DROP TRIGGER entry_moves;
        DROP TRIGGER entry_goes;
        DROP INDEX entry_due;
        CREATE TRIGGER entry_goes AFTER DELETE ON entry BEGIN
            \(pointers)
        END;
        """
}
