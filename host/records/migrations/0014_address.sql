-- Where a caller's connection came from. Part of an event's hash where there is one.
ALTER TABLE audit ADD COLUMN address TEXT;
