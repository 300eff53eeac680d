-- What check-ins need to become a habit. sealed columns hold the person's own words under their own key.

-- deleted: taken away by its person, and gone for good soon after.
ALTER TABLE checkin_entries ADD COLUMN deleted INTEGER;
CREATE INDEX checkin_entries_deleted ON checkin_entries (deleted) WHERE deleted IS NOT NULL;
CREATE INDEX checkin_entries_at ON checkin_entries (at);

-- The next occurrence is a job; the scales that a reminder asks for are sealed.
DROP INDEX checkin_reminders_next_due;
ALTER TABLE checkin_reminders DROP COLUMN next_due;
ALTER TABLE checkin_reminders DROP COLUMN scales;
-- kind: ask (how are you) or week (a look back). last: the wall time of the latest occurrence, as 2026-11-23T20:00.
ALTER TABLE checkin_reminders ADD COLUMN kind TEXT NOT NULL DEFAULT 'ask';
ALTER TABLE checkin_reminders ADD COLUMN last TEXT;
ALTER TABLE checkin_reminders ADD COLUMN language TEXT;
ALTER TABLE checkin_reminders ADD COLUMN sealed BLOB;
ALTER TABLE checkin_reminders ADD COLUMN stopped INTEGER;
CREATE INDEX checkin_reminders_stopped ON checkin_reminders (stopped) WHERE stopped IS NOT NULL;
CREATE INDEX checkin_occurrences_due ON checkin_occurrences (due);

-- Scales of a person's own: sealed is their name and bounds.
CREATE TABLE checkin_scales (
    id      TEXT PRIMARY KEY,
    person  TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    sealed  BLOB NOT NULL,
    created INTEGER NOT NULL,
    removed INTEGER
);
CREATE INDEX checkin_scales_person ON checkin_scales (person);
CREATE INDEX checkin_scales_removed ON checkin_scales (removed) WHERE removed IS NOT NULL;

-- What helped a person, in their own words.
CREATE TABLE checkin_helped (
    id      TEXT PRIMARY KEY,
    person  TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    sealed  BLOB NOT NULL,
    created INTEGER NOT NULL,
    removed INTEGER
);
CREATE INDEX checkin_helped_person ON checkin_helped (person, created);
CREATE INDEX checkin_helped_removed ON checkin_helped (removed) WHERE removed IS NOT NULL;

-- Quiet hours are minutes of the day; look is light or dark.
ALTER TABLE checkin_settings ADD COLUMN quiet_from INTEGER;
ALTER TABLE checkin_settings ADD COLUMN quiet_to INTEGER;
ALTER TABLE checkin_settings ADD COLUMN look TEXT;
