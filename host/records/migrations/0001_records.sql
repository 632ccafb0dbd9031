-- Times are milliseconds since 1970-01-01 UTC, except in the audit trail, where a person reads them.

-- Finished documents; the bytes are files under artifacts/.
CREATE TABLE artifact (
    digest     TEXT PRIMARY KEY,
    media_type TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    created    INTEGER NOT NULL
) STRICT;

-- The ledger: where every report stands.
CREATE TABLE report (
    id          TEXT PRIMARY KEY,
    state       TEXT NOT NULL CHECK (state IN
                ('queued', 'running', 'retrying', 'succeeded', 'failed', 'cancelled')),
    attempt     INTEGER NOT NULL DEFAULT 0,  -- claims, those handed back not counted
    failures    INTEGER NOT NULL DEFAULT 0,  -- attempts that ended in a retry
    request     TEXT NOT NULL,               -- JSON
    owner       TEXT NOT NULL,               -- the API key that asked
    worker      TEXT,                        -- who claimed it last
    token       TEXT,                        -- proves the last claim
    lease_until INTEGER,                     -- while running
    not_before  INTEGER,                     -- while retrying
    due         INTEGER,                     -- when its ticket is taken for lost; null once finished
    cancel      INTEGER NOT NULL DEFAULT 0,  -- 1: called off, the worker has not noticed yet
    pins        TEXT,                        -- JSON, module digests by section
    section     TEXT,                        -- progress
    done        INTEGER,
    total       INTEGER,
    accepted    INTEGER NOT NULL,
    started     INTEGER,
    finished    INTEGER,
    problem     TEXT,                        -- JSON, of the last attempt that failed
    success     TEXT,                        -- JSON
    artifact    TEXT REFERENCES artifact (digest)
) STRICT;

CREATE INDEX report_due ON report (due) WHERE due IS NOT NULL;
CREATE INDEX report_open ON report (state, not_before, lease_until) WHERE due IS NOT NULL;

-- A caller's own names for requests.
CREATE TABLE idempotency (
    owner       TEXT NOT NULL,
    key         TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    report      TEXT NOT NULL REFERENCES report (id),
    created     INTEGER NOT NULL,
    PRIMARY KEY (owner, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotency_created ON idempotency (created);

-- API keys; the secret is never stored, only its SHA-256.
CREATE TABLE api_key (
    id      TEXT PRIMARY KEY,
    role    TEXT NOT NULL CHECK (role IN ('consumer', 'admin')),
    label   TEXT NOT NULL,
    hash    TEXT NOT NULL UNIQUE,
    created INTEGER NOT NULL,
    revoked INTEGER
) STRICT;

-- The audit trail: append-only, gap-free, each row chained to the one before by its hash.
CREATE TABLE audit (
    sequence   INTEGER PRIMARY KEY,
    time       TEXT NOT NULL,
    actor      TEXT NOT NULL,
    role       TEXT NOT NULL,
    action     TEXT NOT NULL,
    object     TEXT NOT NULL,
    before     TEXT,
    after      TEXT,
    reason     TEXT,
    request_id TEXT,
    previous   TEXT NOT NULL,
    hash       TEXT NOT NULL
) STRICT;

-- The last event, so that taking events off the end is noticed too.
CREATE TABLE audit_head (
    one      INTEGER PRIMARY KEY CHECK (one = 1),
    sequence INTEGER NOT NULL,
    hash     TEXT NOT NULL
) STRICT;

INSERT INTO audit_head (one, sequence, hash)
VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');

CREATE TRIGGER audit_is_not_updated BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;

CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;

CREATE TRIGGER audit_has_no_gaps BEFORE INSERT ON audit
WHEN NOT EXISTS (
    SELECT 1 FROM audit_head
    WHERE NEW.sequence = audit_head.sequence + 1 AND NEW.previous = audit_head.hash
)
BEGIN SELECT RAISE(ABORT, 'the audit event does not follow the last one'); END;

CREATE TRIGGER audit_moves_its_head AFTER INSERT ON audit
BEGIN UPDATE audit_head SET sequence = NEW.sequence, hash = NEW.hash; END;

CREATE TRIGGER audit_head_only_grows BEFORE UPDATE ON audit_head
WHEN NEW.sequence <> OLD.sequence + 1
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;

CREATE TRIGGER audit_head_stays BEFORE DELETE ON audit_head
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
