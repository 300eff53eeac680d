-- How long a person keeps their own check-ins: 0 is for as long as they like.

CREATE TABLE checkin_settings (
    person    TEXT PRIMARY KEY REFERENCES people (id) ON DELETE CASCADE,
    keep_days INTEGER NOT NULL
);
