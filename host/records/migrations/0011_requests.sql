-- What a caller says about a request in words of their own, and answers that are shared among equal requests.

-- Shown and found again, never part of a document.
ALTER TABLE report ADD COLUMN label TEXT;
ALTER TABLE report ADD COLUMN metadata TEXT;             -- JSON, an object of texts

-- 1: it is made, whatever was made before.
ALTER TABLE report ADD COLUMN anew INTEGER NOT NULL DEFAULT 0;

-- A digest of everything that determines the document but its data, fixed with the pins; null: it is shared
-- with nobody.
ALTER TABLE report ADD COLUMN answer_key TEXT;

-- Once it is made and whole: until when the same request gets the same data.
ALTER TABLE report ADD COLUMN fresh_until INTEGER;

-- The report whose document this one was given in place of one of its own. That may be removed before.
ALTER TABLE report ADD COLUMN shared_from TEXT;

CREATE INDEX report_by_answer ON report (answer_key, state, id) WHERE answer_key IS NOT NULL;
CREATE INDEX report_by_label ON report (id, label) WHERE label IS NOT NULL;
