-- The step of a trace that asked for a report (W3C traceparent): attempts in other processes hang from it.
ALTER TABLE report ADD COLUMN trace TEXT;
