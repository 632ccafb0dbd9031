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
    -- Of those left out: withdrawn by FDA, without a primary suspect, without a reaction.
    withdrawn INTEGER,
    without_suspect INTEGER,
    without_reaction INTEGER,
    -- Cases with versions of AERS and of FAERS.
    in_both_eras INTEGER,
    -- Report versions that stood under two cases, and count under the lower one. Known once all reports
    -- are read.
    under_two_cases INTEGER,
    -- 1 where every quarter has its file of outcomes, without which no report is known to be serious.
    outcomes INTEGER NOT NULL,
    -- All of it in parts, as in the tables of totals.
    serious INTEGER,
    professional INTEGER,
    sex_age TEXT,
    quarters TEXT,
    digest TEXT
) STRICT;

-- The files, in the order they are read. A batch and its place are one transaction.
CREATE TABLE part (
    place INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    rows_done INTEGER NOT NULL DEFAULT 0,
    -- Rows that could not be read, and the place of the first.
    skipped INTEGER NOT NULL DEFAULT 0,
    first_skipped INTEGER,
    -- Rows that were torn or stood in the line of another, and were read.
    joined INTEGER NOT NULL DEFAULT 0,
    parted INTEGER NOT NULL DEFAULT 0,
    -- Of the whole content; set when the last row is done.
    sha256 TEXT
) STRICT;

-- Files that were given and are not read.
CREATE TABLE aside (name TEXT NOT NULL, reason TEXT NOT NULL) STRICT;

-- The latest version of each report.
CREATE TABLE report (
    id INTEGER PRIMARY KEY,
    case_id TEXT NOT NULL UNIQUE,
    version INTEGER NOT NULL,
    -- What rows of other files name the version by. FDA's files have some under two cases.
    number TEXT NOT NULL,
    -- 0: AERS, 1: FAERS.
    era INTEGER NOT NULL,
    both_eras INTEGER NOT NULL DEFAULT 0,
    -- The primary suspect.
    drug INTEGER,
    -- The place of its stratum of sex and age (src/profile.rs).
    sex_age INTEGER NOT NULL,
    professional INTEGER NOT NULL,
    serious INTEGER NOT NULL,
    -- Of first receipt, counted from 1960; AERS states only the day of each version.
    quarter INTEGER
) STRICT;

CREATE INDEX report_number ON report (number);

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

-- What all of it amounts to. The tables of reports are dropped when these are filled. Each total stands in its
-- parts as well: serious reports, those of health professionals, and by stratum of sex and age and by quarter,
-- written as one letter, counted from 'A', for each that has reports, and their number: 'B2M1'.
CREATE TABLE drug_total (
    drug INTEGER PRIMARY KEY,
    reports INTEGER NOT NULL,
    serious INTEGER NOT NULL,
    professional INTEGER NOT NULL,
    sex_age TEXT NOT NULL,
    quarters TEXT
) STRICT;
CREATE TABLE term_total (
    term INTEGER PRIMARY KEY,
    reports INTEGER NOT NULL,
    serious INTEGER NOT NULL,
    professional INTEGER NOT NULL,
    sex_age TEXT NOT NULL,
    quarters TEXT
) STRICT;
CREATE TABLE pair (
    drug INTEGER NOT NULL,
    term INTEGER NOT NULL,
    reports INTEGER NOT NULL,
    serious INTEGER NOT NULL,
    professional INTEGER NOT NULL,
    sex_age TEXT NOT NULL,
    quarters TEXT,
    PRIMARY KEY (drug, term)
) STRICT, WITHOUT ROWID;
