-- One import. Everything in it can be made again from its files.

-- A single row.
CREATE TABLE about (
    name TEXT NOT NULL,
    -- 'ascii': quarterly files of FAERS; 'bulk': download files of openFDA.
    kind TEXT NOT NULL CHECK (kind IN ('ascii', 'bulk')),
    -- Of names, sizes and checksums of the files: who starts again must bring the same ones.
    fingerprint TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'reading' CHECK (state IN ('reading', 'fitting', 'ready')),
    label TEXT NOT NULL,
    as_of TEXT,
    -- Known once everything is counted.
    reports INTEGER,
    left_out INTEGER,
    digest TEXT
) STRICT;

-- The files, in the order they are read. A batch and its place are one transaction.
CREATE TABLE part (
    place INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    rows_done INTEGER NOT NULL DEFAULT 0,
    -- Rows that could not be read.
    skipped INTEGER NOT NULL DEFAULT 0,
    -- Of the whole content; set when the last row is done.
    sha256 TEXT
) STRICT;

-- The latest version of each report.
CREATE TABLE report (
    id INTEGER PRIMARY KEY,
    case_id TEXT NOT NULL UNIQUE,
    version INTEGER NOT NULL,
    -- What rows of other files name the version by.
    number TEXT NOT NULL UNIQUE,
    -- The primary suspect.
    drug INTEGER
) STRICT;

-- A drug as reports name it.
CREATE TABLE drug (
    id INTEGER PRIMARY KEY,
    substance TEXT NOT NULL,
    product TEXT NOT NULL,
    UNIQUE (substance, product)
) STRICT;

CREATE TABLE term (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE) STRICT;

CREATE TABLE reaction (
    report INTEGER NOT NULL,
    term INTEGER NOT NULL,
    PRIMARY KEY (report, term)
) STRICT, WITHOUT ROWID;

-- Reports that FDA has withdrawn.
CREATE TABLE deleted (case_id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;

-- What all of it amounts to. The tables of reports are dropped when these are filled.
CREATE TABLE drug_total (drug INTEGER PRIMARY KEY, reports INTEGER NOT NULL) STRICT;
CREATE TABLE term_total (term INTEGER PRIMARY KEY, reports INTEGER NOT NULL) STRICT;
CREATE TABLE pair (
    drug INTEGER NOT NULL,
    term INTEGER NOT NULL,
    reports INTEGER NOT NULL,
    PRIMARY KEY (drug, term)
) STRICT, WITHOUT ROWID;
