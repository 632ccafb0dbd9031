-- The console: who is signed in, lists that answer at once, and two roles more.

-- A CHECK cannot be changed in place, so the table is made anew. Nothing refers to it by a key.
CREATE TABLE api_key_with_roles (
    id      TEXT PRIMARY KEY,
    role    TEXT NOT NULL CHECK (role IN ('consumer', 'admin', 'auditor', 'author')),
    label   TEXT NOT NULL,
    hash    TEXT NOT NULL UNIQUE,
    created INTEGER NOT NULL,
    revoked INTEGER
) STRICT;

INSERT INTO api_key_with_roles SELECT id, role, label, hash, created, revoked FROM api_key;
DROP TABLE api_key;
ALTER TABLE api_key_with_roles RENAME TO api_key;

-- Who is signed in. What the browser holds is never stored, only its SHA-256.
CREATE TABLE console_session (
    hash   TEXT PRIMARY KEY,
    id     TEXT NOT NULL,                    -- what the audit trail calls it
    key    TEXT REFERENCES api_key (id),     -- null: the operator, who came by a link
    opened INTEGER NOT NULL,
    seen   INTEGER NOT NULL                  -- to the minute
) STRICT, WITHOUT ROWID;

-- Links that sign the operator in, each once.
CREATE TABLE console_link (
    hash    TEXT PRIMARY KEY,
    expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Lists of reports, newest first: ids begin with the time.
CREATE INDEX report_by_state ON report (state, id);
CREATE INDEX report_by_owner ON report (owner, id);
CREATE INDEX report_by_owner_and_state ON report (owner, state, id);
CREATE INDEX report_by_drug ON report (json_extract(request, '$.ndc'), id);

-- What happened to something, and what someone did.
CREATE INDEX audit_by_object ON audit (object, sequence);
CREATE INDEX audit_by_actor ON audit (actor, sequence);
CREATE INDEX audit_by_action ON audit (action, sequence);
