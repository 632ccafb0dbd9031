-- Whose report is made next, what each caller has asked for, and what an administrator has made again.

-- 1: nobody waits for it, so those that somebody waits for go first.
ALTER TABLE report ADD COLUMN batch INTEGER NOT NULL DEFAULT 0;

-- The report that was made in place of this one.
ALTER TABLE report ADD COLUMN remade_as TEXT REFERENCES report (id);

CREATE INDEX report_queued ON report (owner, batch, id) WHERE state = 'queued';

-- Who has asked for reports, and at which claim of all one of theirs was last taken: the next is of
-- whoever has waited longest.
CREATE TABLE turn (
    owner TEXT PRIMARY KEY,
    last  INTEGER NOT NULL
) STRICT;

CREATE INDEX turn_by_last ON turn (last);

INSERT INTO turn (owner, last) SELECT DISTINCT owner, 0 FROM report;

-- What a caller has asked for on a day (days since 1970-01-01 UTC).
CREATE TABLE asked (
    owner   TEXT NOT NULL,
    day     INTEGER NOT NULL,
    reports INTEGER NOT NULL,
    PRIMARY KEY (owner, day)
) STRICT;

-- Tells this data directory from others that use the same Redis.
CREATE TABLE deployment (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    id  TEXT NOT NULL
) STRICT;

-- When a key ends by itself; null: never.
ALTER TABLE api_key ADD COLUMN expires INTEGER;
