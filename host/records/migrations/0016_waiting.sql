-- How many reports of a caller wait: every acceptance asks, so it is kept rather than counted.

CREATE TABLE waiting (
    owner   TEXT PRIMARY KEY,
    reports INTEGER NOT NULL CHECK (reports >= 0)
) STRICT;

INSERT INTO waiting (owner, reports)
SELECT owner, count(*) FROM report WHERE state IN ('queued', 'retrying') GROUP BY owner;

CREATE TRIGGER report_begins_to_wait AFTER INSERT ON report
WHEN NEW.state IN ('queued', 'retrying')
BEGIN
    INSERT INTO waiting (owner, reports) VALUES (NEW.owner, 1)
    ON CONFLICT (owner) DO UPDATE SET reports = reports + 1;
END;

CREATE TRIGGER report_waits_again AFTER UPDATE OF state ON report
WHEN OLD.state NOT IN ('queued', 'retrying') AND NEW.state IN ('queued', 'retrying')
BEGIN
    INSERT INTO waiting (owner, reports) VALUES (NEW.owner, 1)
    ON CONFLICT (owner) DO UPDATE SET reports = reports + 1;
END;

CREATE TRIGGER report_waits_no_more AFTER UPDATE OF state ON report
WHEN OLD.state IN ('queued', 'retrying') AND NEW.state NOT IN ('queued', 'retrying')
BEGIN UPDATE waiting SET reports = reports - 1 WHERE owner = OLD.owner; END;

CREATE TRIGGER report_is_taken_back AFTER DELETE ON report
WHEN OLD.state IN ('queued', 'retrying')
BEGIN UPDATE waiting SET reports = reports - 1 WHERE owner = OLD.owner; END;
