-- What reports were made from, and what is written down about each of them.

-- Data by the digest that reports name them by, which is that of their content; the encoded bytes are
-- an artifact.
CREATE TABLE snapshot (
    digest   TEXT PRIMARY KEY,
    artifact TEXT NOT NULL REFERENCES artifact (digest),
    created  INTEGER NOT NULL
) STRICT;

-- The manifest of a report, written with its settlement.
CREATE TABLE manifest (
    report TEXT PRIMARY KEY REFERENCES report (id),
    json   TEXT NOT NULL
) STRICT;

CREATE TRIGGER manifest_is_not_updated BEFORE UPDATE ON manifest
BEGIN SELECT RAISE(ABORT, 'a manifest does not change'); END;
