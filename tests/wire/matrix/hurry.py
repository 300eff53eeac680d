"""A clock for tests that speak with a real server: short pauses pass at once and are written down, deadlines wait until
a test says that their time has come. Knows nothing of Matrix."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

PAUSE = 61.0
"""Seconds. What sleeps no longer than this is a pause between attempts; what sleeps longer is a deadline."""
BREATH = 0.4
"""Seconds. What sleeps no longer only lets something else go first; it is no pause between attempts."""


class Hurried:
    """A clock whose pauses take no time. `pauses` lists them in seconds."""

    def __init__(self, pause: float = PAUSE) -> None:
        self._now = datetime.now(UTC)
        self._pause = pause
        self._deadlines: list[asyncio.Event] = []
        self._hours: list[tuple[datetime, asyncio.Event]] = []
        self.pauses: list[float] = []

    def now(self) -> datetime:
        return self._now

    async def sleep_until(self, when: datetime) -> None:
        seconds = (when - self._now).total_seconds()
        if seconds <= self._pause:
            if seconds > BREATH:
                self.pauses.append(seconds)
            self._now += timedelta(seconds=max(seconds, 0))
            for when_it_is, bell in self._hours:
                if when_it_is <= self._now:
                    bell.set()
            await asyncio.sleep(0.001)
            return
        bell = asyncio.Event()
        self._deadlines.append(bell)
        try:
            await bell.wait()
            self._now = max(self._now, when)
        finally:
            self._deadlines.remove(bell)

    async def wait(self, event: asyncio.Event, until: datetime | None) -> None:
        """Tests wait for real things: the event."""
        await event.wait()

    async def comes(self, when: datetime) -> None:
        """Wait until pauses have brought the clock so far."""
        bell = asyncio.Event()
        self._hours.append((when, bell))
        await bell.wait()

    def expire(self) -> int:
        """The time of all deadlines has come. How many there were."""
        waiting = list(self._deadlines)
        for bell in waiting:
            bell.set()
        return len(waiting)
