-- Which code and which definitions reports are made with, and how that came to be.

-- Grows with every change of a module or a definition, so that processes can follow by reading one
-- number.
CREATE TABLE change (
    one      INTEGER PRIMARY KEY CHECK (one = 1),
    revision INTEGER NOT NULL
) STRICT;

INSERT INTO change (one, revision) VALUES (1, 0);

CREATE TRIGGER change_only_grows BEFORE UPDATE ON change
WHEN NEW.revision <= OLD.revision
BEGIN SELECT RAISE(ABORT, 'the change counter only grows'); END;

-- A module name, and which of its versions does what.
CREATE TABLE module (
    name               TEXT PRIMARY KEY,
    kind               TEXT NOT NULL CHECK (kind IN ('section', 'narrative')),
    revision           INTEGER NOT NULL,             -- grows with each change; guards against races
    active             TEXT,                         -- digests
    previous           TEXT,                         -- what a roll back returns to
    canary             TEXT,
    canary_percent     INTEGER,                      -- of reports
    canary_budget      TEXT,                         -- JSON
    shadow             TEXT,
    probation_runs     INTEGER NOT NULL DEFAULT 0,   -- runs of the active version that are judged
    probation_failures INTEGER NOT NULL DEFAULT 0,   -- failures among them that roll it back
    limits             TEXT NOT NULL DEFAULT '{}',   -- JSON
    required_clean     INTEGER NOT NULL DEFAULT 0,   -- clean shadow runs before an activation
    notice             TEXT,                         -- what Quire did to it by itself, in words
    notice_at          INTEGER,
    FOREIGN KEY (name, active) REFERENCES module_version (module, digest),
    FOREIGN KEY (name, previous) REFERENCES module_version (module, digest),
    FOREIGN KEY (name, canary) REFERENCES module_version (module, digest),
    FOREIGN KEY (name, shadow) REFERENCES module_version (module, digest)
) STRICT;

-- One component under one name. Its bytes are the artifact of the same digest.
CREATE TABLE module_version (
    module         TEXT NOT NULL REFERENCES module (name),
    digest         TEXT NOT NULL REFERENCES artifact (digest),
    state          TEXT NOT NULL CHECK (state IN
                   ('checked', 'staged', 'active', 'canary', 'shadow', 'retired')),
    origin         TEXT NOT NULL CHECK (origin IN ('embedded', 'upload', 'file')),
    version        TEXT NOT NULL,                    -- the author's own
    title          TEXT NOT NULL,
    manifest       TEXT NOT NULL,                    -- JSON: what the component says of itself
    size_bytes     INTEGER NOT NULL,
    created        INTEGER NOT NULL,
    created_by     TEXT NOT NULL,                    -- actor
    changed        INTEGER NOT NULL,                 -- when it came into its state
    activated      INTEGER,                          -- when it was last made active
    required_clean INTEGER NOT NULL DEFAULT 0,       -- clean shadow runs it has to show
    clean_runs     INTEGER NOT NULL DEFAULT 0,       -- in a row, the last ones
    shadow_runs    INTEGER NOT NULL DEFAULT 0,       -- in all
    PRIMARY KEY (module, digest)
) STRICT;

CREATE UNIQUE INDEX one_active_version ON module_version (module) WHERE state = 'active';
CREATE UNIQUE INDEX one_canary_version ON module_version (module) WHERE state = 'canary';
CREATE UNIQUE INDEX one_shadow_version ON module_version (module) WHERE state = 'shadow';

CREATE TRIGGER module_version_begins BEFORE INSERT ON module_version
WHEN NEW.state NOT IN ('checked', 'staged')
BEGIN SELECT RAISE(ABORT, 'a version begins as checked or staged'); END;

CREATE TRIGGER module_version_moves BEFORE UPDATE OF state ON module_version
WHEN NEW.state <> OLD.state AND OLD.state || ' ' || NEW.state NOT IN (
    'checked staged', 'checked retired',
    'staged active', 'staged canary', 'staged shadow', 'staged retired',
    'canary active', 'canary staged', 'canary retired',
    'shadow active', 'shadow canary', 'shadow staged', 'shadow retired',
    'active retired',
    'retired staged', 'retired active')
