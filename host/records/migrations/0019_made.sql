-- A caller's own name for a request that makes a schedule or a webhook, beside those for reports.

CREATE TABLE named_request (
    owner       TEXT NOT NULL,
    key         TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    report      TEXT REFERENCES report (id),     -- the report, or the first of a batch
    object      TEXT,                            -- the schedule or webhook, which may be gone meanwhile
    created     INTEGER NOT NULL,
    PRIMARY KEY (owner, key),
    CHECK ((report IS NULL) <> (object IS NULL))
) STRICT, WITHOUT ROWID;

INSERT INTO named_request (owner, key, fingerprint, report, created)
    SELECT owner, key, fingerprint, report, created FROM idempotency;
DROP TABLE idempotency;
ALTER TABLE named_request RENAME TO idempotency;

CREATE INDEX idempotency_created ON idempotency (created);
CREATE INDEX idempotency_by_report ON idempotency (report) WHERE report IS NOT NULL;
