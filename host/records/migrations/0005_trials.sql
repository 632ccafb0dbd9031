-- What a version on trial has shown, what of it an administrator accepted, and what it costs beside the
-- version before it.

-- How a shadow failed by its own fault; NULL if it did not.
ALTER TABLE difference ADD COLUMN failure TEXT;

-- Where the two versions differ, JSON; NULL in rows of before, whose `difference` tells it.
ALTER TABLE difference ADD COLUMN places TEXT;

-- Shadow runs up to this sequence count no more: the trial began behind it, or what is active changed.
ALTER TABLE module_version ADD COLUMN counted_after INTEGER NOT NULL DEFAULT 0;

-- Differences that an administrator has looked at and wants. They go with the trial they belong to; the
-- audit trail keeps them.
CREATE TABLE acceptance (
    module      TEXT NOT NULL,
    digest      TEXT NOT NULL,                        -- the version on trial
    active      TEXT NOT NULL,                        -- the version that it was compared with
    up_to       INTEGER NOT NULL,                     -- the last shadow run that was looked at
    places      TEXT NOT NULL,                        -- JSON: what was accepted
    reason      TEXT NOT NULL,
    accepted_by TEXT NOT NULL,                        -- actor
    created     INTEGER NOT NULL,
    PRIMARY KEY (module, digest, up_to),
    FOREIGN KEY (module, digest) REFERENCES module_version (module, digest),
    FOREIGN KEY (module, active) REFERENCES module_version (module, digest)
) STRICT;

CREATE TRIGGER acceptance_is_not_updated BEFORE UPDATE ON acceptance
BEGIN SELECT RAISE(ABORT, 'an acceptance does not change'); END;

-- How much costlier than the version before it a version on probation may be, JSON.
ALTER TABLE module ADD COLUMN probation_costs TEXT NOT NULL DEFAULT '{}';

-- Whether the last change of what is active was a roll back, so that two people who both ask for one do
-- not undo each other's.
ALTER TABLE module ADD COLUMN rolled_back INTEGER NOT NULL DEFAULT 0;

-- Costs are those of runs beside each other on the same reports: of the version on trial, and of the
-- version before it. Sums; times in microseconds. Sums of before were of other runs.
ALTER TABLE tally ADD COLUMN compared INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tally ADD COLUMN memory_bytes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tally ADD COLUMN before_cpu_us INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tally ADD COLUMN before_wall_us INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tally ADD COLUMN before_memory_bytes INTEGER NOT NULL DEFAULT 0;

UPDATE tally SET cpu_us = 0, wall_us = 0;
