-- The outbox also changes, deletes and marks what it sent. about names the message by the mark it was to be remembered by.

ALTER TABLE outbox ADD COLUMN deed TEXT NOT NULL DEFAULT 'send';
ALTER TABLE outbox ADD COLUMN about TEXT;
ALTER TABLE outbox ADD COLUMN remember_for INTEGER;

-- Where messages arrived that may yet be changed, deleted or answered. Sealed with the recipient's key.
CREATE TABLE delivered (
    mark    TEXT PRIMARY KEY,
    person  TEXT REFERENCES people (id) ON DELETE CASCADE,
    lookup  TEXT NOT NULL,
    sealed  BLOB NOT NULL,
    expires INTEGER NOT NULL
);
CREATE INDEX delivered_lookup ON delivered (lookup);
CREATE INDEX delivered_person ON delivered (person);
CREATE INDEX delivered_expires ON delivered (expires);
