"""What somebody typed into a form that could not be read, kept in memory for a quarter of an hour to be offered again.

Never written to disk: it may be the most private thing somebody typed.
"""

from __future__ import annotations

import secrets
from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from bot.talk.model import UserRef

KEPT = timedelta(minutes=15)
MOST = 1_000

T = TypeVar("T")


class Drafts(Generic[T]):
    """A small, expiring store. Only its owner gets a draft back."""

    def __init__(self) -> None:
        self._held: OrderedDict[str, tuple[datetime, UserRef, T]] = OrderedDict()

    def keep(self, owner: UserRef, what: T, now: datetime) -> str:
        """Keep it; the id that brings it back."""
        self._drop_old(now)
        id = secrets.token_urlsafe(9)
        self._held[id] = (now + KEPT, owner, what)
        while len(self._held) > MOST:
            self._held.popitem(last=False)
        return id

    def bring(self, id: str, owner: UserRef, now: datetime) -> T | None:
        self._drop_old(now)
        held = self._held.get(id)
        return held[2] if held and held[1] == owner else None

    def _drop_old(self, now: datetime) -> None:
        while self._held and next(iter(self._held.values()))[0] < now:
            self._held.popitem(last=False)
