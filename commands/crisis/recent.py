"""Who was answered lately, in memory: so that one bad hour is not ten messages, also while nothing can be stored.

Bounded, and by keyed hashes alone; what must outlive a restart stands in the rows of cases.
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta

from safety import About, Level

MOST = 20_000


class Recent:
    """The level at which somebody was answered last, and at which a message was met."""

    def __init__(self, cooldown: timedelta) -> None:
        self.cooldown = cooldown
        self._people: OrderedDict[tuple[str, About], tuple[Level, datetime]] = OrderedDict()
        self._messages: OrderedDict[str, Level] = OrderedDict()

    def answered(self, who: str, about: About, now: datetime, within: timedelta | None = None) -> Level:
        """The level at which they were answered within the cooldown, or a rule's own; a rise above it is answered
        again."""
        level, at = self._people.get((who, about), (Level.NONE, now))
        return level if now - at < (self.cooldown if within is None else within) else Level.NONE

    def met(self, message: str) -> Level:
        return self._messages.get(message, Level.NONE)

    def note(self, who: str, about: About, level: Level, now: datetime) -> None:
        self._people.pop((who, about), None)
        self._people[(who, about)] = (level, now)
        while len(self._people) > MOST:
            self._people.popitem(last=False)

    def meet(self, message: str, level: Level) -> None:
        self._messages[message] = max(level, self.met(message))
        self._messages.move_to_end(message)
        while len(self._messages) > MOST:
            self._messages.popitem(last=False)
