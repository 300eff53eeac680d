"""The database: one file, one connection, and `transaction()` as the only way to SQL.

Whoever uses it speaks SQL that SQLite and PostgreSQL share; what is SQLite's own stays in here and in `files`. It knows
no table but the record of migrations.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import aiosqlite

from bot.state import files
from bot.state.clock import Clock, breathe, millis
from bot.state.connection import Connection, connect, pauses, whole
from bot.state.files import HISTORY, FileLock, Migration
from bot.state.remains import Remains
from bot.talk.errors import DataRefused, Paused

Row = sqlite3.Row
_log = logging.getLogger(__name__)

_CHECKPOINT_TRIES = 40


class Transaction:
    """What a `transaction()` gives: SQL with `?1`, `?2` … and nothing that outlives it."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._open = True
        self._after: list[Callable[[], object]] = []

    @property
    def now(self) -> datetime:
        """The time by the clock that the database was opened with."""
        return self._db.clock.now()

    @property
    def now_ms(self) -> int:
        return millis(self._db.clock.now())

    async def execute(self, sql: str, *args: Any) -> int:
        """Run a statement; how many rows it changed. For RETURNING use `one` or `all`."""
        self._check()
        try:
            cursor = await self._db.raw.execute(sql, args)
        except sqlite3.Error as error:
            raise self._db.translate(error) from None
        return cursor.rowcount

    async def one(self, sql: str, *args: Any) -> Row | None:
        """The first row, by name."""
        rows = await self.all(sql, *args)
        return rows[0] if rows else None

    async def all(self, sql: str, *args: Any) -> list[Row]:
        self._check()
        try:
            return list(await self._db.raw.execute_fetchall(sql, args))
        except sqlite3.Error as error:
            raise self._db.translate(error) from None

    def after_commit(self, call: Callable[[], object]) -> None:
        """Call this once the transaction is durable; never if it is not. It must not raise and must not wait."""
        self._after.append(call)

    def wake(self, name: str) -> None:
        """Set the database's event of that name once the transaction is durable."""
        self.after_commit(self._db.event(name).set)

    def _check(self) -> None:
        if not self._open:
            raise RuntimeError("the transaction is over")

    def close(self) -> list[Callable[[], object]]:
        self._open = False
        return self._after


class _Group:
    """Transactions whose bodies are done and that become durable by one commit."""

    def __init__(self) -> None:
        self.done = False
        self.error: Exception | None = None


