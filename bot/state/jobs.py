"""Things to do later, durable, each in one transaction with its effects. What they do, the features know."""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from bot.state.clock import Clock, breathe, millis, moment
from bot.state.counts import count
from bot.state.database import Database, Row, Transaction
from bot.state.trace import trace
from bot.talk.errors import Paused

WAKE = "jobs"
BATCH = 8
"""Jobs in flight at once. Their bodies run one after another and share a commit; a command waits for these at most."""
MOST_ATTEMPTS = 10
FIRST_PAUSE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(hours=1)
DISK_PAUSE = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Job:
    """`due` is what was asked for, also when it is tried again later; `attempts` counts the failed ones before."""

    id: str
    kind: str
    key: str
    due: datetime
    attempts: int
    payload: dict[str, Any]
    person: str | None


Run = Callable[[Job, Transaction], Awaitable[None]]
Then = Callable[[Job], Awaitable[None]]


class Lateness(Enum):
    """What to do with a job that is found late: run it all the same, only the last of a kind for a person, or none."""

    RUN = "run"
    COALESCE = "coalesce"
    DROP = "drop"


@dataclass(frozen=True, slots=True)
class JobKind:
    """A kind of job. `run` does it, in the transaction that also removes it; a recurring one puts its successor there.

    A job is late from `after` past its due time. `missed` is called instead of `run` where a late job is not run, and
    where one is given up after too many failures: there a recurring job puts its successor.
    """

    name: str
    run: Run
    late: Lateness = Lateness.RUN
    after: timedelta = timedelta(0)
    missed: Run | None = None
    then: Then | None = None


class Jobs:
    """Putting and cancelling. A payload holds ids and numbers, never what somebody said: it is not sealed."""

    async def put(
        self,
        tx: Transaction,
        kind: str,
        due: datetime,
        payload: Mapping[str, Any] | None = None,
        *,
        key: str,
        person: str | None = None,
    ) -> None:
        """Do it at `due`. One job for a key: a second one takes the place of the first. It goes with its person."""
        await tx.execute(
            "INSERT INTO jobs (id, kind, key, person, payload, due, run_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6) "
            "ON CONFLICT (key) DO UPDATE SET id = excluded.id, kind = excluded.kind, person = excluded.person, "
            "payload = excluded.payload, due = excluded.due, run_at = excluded.run_at, attempts = 0",
            secrets.token_urlsafe(12),
            kind,
            key,
            person,
            json.dumps(dict(payload or {}), separators=(",", ":")),
            millis(due),
        )
        tx.wake(WAKE)

    async def cancel(self, tx: Transaction, key: str) -> bool:
        """True where there was one."""
        return await tx.execute("DELETE FROM jobs WHERE key = ?1", key) > 0

    async def cancel_for(self, tx: Transaction, person: str, kind: str | None = None) -> int:
        """All of a person's, or those of one kind; how many."""
        return await tx.execute("DELETE FROM jobs WHERE person = ?1 AND (?2 IS NULL OR kind = ?2)", person, kind)

    async def get(self, tx: Transaction, key: str) -> Job | None:
        row = await tx.one("SELECT * FROM jobs WHERE key = ?1", key)
        return _job(row) if row else None

    async def next_due(self, tx: Transaction) -> datetime | None:
        """When the next one is tried."""
        row = await tx.one("SELECT run_at FROM jobs ORDER BY run_at LIMIT 1")
        return moment(row["run_at"]) if row else None


def _job(row: Row) -> Job:
    return Job(
        row["id"],
        row["kind"],
        row["key"],
        moment(row["due"]),
        row["attempts"],
        json.loads(row["payload"]),
        row["person"],
    )


