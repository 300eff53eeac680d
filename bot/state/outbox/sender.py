"""Who is next: in order for each destination, urgent before bulk, so many at once.

It knows no platform; a platform that stops or slows down holds up nobody but itself. What becomes of one message is in
`delivery`.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.state.clock import Clock, millis, moment
from bot.state.database import Database
from bot.state.outbox.box import WAKE, Outbox
from bot.state.outbox.delivery import Act, Deliver, Delivery, OnLost, OnSent
from bot.state.trace import trace
from bot.talk.errors import NotConnected, Paused, PlatformStopped

AT_ONCE = 8
"""Destinations of a platform that are written to side by side."""
FOR_URGENT = 2
"""Of these, how many are kept free for what is urgent."""
LOOKED_UP = 32
"""Destinations, urgent and not, that are looked up at once."""
STOPPED_PAUSE = timedelta(minutes=5)
DISK_PAUSE = timedelta(seconds=5)

_HEADS = """
    SELECT id, target, urgent FROM outbox o
    WHERE platform = ?1 AND urgent = {urgent} AND not_before <= ?2
    AND NOT EXISTS (
        SELECT 1 FROM outbox p
        WHERE p.target = o.target AND (p.urgent > o.urgent OR (p.urgent = o.urgent AND p.id < o.id))
    )
    ORDER BY not_before, id LIMIT ?3
"""
_ALL_HEADS = " UNION ALL ".join(f"SELECT * FROM ({_HEADS.format(urgent=urgent)}) AS heads{urgent}" for urgent in (1, 0))


@dataclass(frozen=True, slots=True)
class _Head:
    """The first message that waits for a destination."""

    id: int
    target: str
    platform: str
    urgent: bool


class Sender:
    """One for a database. `deliver` sends; `act` changes, deletes or marks what was sent.

    `on_sent` hears, with the mark that a message is remembered by, where it arrived; `on_lost` hears the marks of
    those that never will. Both in the transaction that takes the message out.
    """

    def __init__(
        self,
        db: Database,
        outbox: Outbox,
        clock: Clock,
        deliver: Deliver,
        log: logging.Logger,
        on_sent: OnSent | None = None,
        act: Act | None = None,
        on_lost: OnLost | None = None,
    ) -> None:
        self._db = db
        self._outbox = outbox
        self._clock = clock
        self._log = log
        self._delivery = Delivery(db, outbox, deliver, log, on_sent, act, on_lost)
        self._woken = db.event(WAKE)
        self._tasks: dict[str, tuple[asyncio.Task[None], _Head]] = {}
        self._heads: dict[str, list[_Head]] = {}
        self._seen_puts = 0
        self._stopped: dict[str, datetime] = {}
        self._loaded = False

    async def run(self) -> None:
        """Send what is due, for ever. Wakes at once when something is put."""
        try:
            while True:
                self._woken.clear()
                try:
                    await self._fill()
                    until = await self._next()
                except Paused:
                    until = self._clock.now() + DISK_PAUSE
                await self._clock.wait(self._woken, until)
        finally:
            await self._drop_tasks()

    async def run_due(self) -> int:
        """Send everything that can be sent now; how many attempts were made. Raises Paused."""
        attempts = 0
        try:
            while True:
                attempts += await self._fill()
                tasks = [task for task, _head in self._tasks.values()]
                if not tasks:
                    return attempts
                done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
        finally:
            await self._drop_tasks()

    def resumed(self, platform: str) -> None:
        """The platform runs again: do not wait any longer."""
        self._stopped.pop(platform, None)
        self._woken.set()

    async def _drop_tasks(self) -> None:
        tasks = [task for task, _head in self._tasks.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _fill(self) -> int:
        """Start as many as there is room for; how many."""
        started = 0
        for platform in await self._look():
            heads = self._heads[platform]
            for head in list(heads):
                if not self._room(platform, head.urgent):
                    continue
                heads.remove(head)
                if head.target not in self._tasks:
                    task = asyncio.ensure_future(self._send(head))
                    self._tasks[head.target] = task, head
                    started += 1
        return started

    async def _look(self) -> list[str]:
        """The platforms that may be sent to, with the first message of each destination looked up.

        What was looked up is used up before it is looked up again, unless something was put since: it may be urgent.
        """
        ready = self._ready()
        if self._seen_puts != self._outbox.puts:
            self._heads.clear()
            self._seen_puts = self._outbox.puts
        missing = [platform for platform in ready if not self._heads.get(platform)]
        if missing or not self._loaded:
            async with self._db.transaction() as tx:
                if not self._loaded:
                    rows = await tx.all("SELECT DISTINCT platform FROM outbox")
                    self._outbox.platforms.update(row["platform"] for row in rows)
                    self._loaded = True
                    missing = ready = self._ready()
                for platform in missing:
                    rows = await tx.all(_ALL_HEADS, platform, tx.now_ms, LOOKED_UP)
                    heads = [_Head(row["id"], row["target"], platform, bool(row["urgent"])) for row in rows]
                    self._heads[platform] = [head for head in heads if head.target not in self._tasks]
        return ready

    def _ready(self) -> list[str]:
        now = self._clock.now()
        return sorted(name for name in self._outbox.platforms if self._stopped.get(name, now) <= now)

    def _room(self, platform: str, urgent: bool) -> bool:
        busy = [head.urgent for _task, head in self._tasks.values() if head.platform == platform]
        return len(busy) < AT_ONCE and (urgent or busy.count(False) < AT_ONCE - FOR_URGENT)

    async def _next(self) -> datetime | None:
        """When something that waits for its time comes due. What waits for a task is started when that ends."""
        now = self._clock.now()
        moments = [until for until in self._stopped.values() if until > now]
        async with self._db.transaction() as tx:
            for platform in self._ready():
                for urgent in (1, 0):
                    row = await tx.one(
                        "SELECT MIN(not_before) AS at FROM outbox "
                        "WHERE platform = ?1 AND urgent = ?2 AND not_before > ?3",
                        platform,
                        urgent,
                        millis(now),
                    )
                    if row and row["at"] is not None:
                        moments.append(moment(row["at"]))
        return min(moments, default=None)

    async def _send(self, head: _Head) -> None:
        platform = head.platform
        try:
            await self._delivery.attempt(head.id, platform)
        except NotConnected as error:
            # Not the message's fault: a bot that starts again and again would make it wait longer each time.
            self._stopped[platform] = self._clock.now() + timedelta(seconds=error.after)
        except PlatformStopped:
            self._stopped[platform] = self._clock.now() + STOPPED_PAUSE
        except Paused:
            self._stopped[platform] = self._clock.now() + DISK_PAUSE
        except Exception as error:
            self._log.error("the outbox of %s failed: %s", platform, trace(error))
            self._stopped[platform] = self._clock.now() + STOPPED_PAUSE
        finally:
            self._tasks.pop(head.target, None)
            self._woken.set()
