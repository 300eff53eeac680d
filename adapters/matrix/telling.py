"""Telling one room's news to whoever listens: first what was missing, then what is new, each event guarded by itself.

Knows nothing of the loop that brings the news, nor of who listens.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from random import Random

from nio import AsyncClient

from adapters.matrix.feed import News
from adapters.matrix.gaps import Gap
from adapters.matrix.keyrequests import request
from adapters.matrix.opening import Happening, Heard, Unreadable, opened
from adapters.matrix.pauses import Pauses
from adapters.matrix.waiting import Kept, Waiting
from adapters.matrix.wire import Refused, WireError, ask, path, within
from bot.talk.errors import PlatformStopped
from bot.talk.platform import Clock

PATIENCE = 20.0
"""Seconds that asking for a key may hold up its room."""
TRIES = 4
"""How often somebody who listens may fail at one event before it is given up."""

Hear = Callable[[Happening], Awaitable[None]]


class Telling:
    """Tells happenings to `hear`, which returns when the effects are durable and may be told a thing twice."""

    def __init__(
        self, client: AsyncClient, hear: Hear, waiting: Waiting, clock: Clock, random: Random, log: logging.Logger
    ) -> None:
        self._client = client
        self._hear = hear
        self._waiting = waiting
        self._clock = clock
        self._random = random
        self._log = log

    async def tell(self, news: News, since: str | None) -> None:
        """A room's news of a sync that began at `since`. Raises TokenRejected; everything else is dealt with here."""
        missing: list[Happening] = []
        if news.gap is not None and since is not None:
            missing = await self._missing(news.room, news.gap, since)
        for happening in (*missing, *news.happenings):
            await self._told(happening)

    async def _missing(self, room: str, start: str, until: str) -> list[Happening]:
        gap = Gap(self._client, room, start, until)
        pauses = Pauses(self._clock, self._random)
        while True:
            try:
                events = await gap.fill()
                break
            except Refused as error:  # we are not in that room any more
                self._log.warning("a gap can't be filled", extra={"reason": error.reason})
                return []
            except WireError as error:
                await pauses.rest(error.after)
        if gap.given_up:
            self._log.error("a gap is too long; its oldest events are given up")
        found = [opened(self._client, room, event) for event in events]
        return [each for each in found if each is not None]

    async def _told(self, happening: Happening) -> None:
        """Tell it, and again if whoever listens fails; after that it is given up, for others are waiting."""
        pauses = Pauses(self._clock, self._random)
        for attempt in range(1, TRIES + 1):
            try:
                if isinstance(happening, Unreadable) and happening.sender != self._client.user_id:
                    await self._wait_for(happening)
                await self._hear(happening)
                return
            except PlatformStopped:
                raise
            except Exception as error:
                given_up = attempt == TRIES
                what = "an event is given up" if given_up else "an event failed; trying again"
                self._log.error(what, extra={"reason": type(error).__name__, "kind": type(happening).__name__})
                if not given_up:
                    await pauses.rest()

    async def _wait_for(self, message: Unreadable) -> None:
        """Its key may come by itself, or because we ask for it."""
        if await self._waiting.keep(message):
            try:
                await within(self._clock, PATIENCE, request(self._client, message))
            except WireError as error:
                self._log.info("a key could not be asked for", extra={"reason": error.reason})

    async def reopen(self, kept: Kept) -> None:
        """A key has come: read the message that waited for it."""
        pauses = Pauses(self._clock, self._random)
        while True:
            try:
                raw = await ask(self._client, "GET", path("rooms", kept.room, "event", kept.event_id))
                break
            except Refused:
                await self._waiting.forget(kept.event_id)
                return
            except WireError as error:
                await pauses.rest(error.after)
        found = opened(self._client, kept.room, raw)
        if isinstance(found, Heard):
            await self._told(found)
            await self._waiting.forget(kept.event_id)
