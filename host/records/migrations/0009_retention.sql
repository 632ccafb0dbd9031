-- What is kept how long, and what was removed. An artifact's `created` is from here on when it was last stored.

-- Whoever asks for something that was removed is told when and by which rule.
CREATE TABLE removed (
    kind  TEXT NOT NULL CHECK (kind IN ('report', 'document', 'data')),
    id    TEXT NOT NULL,                     -- a report's id, or the digest of data
    owner TEXT,                              -- the key that asked for the report
    rule  TEXT NOT NULL,
    time  INTEGER NOT NULL,
    PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;

-- When a report was last made from these data, to the hour.
ALTER TABLE snapshot ADD COLUMN used INTEGER NOT NULL DEFAULT 0;
UPDATE snapshot SET used = unixepoch() * 1000;

-- The oldest first, and who else names an artifact.
CREATE INDEX report_by_finish ON report (finished) WHERE finished IS NOT NULL;
CREATE INDEX report_by_artifact ON report (artifact) WHERE artifact IS NOT NULL;
CREATE INDEX report_by_document ON report (json_extract(success, '$.document.digest'))
    WHERE artifact IS NOT NULL;
CREATE INDEX report_by_successor ON report (remade_as) WHERE remade_as IS NOT NULL;
CREATE INDEX idempotency_by_report ON idempotency (report);
CREATE INDEX snapshot_by_artifact ON snapshot (artifact);
CREATE INDEX snapshot_by_use ON snapshot (used);
CREATE INDEX module_version_by_digest ON module_version (digest);
