-- One row that is written now and then, only to learn whether writing is possible.
CREATE TABLE probe (
    one     INTEGER PRIMARY KEY CHECK (one = 1),
    written INTEGER NOT NULL
) STRICT;
