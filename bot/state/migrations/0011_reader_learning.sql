-- What moderators' verdicts taught the second reader: how many were right and false, and by how many steps its thresholds
-- moved. One row for the community; no text, no person. Plain; counts at most a year.
-- concern and lift are the thresholds that the steps are counted from: where the rules say others, they are over.

CREATE TABLE crisis_reader (
    id       INTEGER PRIMARY KEY CHECK (id = 1),
    concern  REAL NOT NULL,
    lift     REAL NOT NULL,
    step     INTEGER NOT NULL DEFAULT 0,
    good     INTEGER NOT NULL DEFAULT 0,
    bad      INTEGER NOT NULL DEFAULT 0,
    series   INTEGER NOT NULL DEFAULT 0,
    since    INTEGER NOT NULL,
    off      INTEGER NOT NULL DEFAULT 0,
    move     INTEGER NOT NULL DEFAULT 0,
    way      INTEGER NOT NULL DEFAULT 0,
    moved    INTEGER,
    verdicts INTEGER NOT NULL DEFAULT 0
);

-- In which series a closed case's verdict was counted, so that opening it again takes it out of that one alone.
ALTER TABLE crisis_cases ADD COLUMN series INTEGER;
