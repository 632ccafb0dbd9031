-- Reports in which a box stands in for a section: few, and somebody has to look at each.
CREATE INDEX report_incomplete ON report (id) WHERE json_array_length(success, '$.placeholders') > 0;
