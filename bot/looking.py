"""What the guard says of messages: of most at a glance, of long ones after a look in a thread. Whatever comes from
the same place meanwhile waits its turn, so that nothing overtakes what was said before it.

It knows no feature and no database.
"""

from __future__ import annotations

import asyncio
from collections.abc import Hashable
from functools import partial
from weakref import WeakValueDictionary

from bot.kit import Guard
from bot.talk.model import Incoming, Invocation
from safety.verdict import Verdict


class Looks:
    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._turns: WeakValueDictionary[Hashable, asyncio.Lock] = WeakValueDictionary()
        """Places where something is looked at, or waits for it; gone when nobody holds them any more."""

    async def assess(self, event: Incoming | Invocation, text: str, *, private: bool) -> Verdict:
        """What the rules say of a text; in the order in which texts of one place were asked about."""
        turn = self._turns.get(event.place) if self._turns else None
        if turn is None:
            verdict = self._guard.glance(text, place=event.place, roles=event.roles, private=private)
            if verdict is not None:
                return verdict
            turn = self._turns.setdefault(event.place, asyncio.Lock())
        async with turn:
            verdict = self._guard.glance(text, place=event.place, roles=event.roles, private=private)
            if verdict is not None:
                return verdict
            look = partial(self._guard.assess, text, place=event.place, roles=event.roles, private=private)
            return await asyncio.to_thread(look)

    async def turn(self, place: Hashable) -> None:
        """Wait until all was read that came from there before."""
        turn = self._turns.get(place) if self._turns else None
        if turn is not None:
            async with turn:
                pass
