-- Codes that link two accounts of one person, for a quarter of an hour. The code itself is not kept, only its keyed hash.
-- sealed holds the account that made it and the one that entered it, under the key of who made it.

CREATE TABLE links (
    code    TEXT PRIMARY KEY,
    person  TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    sealed  BLOB NOT NULL,
    expires INTEGER NOT NULL
);
CREATE INDEX links_person ON links (person);
