-- Many reports that are asked for together, and reports that are asked for again and again.

CREATE TABLE batch (
    id        TEXT PRIMARY KEY,
    owner     TEXT NOT NULL,
    note      TEXT NOT NULL,                     -- JSON: the caller's own words
    accepted  INTEGER NOT NULL,
    cancelled INTEGER,                           -- when it was called off
    reports   INTEGER NOT NULL                   -- asked for
) STRICT;

ALTER TABLE report ADD COLUMN of_batch TEXT REFERENCES batch (id);
CREATE INDEX report_by_batch ON report (of_batch, state, id) WHERE of_batch IS NOT NULL;

-- A report that is asked for again and again.
CREATE TABLE schedule (
    id              TEXT PRIMARY KEY,
    owner           TEXT NOT NULL,               -- the API key that it asks for
    revision        INTEGER NOT NULL,            -- grows with each change
    plan            TEXT NOT NULL,               -- JSON: when, and what for
    paused          INTEGER NOT NULL,
    created         INTEGER NOT NULL,
    changed         INTEGER NOT NULL,
    next            INTEGER                      -- its next tick; null: paused, or there is none
) STRICT;

CREATE INDEX schedule_due ON schedule (next) WHERE next IS NOT NULL;
CREATE INDEX schedule_by_owner ON schedule (owner, id);

-- A tick is taken once, by whichever process comes first, in the transaction that accepts its report.
CREATE TABLE tick (
    schedule TEXT NOT NULL REFERENCES schedule (id),
    due      INTEGER NOT NULL,
    taken    INTEGER NOT NULL,
    missed   INTEGER NOT NULL,                   -- 1: its time had passed
    report   TEXT,                               -- what it asked for; null if nothing
    reason   TEXT,                               -- why it asked for nothing
    PRIMARY KEY (schedule, due)
) STRICT, WITHOUT ROWID;

-- The report of the run before: if the data are the same, this one is given its document.
ALTER TABLE report ADD COLUMN unless_like TEXT;
