"""Growing pauses between attempts, spread so that clients don't come back in step. Knows nothing of what failed."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from bot.talk.platform import Clock


class Pauses:
    """Each pause lasts between half and the whole of a span that doubles from `first` to `most` seconds."""

    def __init__(self, clock: Clock, random: Random, *, first: float = 1.0, most: float = 60.0) -> None:
        self._clock = clock
        self._random = random
        self._first = first
        self._most = most
        self._failures = 0

    def reset(self) -> None:
        """It worked: begin with a short pause again."""
        self._failures = 0

    def next(self, at_least: float = 0.0) -> float:
        """Seconds until the next attempt; never fewer than the server asked for."""
        span = min(self._first * 2.0 ** min(self._failures, 30), self._most)
        self._failures += 1
        return max(at_least, span * (0.5 + 0.5 * self._random.random()))

    async def rest(self, at_least: float = 0.0) -> None:
        """Wait that long."""
        await self._clock.sleep_until(self._clock.now() + timedelta(seconds=self.next(at_least)))