class JobRunner:
    """One for a database. Jobs of a kind that nobody here knows stay where they are."""

    def __init__(self, db: Database, clock: Clock, kinds: Iterable[JobKind], log: logging.Logger) -> None:
        self._db = db
        self._clock = clock
        self._kinds = {kind.name: kind for kind in kinds}
        self._log = log
        self._known = f"kind IN ({', '.join(f'?{number}' for number in range(1, len(self._kinds) + 1))})"
        self._now = f"?{len(self._kinds) + 1}"

    async def run(self) -> None:
        """Run what is due, for ever. Wakes at once when an earlier job is put."""
        woken = self._db.event(WAKE)
        while True:
            woken.clear()
            try:
                await self.run_due()
                until = await self._next()
            except Paused:
                await self._clock.sleep_until(self._clock.now() + DISK_PAUSE)
            else:
                await self._clock.wait(woken, until)

    async def run_due(self) -> int:
        """Run everything that is due now, in its order; how many were done, failed or passed over. Raises Paused."""
        done = 0
        while batch := await self._due():
            results = await asyncio.gather(*(self._attempt(id) for id in batch), return_exceptions=True)
            for result in results:
                if isinstance(result, BaseException):
                    raise result
            done += len(batch)
            await breathe()
        return done

    async def _due(self) -> list[str]:
        if not self._kinds:
            return []
        async with self._db.transaction() as tx:
            rows = await tx.all(
                f"SELECT id FROM jobs WHERE run_at <= {self._now} AND {self._known} ORDER BY run_at LIMIT {BATCH}",
                *self._kinds,
                tx.now_ms,
            )
        return [row["id"] for row in rows]

    async def _next(self) -> datetime | None:
        if not self._kinds:
            return None
        async with self._db.transaction() as tx:
            row = await tx.one(f"SELECT run_at FROM jobs WHERE {self._known} ORDER BY run_at LIMIT 1", *self._kinds)
        return moment(row["run_at"]) if row else None

    async def _attempt(self, id: str) -> None:
        job = None
        try:
            async with self._db.transaction() as tx:
                # Removed before it runs, so that it may put its successor under the same key.
                row = await tx.one("DELETE FROM jobs WHERE id = ?1 RETURNING *", id)
                if row is None:
                    return
                job = _job(row)
                then = await self._do(job, tx)
        except Paused:
            raise
        except Exception as error:
            if job is None:
                raise
            self._log.error("a job of kind %s failed: %s", job.kind, trace(error))
            await self._failed(job)
        else:
            await self._then(job, then)

    async def _do(self, job: Job, tx: Transaction) -> Then | None:
        kind = self._kinds[job.kind]
        if await self._passed_over(job, kind, tx):
            await count(tx, f"jobs.late.{job.kind}")
            if kind.missed is not None:
                await kind.missed(job, tx)
            return None
        await kind.run(job, tx)
        return kind.then

    async def _then(self, job: Job, then: Then | None) -> None:
        if then is None:
            return
        try:
            await then(job)
        except Paused:
            raise
        except Exception as error:
            self._log.error("what follows a job of kind %s failed: %s", job.kind, trace(error))

    async def _passed_over(self, job: Job, kind: JobKind, tx: Transaction) -> bool:
        if kind.late is Lateness.RUN or tx.now - job.due <= kind.after:
            return False
        if kind.late is Lateness.DROP:
            return True
        whose = "person = ?1" if job.person is not None else "person IS NULL AND ?1 IS NULL"
        later = await tx.one(
            f"SELECT 1 FROM jobs WHERE {whose} AND kind = ?2 AND due >= ?3 AND due <= ?4 LIMIT 1",
            job.person,
            job.kind,
            millis(job.due),
            tx.now_ms,
        )
        return later is not None

    async def _failed(self, job: Job) -> None:
        if job.attempts + 1 < MOST_ATTEMPTS:
            pause = min(FIRST_PAUSE * 2**job.attempts, LONGEST_PAUSE)
            async with self._db.transaction() as tx:
                await tx.execute(
                    "UPDATE jobs SET attempts = attempts + 1, run_at = ?2 WHERE id = ?1", job.id, millis(tx.now + pause)
                )
            return
        self._log.error("a job of kind %s is given up after %s attempts", job.kind, MOST_ATTEMPTS)
        missed = self._kinds[job.kind].missed
        try:
            await self._give_up(job, missed)
        except Paused:
            raise
        except Exception as error:
            self._log.error("a job of kind %s has no successor: %s", job.kind, trace(error))
            await self._give_up(job, None)

    async def _give_up(self, job: Job, missed: Run | None) -> None:
        async with self._db.transaction() as tx:
            if await tx.execute("DELETE FROM jobs WHERE id = ?1", job.id):
                await count(tx, f"jobs.dead.{job.kind}")
                if missed is not None:
                    await missed(job, tx)
