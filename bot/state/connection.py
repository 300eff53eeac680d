"""The connection itself: when it begins, how one of several unfinished transactions is undone, what a full disk is.

SQLite's own ways stay here, under `database`. It knows no table.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable
from pathlib import Path
from typing import Any

import aiosqlite

from bot.talk.errors import DataRefused

# aiosqlite would write every statement with its values at DEBUG, and values are what people said.
logging.getLogger("aiosqlite").setLevel(logging.WARNING)

BUSY_MS = 250
"""How long the connection's thread waits for somebody else's hand on the file."""

# A full or failing disk, and somebody else's hand on the file, for example an open sqlite3 shell.
_PAUSES = {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_BUSY,
}


class Connection(sqlite3.Connection):
    """Opens a transaction before the first statement that may write, in the same hop to the thread.

    While earlier transactions wait for their common commit (`shared`), the next one stands on a savepoint, so that it
    can be undone alone. All of this runs in the connection's thread, after whatever a cancelled task left there.
    """

    shared = False
    marked = False
    on_mark = False

    def execute(self, sql: str, parameters: Any = ()) -> sqlite3.Cursor:
        if not sql.lstrip()[:6].upper().startswith(("SELECT", "PRAGMA", "VACUUM")):
            if not self.in_transaction:
                super().execute("BEGIN IMMEDIATE")
                self.marked = False
            elif self.shared and not self.on_mark:
                if self.marked:
                    super().execute("RELEASE one")
                super().execute("SAVEPOINT one")
                self.marked = True
            self.on_mark = self.shared
        return super().execute(sql, parameters)

    def rollback(self) -> None:
        """Undo the transaction that is going on, and it alone."""
        if self.in_transaction and not self.shared:
            super().rollback()
        elif self.in_transaction and self.on_mark:
            super().execute("ROLLBACK TO one")


async def connect(path: Path) -> aiosqlite.Connection:
    """A connection as we want it: what is committed stays, what is deleted is gone. Foreign keys are still off."""
    raw = await aiosqlite.connect(path, isolation_level=None, factory=Connection, cached_statements=256)
    try:
        raw.row_factory = sqlite3.Row
        mode = await raw.execute_fetchall("PRAGMA journal_mode = WAL")
        if [row[0] for row in mode] != ["wal"]:
            raise DataRefused(f"{path.name} lies on a file system that can't keep it safely. Use a local disk.")
        for pragma in (
            f"busy_timeout = {BUSY_MS}",
            "synchronous = FULL",
            "secure_delete = ON",
            "temp_store = MEMORY",
            "trusted_schema = OFF",
            "foreign_keys = OFF",
        ):
            await raw.execute_fetchall(f"PRAGMA {pragma}")
    except BaseException:
        await whole(raw.close())
        raise
    return raw


def pauses(error: sqlite3.Error) -> bool:
    """Whether the disk took nothing, as opposed to a statement that is wrong."""
    return (getattr(error, "sqlite_errorcode", 0) & 0xFF) in _PAUSES


async def whole(work: Awaitable[None]) -> None:
    """Let it come to its end though the task is cancelled meanwhile; the cancellation is raised after it."""
    task = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError as error:
            cancelled = error
        except BaseException:
            break
    if cancelled is not None:
        if not task.cancelled():
            task.exception()
        raise cancelled
    await task
