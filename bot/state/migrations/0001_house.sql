-- Moments are whole milliseconds since 1970 in UTC. What is called sealed is encrypted; a look-up is a keyed hash.

CREATE TABLE house (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE people (
    id       TEXT PRIMARY KEY,
    language TEXT,
    country  TEXT,
    zone     TEXT,
    created  INTEGER NOT NULL
);

CREATE TABLE accounts (
    lookup   TEXT PRIMARY KEY,
    person   TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    platform TEXT NOT NULL,
    sealed   BLOB NOT NULL,
    added    INTEGER NOT NULL
);
CREATE INDEX accounts_person ON accounts (person);

CREATE TABLE consents (
    person    TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    purpose   TEXT NOT NULL,
    version   INTEGER NOT NULL,
    given     INTEGER NOT NULL,
    withdrawn INTEGER,
    PRIMARY KEY (person, purpose)
);
CREATE INDEX consents_withdrawn ON consents (withdrawn) WHERE withdrawn IS NOT NULL;

CREATE TABLE effects (
    key TEXT PRIMARY KEY,
    at  INTEGER NOT NULL
);
CREATE INDEX effects_at ON effects (at);

-- due is what was asked for; run_at is when it is tried next.
CREATE TABLE jobs (
    id       TEXT PRIMARY KEY,
    kind     TEXT NOT NULL,
    key      TEXT NOT NULL UNIQUE,
    person   TEXT REFERENCES people (id) ON DELETE CASCADE,
    payload  TEXT NOT NULL,
    due      INTEGER NOT NULL,
    run_at   INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX jobs_run_at ON jobs (run_at);
CREATE INDEX jobs_person ON jobs (person, kind);

CREATE TABLE outbox (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    key           TEXT NOT NULL UNIQUE,
    platform      TEXT NOT NULL,
    target        TEXT NOT NULL,
    sealed_target BLOB NOT NULL,
    sealed        BLOB NOT NULL,
    person        TEXT REFERENCES people (id) ON DELETE CASCADE,
    urgent        INTEGER NOT NULL DEFAULT 0,
    remember      TEXT,
    created       INTEGER NOT NULL,
    expires       INTEGER NOT NULL,
    not_before    INTEGER NOT NULL,
    attempts      INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX outbox_next ON outbox (platform, urgent, not_before, id);
CREATE INDEX outbox_order ON outbox (target, urgent, id);
CREATE INDEX outbox_person ON outbox (person);
CREATE INDEX outbox_expires ON outbox (expires);

CREATE TABLE memory (
    platform TEXT NOT NULL,
    lookup   TEXT NOT NULL,
    sealed   BLOB NOT NULL,
    PRIMARY KEY (platform, lookup)
);

-- Counts of what happened, without whom or what.
CREATE TABLE counts (
    name TEXT NOT NULL,
    day  TEXT NOT NULL,
    n    INTEGER NOT NULL,
    PRIMARY KEY (name, day)
);
