"""Messages that a proxy bot (PluralKit, Tupperbox) puts in the place of somebody's own.

Such a bot says a person's words again through a webhook, without the tags that called it, and deletes theirs, all
within seconds. Discord does not say that the two belong together; the words do, and nobody else is asked. Everything
is held in memory, a bounded number of messages for seconds. It must not know what a message means to anybody.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Protocol

from bot.talk.model import PlaceRef
from bot.talk.platform import Clock

WITHIN = timedelta(seconds=15)
"""From a message to its copy, and to its deletion. PluralKit deletes a second after the copy; Discord may be slow."""
ANEW = timedelta(seconds=90)
"""For so long a copy may be replaced by another one. PluralKit takes a message to another name within a minute."""
HELD = timedelta(seconds=2)
"""How long a deletion waits for a copy that may still come, where webhooks speak."""
TAGS = 100
"""Characters of a message that its copy may lack: PluralKit's limit for a pair of tags."""
TICK = timedelta(seconds=1)
MOST, FEW = 500, 50
"""Messages of people that are remembered; copies, and deletions that wait, are few at a time."""
CHANNELS = 1_000


class Decided(Protocol):
    """Takes a deleted message with its place, and the id of the message that stands for it now; None where it is
    simply gone."""

    def __call__(self, message: int, channel: int, place: PlaceRef, copy: int | None) -> None: ...


class Words:
    """A message of a moment ago. `place` is set once it was deleted; `copy` says that a webhook says it."""

    __slots__ = ("_plain", "at", "channel", "copy", "id", "place", "text")

    def __init__(self, id: int, channel: int, text: str, at: datetime, copy: bool = False) -> None:
        self.id, self.channel, self.text, self.at, self.copy = id, channel, text, at, copy
        self.place: PlaceRef | None = None
        self._plain: str | None = None

    @property
    def plain(self) -> str:
        """However it is spaced: without its tags it is trimmed. Not made before it is compared."""
        if self._plain is None:
            self._plain = " ".join(self.text.split())
        return self._plain

    def lacks(self, copy: Words) -> int | None:
        """How many characters of it a later message has left out; None where that is no copy of it."""
        if copy.channel != self.channel or copy.id <= self.id:
            return None
        left = len(self.plain) - len(copy.plain)
        return left if 0 <= left <= TAGS and copy.plain in self.plain else None


class Proxied:
    """What was said, said again, and deleted. A deletion is decided when it is known which it is."""

    def __init__(self, clock: Clock, decided: Decided) -> None:
        self._clock = clock
        self._decided = decided
        self._said: OrderedDict[int, Words] = OrderedDict()
        self._copies: OrderedDict[int, Words] = OrderedDict()
        self._held: OrderedDict[int, Words] = OrderedDict()
        self._hooked: OrderedDict[str, None] = OrderedDict()
        """Channels in which a webhook has spoken."""
        self._some = asyncio.Event()

    def said(self, id: int, channel: int, text: str) -> None:
        """A person's message, or its text after an edit. This is all that an ordinary message costs."""
        self._note(self._said, Words(id, channel, text, self._clock.now()))

    def repeated(self, id: int, channel: int, text: str, place: PlaceRef) -> None:
        """A webhook's message."""
        self._hooked[place.id] = None
        self._hooked.move_to_end(place.id)
        if len(self._hooked) > CHANNELS:
            self._hooked.popitem(last=False)
        if text.strip():
            self._note(self._copies, Words(id, channel, text, self._clock.now(), copy=True))
            self._settle(channel)

    def deleted(self, id: int, channel: int, place: PlaceRef) -> None:
        """Decided at once, but for what was written a moment ago where webhooks speak."""
        self._copies.pop(id, None)
        one = self._said.pop(id, None)
        if one is None or place.id not in self._hooked:
            self._decided(id, channel, place, None)
            return
        one.place, one.at = place, self._clock.now()
        self._note(self._held, one)
        self._settle(channel)

    async def keep(self) -> None:
        """Decide what has waited, and forget what is over, for as long as there is anything."""
        while True:
            await self._clock.wait(self._some, None)
            await self._clock.sleep_until(self._clock.now() + TICK)
            self._forget(self._clock.now())

    def end(self) -> set[int]:
        """Decide what still waits, for nothing more will come. The channels that it was in."""
        waiting = list(self._held.values())
        for one in waiting:
            self._decide(one)
        return {one.channel for one in waiting}

    # --- which belongs to which -----------------------------------------------------------------------------------

    def _settle(self, channel: int) -> None:
        """Decide what is beyond doubt. A copy that fits another message better, which still stands, may be that one's:
        it is seen in a moment, when that is deleted too or not."""
        for one in [one for one in self._held.values() if one.channel == channel]:
            copy = self._copy_of(one)
            if copy is not None and self._owner(copy) is one:
                self._decide(one)
                self._settle(channel)
                return

    def _decide(self, one: Words) -> None:
        copy = self._copy_of(one)
        del self._held[one.id]
        assert one.place is not None
        if copy is not None:
            # It may be deleted in its turn, or said anew under yet another name.
            del self._copies[copy.id]
            self._note(self._said, copy)
        self._decided(one.id, one.channel, one.place, None if copy is None else copy.id)

    def _copy_of(self, one: Words) -> Words | None:
        return _nearest((one.lacks(copy), copy) for copy in self._copies.values())

    def _owner(self, copy: Words) -> Words | None:
        standing = (one for one in self._said.values() if not one.copy)
        return _nearest((one.lacks(copy), one) for one in (*standing, *self._held.values()))

    # --- seconds --------------------------------------------------------------------------------------------------

    def _note(self, among: OrderedDict[int, Words], one: Words) -> None:
        among[one.id] = one
        if len(among) > (MOST if among is self._said else FEW):
            oldest = next(iter(among.values()))
            if among is self._held:
                self._decide(oldest)
            else:
                del among[oldest.id]
        self._some.set()

    def _forget(self, now: datetime) -> None:
        for one in [one for one in self._held.values() if now - one.at >= HELD]:
            self._decide(one)
        for among in (self._said, self._copies):
            kept = ANEW if among is self._said else WITHIN
            for one in [one for one in among.values() if now - one.at >= (kept if one.copy else WITHIN)]:
                del among[one.id]
        if not (self._held or self._said or self._copies):
            self._some.clear()


def _nearest(fits: Iterable[tuple[int | None, Words]]) -> Words | None:
    """The one with the least left out; of several, the oldest."""
    found = [(left, one.id, one) for left, one in fits if left is not None]
    return min(found)[2] if found else None
