"""Messages that could not be read yet. When their key comes, they are fetched again and heard; also after a restart.

Kept are ids only, never what was said. Knows nothing of who listens.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from adapters.matrix.opening import Unreadable
from bot.talk.platform import Clock, Memory

KEPT = "unreadable"
MOST = 200
OLDEST = 7 * 24 * 3600
"""Seconds. A key that took longer does not come."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Where a message lies, which key it needs, and when we met it (seconds since 1970)."""

    room: str
    event_id: str
    session: str
    at: float


class Waiting:
    """The messages whose keys we wait for."""

    def __init__(self, memory: Memory, clock: Clock) -> None:
        self._memory = memory
        self._clock = clock
        self._kept: dict[str, Kept] = {}

    async def load(self) -> None:
        """Go on waiting for what an earlier run waited for."""
        try:
            rows: Any = json.loads(await self._memory.get(KEPT) or "[]")
            kept = [Kept(str(a), str(b), str(c), float(d)) for a, b, c, d in rows]
        except (ValueError, TypeError):
            kept = []
        oldest = self._clock.now().timestamp() - OLDEST
        self._kept = {each.event_id: each for each in kept if each.at > oldest}

    async def keep(self, message: Unreadable) -> None:
        """Wait for its key. Durable when it returns."""
        if message.event_id in self._kept or not message.session:
            return
        now = self._clock.now().timestamp()
        self._kept[message.event_id] = Kept(message.room, message.event_id, message.session, now)
        while len(self._kept) > MOST:
            del self._kept[next(iter(self._kept))]
        await self._save()

    def needing(self, keys: frozenset[tuple[str, str]]) -> list[Kept]:
        """Those that wait for one of these keys (room, session)."""
        return [each for each in self._kept.values() if (each.room, each.session) in keys]

    async def forget(self, event_id: str) -> None:
        """It was heard, or never will be."""
        if self._kept.pop(event_id, None) is not None:
            await self._save()

    async def _save(self) -> None:
        rows = [[each.room, each.event_id, each.session, each.at] for each in self._kept.values()]
        await self._memory.put(KEPT, json.dumps(rows))