class Database:
    """An open database. `await Database.open(...)`, then `close()`.

    Transactions run one after the other. Those that finish while others wait share a commit: each returns only when
    it is durable, and none is durable without those before it.
    """

    def __init__(self, path: Path, raw: aiosqlite.Connection, remains: Remains, lock: FileLock, clock: Clock) -> None:
        self.path = path
        self.raw = raw
        self.clock = clock
        self.paused = False
        """True while the disk takes nothing. Every further transaction tries again and clears it."""
        self.interrupted = False
        """Whether the last run that had it open was killed, so that its log still held something."""
        self._gone: set[bytes] = set()
        self._remains = remains
        self._file_lock = lock
        self._lock = asyncio.Lock()
        self._owner: asyncio.Task[Any] | None = None
        self._group: _Group | None = None
        self._events: dict[str, asyncio.Event] = {}

    @classmethod
    async def open(
        cls, path: Path, *, clock: Clock, backups: Path | None = None, history: Sequence[Migration] = HISTORY
    ) -> Database:
        """Open or create the file, and bring it to the present schema; a backup is taken before that changes anything.

        `backups` is the folder for it, `backups` beside the file by default. Raises DataRefused where the file is in
        use, newer, damaged or not ours; it is untouched then.
        """
        lock = FileLock(path)
        raw = remains = None
        try:
            await asyncio.to_thread(lock.take)
            interrupted = await asyncio.to_thread(files.interrupted, path)
            applied = await asyncio.to_thread(files.check, path, history)
            if 0 < applied < len(history):
                folder = backups or path.parent / "backups"
                name = f"{path.stem}-before-{history[applied].number:04}-{clock.now():%Y%m%dT%H%M%S}.db"
                await asyncio.to_thread(files.copy, path, folder / name)
            await asyncio.to_thread(files.prepare, path)
            remains = Remains(path)
            raw = await connect(path)
            db = cls(path, raw, remains, lock, clock)
            db.interrupted = interrupted
            await db._bring_up(history[applied:])
            return db
        except BaseException as error:
            if raw is not None:
                await whole(raw.close())
            if remains is not None:
                remains.close()
            lock.free()
            if isinstance(error, Paused | sqlite3.Error | OSError):
                raise DataRefused(f"{path.name} can't be used ({error}). Check its folder and its disk.") from error
            raise

    async def _bring_up(self, steps: Sequence[Migration]) -> None:
        for step in steps:
            async with self.transaction() as tx:
                await _apply(tx, step)
        await self.raw.execute_fetchall("PRAGMA foreign_keys = ON")

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """All of it or nothing. Any exception undoes it, a cancellation too. No network call belongs inside.

        Raises Paused where the disk takes nothing.
        """
        if self._owner is not None and self._owner is asyncio.current_task():
            raise RuntimeError("this task has a transaction open already")
        async with self._lock:
            self._connection.on_mark = False
            self._owner = asyncio.current_task()
            tx = Transaction(self)
            try:
                yield tx
            except BaseException:
                tx.close()
                await whole(self._undo())
                raise
            finally:
                self._owner = None
            after = tx.close()
            if self._group is None and self.raw.in_transaction:
                self._group = _Group()
                self._connection.shared = True
            group = self._group
        if group is not None:
            # Whoever waits already goes first and joins the group; then its first member commits for all.
            await whole(self._commit(group, after))
        else:
            _call(after)

    @property
    def _connection(self) -> Connection:
        connection = self.raw._conn
        assert isinstance(connection, Connection)
        return connection

    async def _undo(self) -> None:
        try:
            await self.raw.rollback()
        except sqlite3.Error as error:
            self.translate(error)
        if self._group is not None and not self.raw.in_transaction:
            # Some failures of the disk undo everything that was not yet committed.
            self._end(self._group, Paused())

    async def _commit(self, group: _Group, after: list[Callable[[], object]]) -> None:
        async with self._lock:
            if not group.done:
                try:
                    await self.raw.commit()
                except sqlite3.Error as error:
                    self._end(group, self.translate(error))
                    await self.raw.rollback()
                else:
                    self._end(group, None)
        if group.error is not None:
            raise group.error
        _call(after)

    def _end(self, group: _Group, error: Exception | None) -> None:
        group.done, group.error = True, error
        self._group = None
        self._connection.shared = False
        if error is None and self.paused:
            self.paused = False
            _log.info("storing works again")

    def translate(self, error: sqlite3.Error) -> Exception:
        """The error that callers see: Paused for a disk that takes nothing."""
        if not pauses(error):
            return error
        if not self.paused:
            self.paused = True
            _log.error("storing is paused, the disk takes nothing: %s", error.sqlite_errorname)
        return Paused()

    def event(self, name: str) -> asyncio.Event:
        """An event that `Transaction.wake` sets; whoever waits for it clears it."""
        return self._events.setdefault(name, asyncio.Event())

    async def backup(self, to: Path) -> None:
        """Copy everything that is durable now to one file, while the bot goes on. Raises DataRefused."""
        await asyncio.to_thread(files.copy, self.path, to)

    @staticmethod
    async def copy_of(path: Path, to: Path) -> None:
        """The same for a database that another process may have open. Raises DataRefused."""
        await asyncio.to_thread(files.copy, path, to)

    async def expunge(self, gone: Sequence[bytes]) -> bool:
        """Leave no byte of what was deleted: empty the log and, where the file still holds any of `gone`, rewrite it.

        False where a reader or the disk held it up; then those bytes are looked for again the next time.
        """
        self._gone.update(gone)
        looked = tuple(self._gone)
        clean = await self.checkpoint()
        if clean and await asyncio.to_thread(self._remains.holds, looked):
            clean = await self.rewrite()
        if clean:
            self._gone.difference_update(looked)
        return clean

    async def rewrite(self) -> bool:
        """Write the file anew from what is in it, so that nothing else is. Takes room and time for all of the data."""
        try:
            async with self._quiet():
                await self.raw.execute_fetchall("VACUUM")
        except sqlite3.Error as error:
            _log.error("the file could not be written anew: %s", error.sqlite_errorname)
            return False
        return await self.checkpoint()

    async def checkpoint(self) -> bool:
        """Move everything into the main file and empty the log beside it. False where a reader held it up too long."""
        for _ in range(_CHECKPOINT_TRIES):
            async with self._quiet():
                rows = list(await self.raw.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)"))
            if not rows[0][0]:
                return True
        return False

    async def close(self) -> None:
        """End cleanly: the log is emptied and the lock freed."""
        async with self._quiet():
            try:
                await self.raw.close()
            finally:
                self._remains.close()
                await asyncio.to_thread(self._file_lock.free)

    @asynccontextmanager
    async def _quiet(self) -> AsyncIterator[None]:
        """No transaction is going on or waits for its commit."""
        while True:
            async with self._lock:
                if self._group is None:
                    yield
                    return
            await breathe()


async def _apply(tx: Transaction, step: Migration) -> None:
    await tx.execute(
        "CREATE TABLE IF NOT EXISTS migrations "
        "(number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, applied INTEGER NOT NULL)"
    )
    for statement in files.statements(step.sql):
        await tx.execute(statement)
    if await tx.one("PRAGMA foreign_key_check") is not None:
        raise DataRefused(f"The data can't be brought up to step {step.name}: rows refer to nothing. It is as it was.")
    await tx.execute(
        "INSERT INTO migrations (number, name, applied) VALUES (?1, ?2, ?3)", step.number, step.name, tx.now_ms
    )


def _call(after: list[Callable[[], object]]) -> None:
    for call in after:
        call()
