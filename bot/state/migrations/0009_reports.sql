-- What somebody reported of a buddy. sealed holds the evidence and who the two are, under a key of the report's own that is
-- destroyed when it is decided, after 90 days at the latest.

CREATE TABLE buddy_reports (
    id       TEXT PRIMARY KEY,
    state    TEXT NOT NULL,
    reason   TEXT NOT NULL,
    reporter TEXT NOT NULL,
    reported TEXT NOT NULL,
    made     INTEGER NOT NULL,
    held     INTEGER NOT NULL,
    claimed  TEXT,
    decided  INTEGER,
    sealed   BLOB
);
CREATE INDEX buddy_reports_state ON buddy_reports (state, made);

-- The accounts of both, as keyed hashes: a moderator among them never sees the report.
CREATE TABLE buddy_parties (
    report  TEXT NOT NULL REFERENCES buddy_reports (id) ON DELETE CASCADE,
    account TEXT NOT NULL,
    party   TEXT NOT NULL,
    PRIMARY KEY (report, account)
);
CREATE INDEX buddy_parties_account ON buddy_parties (account);

-- Somebody asked to read the evidence, or to learn who a side is; second is the other moderator who agreed.
CREATE TABLE buddy_openings (
    id      TEXT PRIMARY KEY,
    report  TEXT NOT NULL REFERENCES buddy_reports (id) ON DELETE CASCADE,
    what    TEXT NOT NULL,
    actor   TEXT NOT NULL,
    second  TEXT,
    at      INTEGER NOT NULL,
    until   INTEGER
);
CREATE INDEX buddy_openings_report ON buddy_openings (report);
