-- A code is written in many ways: reports are found by the product that theirs most likely names. What was written of
-- reports of before is taken as it stands, since SQL cannot read it.

ALTER TABLE report ADD COLUMN product TEXT;
UPDATE report SET product = json_extract(request, '$.ndc');

DROP INDEX report_by_drug;
CREATE INDEX report_by_product ON report (product, id);
