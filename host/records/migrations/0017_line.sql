-- Whoever has a report that waits is in line, and what was accepted counts for the day: kept here, with how many wait,
-- rather than by a statement for each acceptance.

DROP TRIGGER report_begins_to_wait;
DROP TRIGGER report_waits_again;

CREATE TRIGGER report_begins_to_wait AFTER INSERT ON report
WHEN NEW.state IN ('queued', 'retrying')
BEGIN
    INSERT INTO waiting (owner, reports) VALUES (NEW.owner, 1)
    ON CONFLICT (owner) DO UPDATE SET reports = reports + 1;
    INSERT INTO turn (owner, last) VALUES (NEW.owner, 0) ON CONFLICT (owner) DO NOTHING;
END;

CREATE TRIGGER report_waits_again AFTER UPDATE OF state ON report
WHEN OLD.state NOT IN ('queued', 'retrying') AND NEW.state IN ('queued', 'retrying')
BEGIN
    INSERT INTO waiting (owner, reports) VALUES (NEW.owner, 1)
    ON CONFLICT (owner) DO UPDATE SET reports = reports + 1;
    INSERT INTO turn (owner, last) VALUES (NEW.owner, 0) ON CONFLICT (owner) DO NOTHING;
END;

-- Days since 1970-01-01 UTC.
CREATE TRIGGER report_counts_for_its_day AFTER INSERT ON report
BEGIN
    INSERT INTO asked (owner, day, reports) VALUES (NEW.owner, NEW.accepted / 86400000, 1)
    ON CONFLICT (owner, day) DO UPDATE SET reports = reports + 1;
END;
