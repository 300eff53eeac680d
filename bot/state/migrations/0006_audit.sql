-- Who did what to which case, and when: a chain of hashes over random actor numbers. Names lie apart, sealed.

CREATE TABLE audit_actors (
    actor  TEXT PRIMARY KEY,
    lookup TEXT UNIQUE,
    sealed BLOB
);

CREATE TABLE audit_log (
    seq    INTEGER PRIMARY KEY,
    at     INTEGER NOT NULL,
    actor  TEXT NOT NULL,
    did    TEXT NOT NULL,
    what   TEXT NOT NULL,
    detail TEXT NOT NULL,
    hash   TEXT NOT NULL
);
CREATE INDEX audit_log_at ON audit_log (at);
CREATE INDEX audit_log_what ON audit_log (what);
