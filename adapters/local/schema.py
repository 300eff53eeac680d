"""The tables of the local platform's own file, and how that file is opened. It must not know what is done with them."""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.talk.errors import DataRefused

VERSION = 2
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
TABLES = """
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE accounts (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, locale TEXT NOT NULL, role INTEGER NOT NULL,
  here INTEGER NOT NULL DEFAULT 1, sort INTEGER NOT NULL
) STRICT;
CREATE TABLE places (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL, owner TEXT, sort INTEGER NOT NULL, about TEXT
) STRICT;
CREATE TABLE messages (
  id INTEGER PRIMARY KEY AUTOINCREMENT, place TEXT NOT NULL, author TEXT NOT NULL, at INTEGER NOT NULL,
  text TEXT NOT NULL, body TEXT NOT NULL, only_for TEXT, reply_to INTEGER,
  notice INTEGER NOT NULL DEFAULT 0, edited INTEGER NOT NULL DEFAULT 0, deleted INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX messages_place ON messages (place, id);
CREATE TABLE files (
  id TEXT PRIMARY KEY, message INTEGER NOT NULL, name TEXT NOT NULL, media_type TEXT NOT NULL, data BLOB NOT NULL
) STRICT;
CREATE INDEX files_message ON files (message);
CREATE TABLE accepted (key TEXT PRIMARY KEY, message INTEGER NOT NULL) STRICT;
CREATE TABLE events (
  id INTEGER PRIMARY KEY AUTOINCREMENT, did TEXT NOT NULL, account TEXT NOT NULL, place TEXT NOT NULL,
  at INTEGER NOT NULL, data TEXT NOT NULL, tries INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE forms (
  id TEXT PRIMARY KEY, account TEXT NOT NULL, place TEXT NOT NULL, command TEXT NOT NULL, data TEXT NOT NULL
) STRICT;
CREATE TABLE signs (
  message INTEGER NOT NULL, author TEXT NOT NULL, sign TEXT NOT NULL, PRIMARY KEY (message, author, sign)
) STRICT;
CREATE TABLE reads (
  account TEXT NOT NULL, place TEXT NOT NULL, message INTEGER NOT NULL, PRIMARY KEY (account, place)
) STRICT;
"""


SINCE = {
    1: """
ALTER TABLE places ADD COLUMN about TEXT;
CREATE TABLE signs (
  message INTEGER NOT NULL, author TEXT NOT NULL, sign TEXT NOT NULL, PRIMARY KEY (message, author, sign)
) STRICT;
""",
}
"""What brings a file of an older version to the next."""


class Database:
    """One connection; each call commits by itself unless it stands inside `transaction`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._connection.row_factory = sqlite3.Row
        self._depth = 0

    def execute(self, sql: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> sqlite3.Cursor:
        return self._connection.execute(sql, values)

    def close(self) -> None:
        self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of it or nothing. May be nested; the outermost commits."""
        if self._depth == 0:
            self._connection.execute("BEGIN IMMEDIATE")
        self._depth += 1
        try:
            yield
        except BaseException:
            self._depth -= 1
            if self._depth == 0:
                self._connection.execute("ROLLBACK")
            raise
        self._depth -= 1
        if self._depth == 0:
            self._connection.execute("COMMIT")


def millis(when: datetime) -> int:
    """A moment as it is stored: whole milliseconds since 1970 in UTC."""
    return (when - _EPOCH) // _MILLISECOND


def moment(stored: int) -> datetime:
    return _EPOCH + stored * _MILLISECOND


def connect(path: Path | str) -> sqlite3.Connection:
    """Open or make the file, readable by its owner alone. Raises DataRefused for one that is not ours or newer."""
    if str(path) != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    db = sqlite3.connect(path, isolation_level=None)
    try:
        version = int(db.execute("PRAGMA user_version").fetchone()[0])
        if version == 0:
            # Before the first write, so that what a person deletes leaves no trace in the file either.
            db.execute("PRAGMA secure_delete=ON")
            db.execute("PRAGMA journal_mode=WAL")
            token, store = secrets.token_hex(16), secrets.token_hex(4)
            db.executescript(
                f"BEGIN IMMEDIATE; {TABLES} INSERT INTO about VALUES ('token', '{token}'), ('id', '{store}');"
                f"PRAGMA user_version={VERSION}; COMMIT;"
            )
        elif version in SINCE:
            db.executescript(f"BEGIN IMMEDIATE; {SINCE[version]} PRAGMA user_version={version + 1}; COMMIT;")
        elif version != VERSION:
            raise DataRefused(
                f"{path} was written by a newer Handrail (version {version}; this one reads {VERSION}). "
                "Nothing was changed. Start the newer one, or move the file away to begin a new community."
            )
        db.execute("SELECT value FROM about WHERE name = 'id'").fetchone()[0]
        db.execute("PRAGMA secure_delete=ON")
        db.execute("PRAGMA synchronous=FULL")
    except (sqlite3.DatabaseError, TypeError) as error:
        db.close()
        raise DataRefused(
            f"{path} is no file of the local platform, or it is damaged ({type(error).__name__}). "
            "Nothing was changed. Move it away to begin a new community."
        ) from None
    except DataRefused:
        db.close()
        raise
    return db
