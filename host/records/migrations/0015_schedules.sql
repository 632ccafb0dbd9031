-- Why a schedule asked for nothing, and which reports it asked for.

ALTER TABLE schedule ADD COLUMN refused INTEGER;         -- when a tick last asked for nothing, or was put off
ALTER TABLE schedule ADD COLUMN refusal TEXT;            -- why

-- The schedule may be gone meanwhile.
ALTER TABLE report ADD COLUMN of_schedule TEXT;
CREATE INDEX report_by_schedule ON report (of_schedule, id) WHERE of_schedule IS NOT NULL;
