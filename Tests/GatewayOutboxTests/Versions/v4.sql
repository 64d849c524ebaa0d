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
    result TEXT, template TEXT, reference TEXT, found_by_recipient INTEGER NOT NULL DEFAULT FALSE,
    UNIQUE (tenant, idempotency_key)
);
INSERT INTO "entry" VALUES(1,'queued','shop','notification','{"category":"notification","channel":"sms","id":"queued","recipients":[{"text":"+8613800138000"}],"text":"hello"}','k','f',1767323045000000000,1767323045000000000,NULL,'queued',1767323045000000000,1767323045000000000,0,NULL,NULL,NULL,NULL,NULL,NULL,0);
INSERT INTO "entry" VALUES(2,'sending','shop','notification','{"category":"notification","channel":"sms","id":"sending","recipients":[{"text":"+8613800138000"}],"text":"hello"}',NULL,NULL,1767323045000000000,1767323045000000000,NULL,'sending',1767323045000000000,NULL,1,'o',1767323075000000000,NULL,NULL,NULL,NULL,0);
INSERT INTO "entry" VALUES(3,'dead','shop','notification','{"category":"notification","channel":"sms","id":"dead","recipients":[{"text":"+8613800138000"}],"text":"hello"}',NULL,NULL,1767323045000000000,1767323045000000000,NULL,'dead',1767323045000000000,NULL,10,NULL,NULL,NULL,'{"recipients":[{"address":"+8613800138000","explanation":"later","outcome":"rejected","provider":"aliyun","reason":"throttled"}],"requests":2}',NULL,NULL,0);
INSERT INTO "entry" VALUES(4,'delivered','bank','verification','{"category":"verification","channel":"sms","id":"delivered","parameters":{"code":"271828"},"recipients":[{"text":"+8613800138000"}],"tags":["vip"],"template":"login-code"}',NULL,NULL,1767323045000000000,1767323045000000000,NULL,'delivered',1767323046000000000,NULL,1,NULL,NULL,NULL,'{"attempts":[{"acceptance":"accepted","duration_ms":12.5,"next":"done","number":1,"provider":"aliyun","recipients":1,"reference":"delivered-1","request_id":"r","why":"accepted"}],"recipients":[{"address":"+8613800138000","outcome":"accepted","provider":"aliyun","receipt":{"code":"DELIVERED","isDelivered":true,"timeNanoseconds":1767323046000000000},"vendorMessageID":"biz"}],"requests":1}','login-code',NULL,0);
INSERT INTO "entry" VALUES(5,'found','bank','notification','{"category":"notification","channel":"sms","id":"found","recipients":[{"phone":"+8613900139000"},{"text":"+8613800138000"}],"text":"hello"}',NULL,NULL,1767323045000000000,1767323045000000000,NULL,'cancelled',1767323046000000000,NULL,0,NULL,NULL,NULL,NULL,NULL,'order 7',1);
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
INSERT INTO "event" VALUES(1,4,'delivered','bank','delivered',1767323046000000000,0,1767323046000000000,NULL);
CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
INSERT INTO "grdb_migrations" VALUES('v1');
INSERT INTO "grdb_migrations" VALUES('v2');
INSERT INTO "grdb_migrations" VALUES('v3');
INSERT INTO "grdb_migrations" VALUES('v4');
CREATE TABLE recipient (
    address TEXT, submitted_at INTEGER, entry INTEGER, PRIMARY KEY (address, submitted_at, entry)
) WITHOUT ROWID;
INSERT INTO "recipient" VALUES('+8613800138000',1767323045000000000,5);
INSERT INTO "recipient" VALUES('+8613900139000',1767323045000000000,5);
CREATE TABLE tag (
            tag TEXT, submitted_at INTEGER, entry INTEGER, PRIMARY KEY (tag, submitted_at, entry)
        ) WITHOUT ROWID;
INSERT INTO "tag" VALUES('vip',1767323045000000000,4);
CREATE TABLE tally (state TEXT PRIMARY KEY, count INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO "tally" VALUES('cancelled',1);
INSERT INTO "tally" VALUES('dead',1);
INSERT INTO "tally" VALUES('delivered',1);
INSERT INTO "tally" VALUES('queued',1);
INSERT INTO "tally" VALUES('sending',1);
CREATE TABLE turn (category TEXT PRIMARY KEY, tenant TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO "turn" VALUES('notification','shop');
CREATE TABLE vendor_message (
            id TEXT, provider TEXT, entry INTEGER, PRIMARY KEY (id, provider, entry)
        ) WITHOUT ROWID;
INSERT INTO "vendor_message" VALUES('biz','aliyun',4);
CREATE INDEX entry_turn ON entry (category, tenant, due_at, sequence) WHERE due_at IS NOT NULL;
CREATE INDEX entry_expiry ON entry (expires_at) WHERE due_at IS NOT NULL AND expires_at IS NOT NULL;
CREATE INDEX entry_lease ON entry (lease_end, sequence) WHERE lease_end IS NOT NULL;
CREATE INDEX entry_age ON entry (changed_at) WHERE due_at IS NULL AND lease_end IS NULL;
CREATE INDEX entry_state ON entry (state, tenant, submitted_at);
CREATE INDEX entry_tenant ON entry (tenant, submitted_at);
CREATE INDEX entry_submission ON entry (submitted_at);
CREATE INDEX entry_template ON entry (template, tenant, submitted_at) WHERE template IS NOT NULL;
CREATE INDEX event_due ON event (due_at, sequence);
CREATE INDEX event_entry ON event (entry);
CREATE INDEX event_age ON event (time);
CREATE TRIGGER entry_is_found_no_more AFTER DELETE ON entry WHEN OLD.found_by_recipient BEGIN
    DELETE FROM recipient WHERE submitted_at = OLD.submitted_at AND entry = OLD.sequence AND address IN (
        SELECT coalesce(
            value ->> '$.phone', value ->> '$.text', value ->> '$.email', value ->> '$.webhook',
            value ->> '$.chat', value ->> '$.device')
        FROM json_each(CASE WHEN json_valid(OLD.message) THEN OLD.message ELSE '{}' END, '$.recipients'));
END;
CREATE TRIGGER entry_goes AFTER DELETE ON entry BEGIN
            DELETE FROM tag WHERE submitted_at = OLD.submitted_at AND entry = OLD.sequence AND tag IN (
                SELECT value
                FROM json_each(CASE WHEN json_valid(OLD.message) THEN OLD.message ELSE '{}' END, '$.tags'));
            DELETE FROM vendor_message WHERE entry = OLD.sequence AND (id, provider) IN (
                SELECT value ->> '$.vendorMessageID', value ->> '$.provider'
                FROM json_each(CASE WHEN json_valid(OLD.result) THEN OLD.result ELSE '{}' END, '$.recipients'));
        END;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('entry',5);
INSERT INTO "sqlite_sequence" VALUES('event',1);
