-- Buddies. sealed holds what a person chose, under their own key; an account stands here as a keyed hash of its own kind,
-- or as the person it belongs to and goes with.

CREATE TABLE buddy_profiles (
    person       TEXT PRIMARY KEY REFERENCES people (id) ON DELETE CASCADE,
    state        TEXT NOT NULL,
    paused_until INTEGER,
    rest_until   INTEGER,
    platform     TEXT NOT NULL,
    language     TEXT NOT NULL,
    waiting      INTEGER,
    first        INTEGER NOT NULL DEFAULT 0,
    silent       INTEGER NOT NULL DEFAULT 0,
    sealed       BLOB NOT NULL,
    changed      INTEGER NOT NULL
);
CREATE INDEX buddy_profiles_state ON buddy_profiles (state, waiting);

CREATE TABLE buddy_pairs (
    id      TEXT PRIMARY KEY,
    state   TEXT NOT NULL,
    made    INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    met     INTEGER,
    ended   INTEGER
);
CREATE INDEX buddy_pairs_state ON buddy_pairs (state, ended);

-- One half of a pair. about names its private room; name and colour are what the other half sees. sealed is why they
-- were brought together.
CREATE TABLE buddy_sides (
    pair     TEXT NOT NULL REFERENCES buddy_pairs (id) ON DELETE CASCADE,
    side     INTEGER NOT NULL,
    person   TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    about    TEXT NOT NULL UNIQUE,
    answer   TEXT,
    name     TEXT NOT NULL,
    colour   TEXT NOT NULL,
    sealed   BLOB NOT NULL,
    reveal   INTEGER NOT NULL DEFAULT 0,
    thanked  INTEGER,
    sent     INTEGER NOT NULL DEFAULT 0,
    prompted INTEGER,
    PRIMARY KEY (pair, side)
);
CREATE INDEX buddy_sides_person ON buddy_sides (person);
CREATE INDEX buddy_sides_name ON buddy_sides (name);

-- Who must not meet, as keyed hashes of accounts that outlive an erasure: blocks until lifted, former buddies for a while.
CREATE TABLE buddy_never (
    one   TEXT NOT NULL,
    other TEXT NOT NULL,
    cause TEXT NOT NULL,
    until INTEGER,
    PRIMARY KEY (one, other, cause)
);
CREATE INDEX buddy_never_other ON buddy_never (other);
CREATE INDEX buddy_never_cause ON buddy_never (cause);
CREATE INDEX buddy_never_until ON buddy_never (until);

-- The same hashes for those who take part, so that a round finds who must not meet.
CREATE TABLE buddy_marks (
    mark   TEXT PRIMARY KEY,
    person TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE
);
CREATE INDEX buddy_marks_person ON buddy_marks (person);

-- What a person set themself, so that they can lift it: sealed names it in their words.
CREATE TABLE buddy_avoids (
    id     TEXT PRIMARY KEY,
    person TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    sealed BLOB NOT NULL,
    made   INTEGER NOT NULL
);
CREATE INDEX buddy_avoids_person ON buddy_avoids (person);

CREATE TABLE buddy_holds (
    account TEXT NOT NULL,
    report  TEXT NOT NULL,
    until   INTEGER NOT NULL,
    PRIMARY KEY (account, report)
);
CREATE INDEX buddy_holds_report ON buddy_holds (report);

-- Which message of a person's became which message to their buddy. sealed is where the person's own stands.
CREATE TABLE buddy_messages (
    mark   TEXT PRIMARY KEY,
    pair   TEXT NOT NULL REFERENCES buddy_pairs (id) ON DELETE CASCADE,
    side   INTEGER NOT NULL,
    person TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    lookup TEXT NOT NULL UNIQUE,
    sealed BLOB NOT NULL,
    at     INTEGER NOT NULL
);
CREATE INDEX buddy_messages_pair ON buddy_messages (pair);
CREATE INDEX buddy_messages_person ON buddy_messages (person);
CREATE INDEX buddy_messages_at ON buddy_messages (at);

-- The evidence buffer: sealed under a key of the pair's day that is destroyed after a week.
CREATE TABLE buddy_evidence (
    id     TEXT PRIMARY KEY,
    pair   TEXT NOT NULL REFERENCES buddy_pairs (id) ON DELETE CASCADE,
    person TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    thing  TEXT NOT NULL,
    at     INTEGER NOT NULL,
    sealed BLOB NOT NULL
);
CREATE INDEX buddy_evidence_pair ON buddy_evidence (pair, at);
CREATE INDEX buddy_evidence_person ON buddy_evidence (person);
CREATE INDEX buddy_evidence_at ON buddy_evidence (at);

-- The talk mode of those whose platform gives a pair no room of its own, and words that wait to be sent or dropped.
CREATE TABLE buddy_talks (
    person TEXT PRIMARY KEY REFERENCES people (id) ON DELETE CASCADE,
    about  TEXT NOT NULL,
    until  INTEGER NOT NULL
);

CREATE TABLE buddy_drafts (
    id     TEXT PRIMARY KEY,
    person TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    sealed BLOB NOT NULL,
    at     INTEGER NOT NULL
);
CREATE INDEX buddy_drafts_person ON buddy_drafts (person);

CREATE TABLE buddy_shares (
    mark   TEXT PRIMARY KEY,
    pair   TEXT NOT NULL REFERENCES buddy_pairs (id) ON DELETE CASCADE,
    person TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    sealed BLOB NOT NULL,
    at     INTEGER NOT NULL
);
CREATE INDEX buddy_shares_pair ON buddy_shares (pair);
CREATE INDEX buddy_shares_person ON buddy_shares (person);

CREATE TABLE buddy_rounds (
    id    TEXT PRIMARY KEY,
    due   INTEGER NOT NULL,
    state TEXT NOT NULL
);
