"""The files under the database: who may open them, whether they are sound, and how they are copied.

It blocks, so it is called off the event loop. It knows no table but the record of migrations.
"""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from bot.talk.errors import DataRefused

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

SIGNATURE = b"SQLite format 3\x00"
CHECKED_ALWAYS = 64 * 1024 * 1024
"""Bytes. A larger file is read through only when the last run did not end cleanly."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of a file's history. Numbers start at 1 and have no gaps."""

    number: int
    name: str
    sql: str


class FileLock:
    """Held while the bot runs, so that a second bot is turned away. Readers need none; a crash frees it."""

    def __init__(self, path: Path) -> None:
        self._path = path.with_name(path.name + ".lock")
        self._file: int | None = None

    def take(self) -> None:
        """Raises DataRefused at once where another process holds it."""
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = os.open(
            self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC if sys.platform != "win32" else os.O_RDWR, 0o600
        )
        try:
            if sys.platform == "win32":
                msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
            else:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(file)
            name = self._path.name.removesuffix(".lock")
            raise DataRefused(
                f"Another Handrail is already running on {name}. Stop it first, or give this one a database of its own."
            ) from None
        self._file = file

    def free(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None


def prepare(path: Path) -> None:
    """Make the folder and the file for the owner alone, if they are not there."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))


def read_only(path: Path) -> sqlite3.Connection:
    """A connection that can't write, beside the bot's own."""
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=5.0)


def check(path: Path, history: Sequence[Migration]) -> int:
    """How many steps of the history the file has behind it; 0 for a new file. Changes nothing.

    Raises DataRefused for a file that is newer, foreign, damaged or no database.
    """
    if not path.exists() or path.stat().st_size == 0:
        return 0
    name = path.name
    with path.open("rb") as file:
        if file.read(len(SIGNATURE)) != SIGNATURE:
            raise DataRefused(f"{name} is not a database. Move it away, or name another file in the configuration.")
    try:
        _recovered(path)
        with closing(read_only(path)) as connection:
            applied = _applied(connection, name)
            if path.stat().st_size <= CHECKED_ALWAYS or interrupted(path):
                found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
                if found != "ok":
                    raise _damaged(name)
    except sqlite3.DatabaseError as error:
        if (getattr(error, "sqlite_errorcode", 0) & 0xFF) in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            raise _damaged(name) from None
        raise DataRefused(f"{name} can't be read ({error}). Check who owns it and whether its disk is there.") from None
    known = [step.name for step in history]
    if len(applied) > len(known):
        raise DataRefused(
            f"{name} was written by a newer Handrail (step {len(applied)}, this one knows {len(known)}). "
            "Install that version again, or restore the backup that was made before the update."
        )
    if applied != known[: len(applied)]:
        raise DataRefused(f"{name} has another history than this Handrail. It may belong to a changed copy of it.")
    return len(applied)


def _recovered(path: Path) -> None:
    """Undo what a kill left half done, as any opening would: a reader that can't write is refused until then."""
    try:
        with closing(read_only(path)) as connection:
            connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
    except sqlite3.OperationalError as error:
        if (getattr(error, "sqlite_errorcode", 0) & 0xFF) != sqlite3.SQLITE_READONLY:
            raise
        with closing(sqlite3.connect(path, timeout=5.0)) as connection:
            connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()


def _applied(connection: sqlite3.Connection, name: str) -> list[str]:
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if "migrations" in tables:
        return [row[0] for row in connection.execute("SELECT name FROM migrations ORDER BY number")]
    if tables:
        raise DataRefused(f"{name} is a database of something else. Name another file in the configuration.")
    return []


def _damaged(name: str) -> DataRefused:
    return DataRefused(f"{name} is damaged. It was left as it is; restore the latest backup in its place.")


def interrupted(path: Path) -> bool:
    """Whether the last run did not end cleanly: the log beside the file still holds something."""
    wal = path.with_name(path.name + "-wal")
    return wal.exists() and wal.stat().st_size > 0


def copy(path: Path, to: Path) -> None:
    """Copy a database that may be in use, as it is at one moment, to one file for the owner alone.

    `to` appears whole or not at all. Raises DataRefused where that can't be done.
    """
    if not path.exists():
        raise DataRefused(f"There is no {path.name} yet, so there is nothing to copy.")
    partial = to.with_name(to.name + ".partial")
    to.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial.unlink(missing_ok=True)
    prepare(partial)
    try:
        with closing(read_only(path)) as source, closing(sqlite3.connect(partial)) as target:
            source.backup(target)
            target.execute("PRAGMA journal_mode = DELETE")
            found = target.execute("PRAGMA quick_check(1)").fetchone()[0]
        if found != "ok":
            raise DataRefused(f"The copy of {path.name} is damaged, and so may be {path.name} itself.")
        durable(partial)
        partial.replace(to)
        durable(to.parent)
    except (sqlite3.Error, OSError) as error:
        raise DataRefused(f"{path.name} can't be copied to {to.name} ({error}).") from None
    finally:
        partial.unlink(missing_ok=True)


def durable(path: Path) -> None:
    """Have the disk keep a file, or the names in a folder, before going on."""
    if path.is_dir() and sys.platform == "win32":
        return
    file = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def statements(script: str) -> list[str]:
    """The single statements of a script."""
    found: list[str] = []
    current = ""
    *pieces, rest = script.split(";")
    for piece in pieces:
        current += piece + ";"
        if sqlite3.complete_statement(current):
            found.append(current.strip())
            current = ""
    if any(line.strip() and not line.lstrip().startswith("--") for line in (current + rest).splitlines()):
        raise ValueError("a migration ends within a statement")
    return found


def read_history(folder: Path) -> list[Migration]:
    """The steps in a folder of `NNNN_name.sql`, in order and without gaps."""
    steps = [
        Migration(int(file.name[:4]), file.stem, file.read_text(encoding="utf-8"))
        for file in sorted(folder.glob("[0-9][0-9][0-9][0-9]_*.sql"))
    ]
    if [step.number for step in steps] != list(range(1, len(steps) + 1)):
        raise ValueError("migrations must be numbered from 0001 without gaps")
    return steps


HISTORY = tuple(read_history(Path(__file__).with_name("migrations")))
"""The history of the data file."""
