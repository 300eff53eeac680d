"""Messages that could not be read yet. When their key comes, they are fetched again and heard; also after a restart.

Kept are ids only, never what was said. Knows nothing of who listens.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from adapters.matrix.opening import Unreadable
from bot.talk.platform import Clock, Memory

KEPT = "unreadable"
MOST = 200
OLDEST = 7 * 24 * 3600
"""Seconds. A key that took longer does not come."""
PATIENCE = timedelta(seconds=30)
"""How long a key may take before its message counts as lost. Most come at once; whoever waits may be in need."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Where a message lies, which key it needs, and when we met it (seconds since 1970). `over` says that its time was
    up, and that this was dealt with."""

    room: str
    event_id: str
    session: str
    at: float
    over: bool = False


class Waiting:
    """The messages whose keys we wait for."""

    def __init__(self, memory: Memory, clock: Clock) -> None:
        self._memory = memory
        self._clock = clock
        self._kept: dict[str, Kept] = {}
        self.news = asyncio.Event()
        """Set when there is something new to wait for; whoever waits for it clears it."""

    async def load(self) -> None:
        """Go on waiting for what an earlier run waited for."""
        try:
            rows: Any = json.loads(await self._memory.get(KEPT) or "[]")
            kept = [Kept(str(row[0]), str(row[1]), str(row[2]), float(row[3]), row[4:] == [True]) for row in rows]
        except (ValueError, TypeError, IndexError):
            kept = []
        self._kept = {each.event_id: each for each in kept if self._may_come(each)}
        self.news.set()

    def _may_come(self, kept: Kept) -> bool:
        return kept.at > self._clock.now().timestamp() - OLDEST

    async def keep(self, message: Unreadable) -> bool:
        """Wait for its key. Durable when it returns; whether it is the first that waits for that key."""
        if message.event_id in self._kept or not message.session:
            return False
        same = self.needing(frozenset({(message.room, message.session)}))
        now = self._clock.now().timestamp()
        # Who was told that nothing comes with this key is not told again.
        over = any(each.over for each in same)
        self._kept[message.event_id] = Kept(message.room, message.event_id, message.session, now, over)
        self._kept = {id: each for id, each in list(self._kept.items())[-MOST:] if self._may_come(each)}
        await self._save()
        self.news.set()
        return not same

    def needing(self, keys: frozenset[tuple[str, str]]) -> list[Kept]:
        """Those that wait for one of these keys (room, session)."""
        return [each for each in self._kept.values() if (each.room, each.session) in keys]

    @property
    def next(self) -> datetime | None:
        """When the time of the next message is up."""
        left = [each.at for each in self._kept.values() if not each.over]
        return datetime.fromtimestamp(min(left), UTC) + PATIENCE if left else None

    def late(self) -> list[Kept]:
        """Those whose time is up, as far as nobody dealt with that."""
        latest = (self._clock.now() - PATIENCE).timestamp()
        return [each for each in self._kept.values() if not each.over and each.at <= latest]

    async def over(self, room: str, session: str) -> None:
        """It was dealt with that this key did not come."""
        for each in self.needing(frozenset({(room, session)})):
            self._kept[each.event_id] = replace(each, over=True)
        await self._save()

    async def forget(self, event_id: str) -> None:
        """It was heard, or never will be."""
        if self._kept.pop(event_id, None) is not None:
            await self._save()

    async def _save(self) -> None:
        rows = [[each.room, each.event_id, each.session, each.at, each.over] for each in self._kept.values()]
        await self._memory.put(KEPT, json.dumps(rows))
