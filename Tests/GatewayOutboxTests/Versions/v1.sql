CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
INSERT INTO grdb_migrations VALUES('v1');
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
INSERT INTO entry VALUES(1,'queued','shop','notification','{"category":"notification","channel":"sms","id":"queued","recipients":[{"text":"+8613800138000"}],"text":"hello"}','k','f',1767323045000000000,1767323045000000000,NULL,'queued',1767323045000000000,1767323045000000000,0,NULL,NULL,NULL,NULL);
INSERT INTO entry VALUES(2,'sending','shop','notification','{"category":"notification","channel":"sms","id":"sending","recipients":[{"text":"+8613800138000"}],"text":"hello"}',NULL,NULL,1767323045000000000,1767323045000000000,NULL,'sending',1767323045000000000,NULL,1,'o',1767323075000000000,NULL,NULL);
INSERT INTO entry VALUES(3,'dead','shop','notification','{"category":"notification","channel":"sms","id":"dead","recipients":[{"text":"+8613800138000"}],"text":"hello"}',NULL,NULL,1767323045000000000,1767323045000000000,NULL,'dead',1767323045000000000,NULL,10,NULL,NULL,NULL,'{"recipients":[{"address":"+8613800138000","explanation":"later","outcome":"rejected","provider":"aliyun","reason":"throttled"}],"requests":2}');
INSERT INTO turn VALUES('notification','shop');
