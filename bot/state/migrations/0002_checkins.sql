-- What members note about how they are. sealed holds mood, note, tags and scales under the person's own key.

CREATE TABLE checkin_entries (
    id      TEXT PRIMARY KEY,
    person  TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    at      INTEGER NOT NULL,
    zone    TEXT NOT NULL,
    sealed  BLOB NOT NULL,
    created INTEGER NOT NULL,
    edited  INTEGER
);
CREATE INDEX checkin_entries_person_at ON checkin_entries (person, at);

-- schedule is wall time; zone says whose. next_due is the next occurrence that was planned.
CREATE TABLE checkin_reminders (
    id           TEXT PRIMARY KEY,
    person       TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    schedule     TEXT NOT NULL,
    zone         TEXT NOT NULL,
    active       INTEGER NOT NULL DEFAULT 1,
    unanswered   INTEGER NOT NULL DEFAULT 0,
    paused_until INTEGER,
    next_due     INTEGER,
    scales       TEXT,
    created      INTEGER NOT NULL
);
CREATE INDEX checkin_reminders_person ON checkin_reminders (person);
CREATE INDEX checkin_reminders_next_due ON checkin_reminders (next_due) WHERE active = 1;

CREATE TABLE checkin_occurrences (
    id             TEXT PRIMARY KEY,
    reminder       TEXT NOT NULL REFERENCES checkin_reminders (id) ON DELETE CASCADE,
    person         TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    due            INTEGER NOT NULL,
    answered_entry TEXT REFERENCES checkin_entries (id) ON DELETE SET NULL,
    state          TEXT NOT NULL,
    UNIQUE (reminder, due)
);
CREATE INDEX checkin_occurrences_person ON checkin_occurrences (person);
CREATE INDEX checkin_occurrences_entry ON checkin_occurrences (answered_entry);
