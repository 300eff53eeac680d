"""The time: the only place that asks for it or waits. Nothing here knows what is being waited for."""

from __future__ import annotations

import asyncio
import heapq
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Protocol

LONGEST_NAP = 30.0
"""Seconds. A machine that slept or whose clock was set finds out within this time that a moment has come."""


class Clock(Protocol):
    """The time. `now` is aware and in UTC; `monotonic` counts seconds, for measuring only."""

    def now(self) -> datetime: ...

    def monotonic(self) -> float: ...

    async def sleep_until(self, when: datetime) -> None: ...

    async def wait(self, event: asyncio.Event, until: datetime | None) -> None:
        """Return when the event is set or the time has come, whichever is first. Clears nothing."""
        ...


def millis(when: datetime) -> int:
    """A moment as it is stored: whole milliseconds since 1970 in UTC."""
    if when.tzinfo is None:
        raise ValueError("a moment needs a zone")
    return (when - _EPOCH) // _MILLISECOND


def moment(stored: int) -> datetime:
    """What `millis` stored."""
    return _EPOCH + stored * _MILLISECOND


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


async def breathe() -> None:
    """Let everything else that is ready run once."""
    await asyncio.sleep(0)


class SystemClock:
    """The machine's clock."""

    def __init__(self) -> None:
        self._moved = asyncio.Event()

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep_until(self, when: datetime) -> None:
        await self.wait(asyncio.Event(), when)

    async def wait(self, event: asyncio.Event, until: datetime | None) -> None:
        while not event.is_set():
            moved = self._moved
            nap = None if until is None else min((until - self.now()).total_seconds(), LONGEST_NAP)
            if nap is not None and nap <= 0:
                return
            await _first(event, moved, nap)


async def _first(one: asyncio.Event, other: asyncio.Event, nap: float | None) -> None:
    waiting = [asyncio.ensure_future(event.wait()) for event in (one, other)]
    try:
        await asyncio.wait(waiting, timeout=nap, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in waiting:
            task.cancel()


class MovedByHand(Protocol):
    """A clock that somebody moves forward: a test, the tour, the demo's buttons."""

    def now(self) -> datetime: ...

    async def advance(self, by: timedelta) -> None: ...


class ShiftedClock(SystemClock):
    """The machine's clock, moved by hand: what the demo's buttons turn."""

    def __init__(self) -> None:
        super().__init__()
        self._offset = timedelta(0)

    def now(self) -> datetime:
        return super().now() + self._offset

    def shift(self, by: timedelta) -> None:
        """Move the time forward and wake whoever's moment has come."""
        if by < timedelta(0):
            raise ValueError("time only moves forward")
        self._offset += by
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()

    async def advance(self, by: timedelta) -> None:
        self.shift(by)
        await few_turns()


async def few_turns() -> None:
    """Let tasks that wait for nothing outside the event loop come to rest."""
    for _ in range(20):
        await breathe()


class ManualClock:
    """A clock for tests: time stands still until `advance`.

    `settle` is awaited after every deadline that is passed, so that what it woke has done its work, and perhaps set
    the next deadline, before the time moves on.
    """

    def __init__(self, start: datetime, settle: Callable[[], Awaitable[None]] = few_turns) -> None:
        if start.tzinfo is None:
            raise ValueError("a clock needs a zone")
        self._now = self._start = start.astimezone(UTC)
        self._order = count()
        self._sleepers: list[tuple[datetime, int, asyncio.Future[None]]] = []
        self.settle = settle

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return (self._now - self._start).total_seconds()

    async def sleep_until(self, when: datetime) -> None:
        await self.wait(asyncio.Event(), when)

    async def wait(self, event: asyncio.Event, until: datetime | None) -> None:
        if event.is_set() or (until is not None and until <= self._now):
            return
        if until is None:
            await event.wait()
            return
        rung: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (until, next(self._order), rung))
        told = asyncio.ensure_future(event.wait())
        both: list[asyncio.Future[Any]] = [rung, told]
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        finally:
            told.cancel()
            rung.cancel()

    async def advance(self, by: timedelta) -> None:
        """Go forward, deadline by deadline in their order, settling after each."""
        if by < timedelta(0):
            raise ValueError("time only moves forward")
        target = self._now + by
        await self.settle()
        while (due := self.next_deadline) is not None and due <= target:
            self._now = max(self._now, due)
            while self._sleepers and self._sleepers[0][0] <= self._now:
                _, _, rung = heapq.heappop(self._sleepers)
                if not rung.done():
                    rung.set_result(None)
            await self.settle()
        self._now = target
        await self.settle()

    @property
    def next_deadline(self) -> datetime | None:
        """The next moment that somebody waits for."""
        while self._sleepers and self._sleepers[0][2].done():
            heapq.heappop(self._sleepers)
        return self._sleepers[0][0] if self._sleepers else None
