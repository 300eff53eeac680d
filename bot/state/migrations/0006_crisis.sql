-- Cases: what the rules saw of somebody, for moderators. No text of a person's, ever.
-- author is a keyed hash and person a random id; both go after 24 hours or when the case is closed, the later of the two.
-- sealed is encrypted with the case's own key, which lies in the key file as case/<id>.

CREATE TABLE crisis_cases (
    id        TEXT PRIMARY KEY,
    author    TEXT,
    person    TEXT REFERENCES people (id) ON DELETE CASCADE,
    state     TEXT NOT NULL,
    level     INTEGER NOT NULL,
    topic     TEXT NOT NULL,
    about     TEXT NOT NULL,
    asked     INTEGER NOT NULL DEFAULT 0,
    not_me    INTEGER NOT NULL DEFAULT 0,
    alerted   INTEGER NOT NULL DEFAULT 0,
    escalated INTEGER NOT NULL DEFAULT 0,
    taken_by  TEXT,
    taken     INTEGER,
    verdict   TEXT,
    opened    INTEGER NOT NULL,
    seen      INTEGER NOT NULL,
    changed   INTEGER NOT NULL,
    version   INTEGER NOT NULL DEFAULT 0,
    closed    INTEGER,
    sealed    BLOB
);
CREATE INDEX crisis_cases_author ON crisis_cases (author) WHERE author IS NOT NULL;
CREATE INDEX crisis_cases_person ON crisis_cases (person);
CREATE INDEX crisis_cases_state ON crisis_cases (state, level);

-- message is a keyed hash, kept as long as the author's; sealed holds the reference to it.
CREATE TABLE crisis_signals (
    id      TEXT PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES crisis_cases (id) ON DELETE CASCADE,
    at      INTEGER NOT NULL,
    level   INTEGER NOT NULL,
    topic   TEXT NOT NULL,
    about   TEXT NOT NULL,
    rules   TEXT NOT NULL,
    offered TEXT NOT NULL,
    arrived TEXT NOT NULL,
    deleted INTEGER NOT NULL DEFAULT 0,
    message TEXT,
    sealed  BLOB
);
CREATE INDEX crisis_signals_case ON crisis_signals (case_id, at);
CREATE INDEX crisis_signals_message ON crisis_signals (message) WHERE message IS NOT NULL;

-- The bot's own messages about a case in moderators' rooms.
CREATE TABLE crisis_posts (
    id      TEXT PRIMARY KEY,
    case_id TEXT NOT NULL,
    sealed  BLOB NOT NULL
);
CREATE INDEX crisis_posts_case ON crisis_posts (case_id);

-- Short lines that stand under a message until they are used, and private rooms that wait to be joined; in transit.
CREATE TABLE crisis_offers (
    id     TEXT PRIMARY KEY,
    signal TEXT,
    kind   TEXT NOT NULL,
    sealed BLOB NOT NULL,
    until  INTEGER NOT NULL
);

-- Who asked not to be offered it again at concern: a keyed hash, until taken back, at most a year.
CREATE TABLE crisis_quiet (
    lookup TEXT PRIMARY KEY,
    person TEXT REFERENCES people (id) ON DELETE CASCADE,
    since  INTEGER NOT NULL
);
CREATE INDEX crisis_quiet_person ON crisis_quiet (person);

-- Who asked to be asked again: sealed, until that was done.
CREATE TABLE crisis_followups (
    lookup   TEXT PRIMARY KEY,
    person   TEXT REFERENCES people (id) ON DELETE CASCADE,
    sealed   BLOB NOT NULL,
    language TEXT NOT NULL,
    due      INTEGER NOT NULL
);
CREATE INDEX crisis_followups_person ON crisis_followups (person);

CREATE TABLE crisis_panels (
    place  TEXT PRIMARY KEY,
    sealed BLOB NOT NULL
);