BEGIN SELECT RAISE(ABORT, 'a version cannot come from this state into that'); END;

CREATE TRIGGER module_version_is_what_it_is
BEFORE UPDATE OF module, digest, origin, version, title, manifest, size_bytes, created, created_by
ON module_version
BEGIN SELECT RAISE(ABORT, 'a version does not change'); END;

CREATE TRIGGER module_version_stays BEFORE DELETE ON module_version
BEGIN SELECT RAISE(ABORT, 'versions are kept: reports name them'); END;

-- How versions fare that are on trial: a canary and the active version beside it, or an active
-- version on probation. Times are microseconds.
CREATE TABLE tally (
    module   TEXT NOT NULL,
    digest   TEXT NOT NULL,
    runs     INTEGER NOT NULL DEFAULT 0,
    failures INTEGER NOT NULL DEFAULT 0,
    cpu_us   INTEGER NOT NULL DEFAULT 0,
    wall_us  INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (module, digest),
    FOREIGN KEY (module, digest) REFERENCES module_version (module, digest)
) STRICT, WITHOUT ROWID;

-- What a shadow did otherwise than the active version, report by report.
CREATE TABLE difference (
    sequence         INTEGER PRIMARY KEY AUTOINCREMENT,
    module           TEXT NOT NULL REFERENCES module (name),
    section          TEXT NOT NULL,
    report           TEXT NOT NULL,
    active           TEXT NOT NULL,
    candidate        TEXT NOT NULL,
    clean            INTEGER NOT NULL,
    difference       TEXT NOT NULL,                  -- JSON
    active_cpu_us    INTEGER NOT NULL,
    candidate_cpu_us INTEGER NOT NULL,
    active_memory    INTEGER NOT NULL,               -- bytes
    candidate_memory INTEGER NOT NULL,
    created          INTEGER NOT NULL
) STRICT;

CREATE INDEX difference_of_module ON difference (module, sequence);

-- A report definition, and which of its versions is in use.
CREATE TABLE definition (
    name     TEXT PRIMARY KEY,
    revision INTEGER NOT NULL,
    current  INTEGER NOT NULL,
    previous INTEGER
) STRICT;

CREATE TABLE definition_version (
    name       TEXT NOT NULL REFERENCES definition (name),
    version    INTEGER NOT NULL,
    origin     TEXT NOT NULL CHECK (origin IN ('built-in', 'put')),
    digest     TEXT NOT NULL,                        -- of the JSON
    json       TEXT NOT NULL,
    created    INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    PRIMARY KEY (name, version)
) STRICT;

CREATE TRIGGER definition_version_is_what_it_is BEFORE UPDATE ON definition_version
BEGIN SELECT RAISE(ABORT, 'a version does not change'); END;

CREATE TRIGGER definition_version_stays BEFORE DELETE ON definition_version
BEGIN SELECT RAISE(ABORT, 'versions are kept: reports name them'); END;

-- Which version of its definition a report is made with, fixed with the module digests.
ALTER TABLE report ADD COLUMN definition_version INTEGER;

-- Signed heads of the audit trail.
CREATE TABLE checkpoint (
    sequence   INTEGER PRIMARY KEY,                  -- of the last event that it covers
    hash       TEXT NOT NULL,                        -- of that event
    time       TEXT NOT NULL,
    public_key TEXT NOT NULL,                        -- Ed25519, hexadecimal
    signature  TEXT NOT NULL
) STRICT;

CREATE TRIGGER checkpoint_is_not_updated BEFORE UPDATE ON checkpoint
BEGIN SELECT RAISE(ABORT, 'checkpoints are append-only'); END;

CREATE TRIGGER checkpoint_is_not_deleted BEFORE DELETE ON checkpoint
BEGIN SELECT RAISE(ABORT, 'checkpoints are append-only'); END;
