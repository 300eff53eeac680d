"""The sync loop: hear everything that happens, once, in order, whatever the network does.

The position is saved when the effects of all that was heard are durable, so a crash hears again what it had not done;
whoever listens recognises that by the event's id. Who ends it in peace leaves nothing to be heard again but what was
not done. Rooms go side by side, so a slow one holds up nobody else. Errors
lead to growing pauses; only a rejected token ends it. Knows nothing of commands, replies or people.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections import deque
from datetime import timedelta
from functools import partial
from itertools import takewhile
from random import Random
from typing import Any, Never

from nio import AsyncClient

from adapters.matrix.feed import Batch, Feed, News
from adapters.matrix.keys import Keys
from adapters.matrix.lanes import Lanes
from adapters.matrix.opening import Heard
from adapters.matrix.pauses import Pauses
from adapters.matrix.telling import Hear, Telling
from adapters.matrix.waiting import Waiting
from adapters.matrix.wire import NoAnswer, Refused, WireError, ask, path, within
from bot.talk.errors import PlatformStopped
from bot.talk.platform import Clock, Memory

POSITION = "position"
PATIENCE = 90.0
"""Seconds beyond the long poll until a silent server counts as gone. The first sync gets ten times as many."""
MOST_WAITING = 5_000
"""Events heard and not done; beyond that nothing new is fetched."""
BREATH = timedelta(milliseconds=40)
"""Between hearing somebody and asking for more. A server does one thing after another: our answer goes before our next
question, which then brings what else was said meanwhile, our own words too."""
LONGEST_BREATH = timedelta(milliseconds=250)
"""The same while something of ours is still on its way: a server that takes so long for it has enough to do."""
SAVED_WITHIN = timedelta(milliseconds=100)
"""How long a position waits to be saved: the answer goes first, and what comes meanwhile needs no saving of its own."""


class Sync:
    """One client's loop. `hear` returns when the effects are durable; it may be given an event twice. `said` is set
    while nothing of ours is on its way to the server."""

    def __init__(
        self,
        client: AsyncClient,
        keys: Keys,
        hear: Hear,
        *,
        memory: Memory,
        clock: Clock,
        random: Random,
        log: logging.Logger,
        poll: float = 30.0,
        limit: int = 100,
        said: asyncio.Event | None = None,
    ) -> None:
        self._client = client
        self._keys = keys
        self._memory = memory
        self._clock = clock
        self._random = random
        self._log = log
        self._poll = poll
        self._filter = _filter(limit)
        self._said = said
        self._feed = Feed(client, log)
        self._lanes = Lanes()
        self.waiting = Waiting(memory, clock)
        self._telling = Telling(client, hear, self.waiting, clock, random, log)
        self._open: deque[tuple[str, list[asyncio.Future[None]]]] = deque()
        self._opened = asyncio.Event()
        self._tend = asyncio.Event()
        self._news = asyncio.Event()
        self.caught_up = asyncio.Event()
        """Set when the first sync is in: from then on the rooms are known and one can send."""
        self.healthy = False
        """Whether the last request was answered."""

    async def run(self) -> Never:
        """Serve until cancelled. Raises TokenRejected (or what `hear` raises of its kind); nothing else ends it."""
        tasks = [asyncio.create_task(each) for each in (self._fetch(), self._save(), self._tend_keys())]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
            raise AssertionError("a loop ended by itself")
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._lanes.close()
            await self._save_done()

    async def meet(self, room: str, patience: float, who: str | None = None) -> bool:
        """Wait until a room that was just made or joined is known, for at most so many seconds; with `who`, until it is
        known to be encrypted and to have that person in it, or asked into it. Whether it is.

        A new room may come in pieces: a key that was handed round before the invitation was heard of would leave the
        person without it.
        """
        until = self._clock.now() + timedelta(seconds=patience)
        while not self._is_known(room, who) and self._clock.now() < until:
            await self._clock.wait(self._news, until)
        return self._is_known(room, who)

    def _is_known(self, room: str, who: str | None) -> bool:
        known = self._client.rooms.get(room)
        return known is not None and (who is None or (known.encrypted and who in known.users))

    async def _fetch(self) -> None:
        pauses = Pauses(self._clock, self._random)
        since = await self._memory.get(POSITION)
        first = True
        while True:
            await self._lanes.below(MOST_WAITING)
            try:
                raw = await self._ask(since, first)
            except Refused as error:
                self._trouble(error)
                if error.status == 400 and since is not None:
                    # The server no longer knows where we were, as after its own restore: begin at the present.
                    self._log.error("the server refused our position; what came meanwhile may be missed")
                    since, first = None, True
                await pauses.rest()
                continue
            except WireError as error:
                self._trouble(error)
                await pauses.rest(error.after)
                continue
            pauses.reset()
            self.healthy = True
            self._keys.counted(raw)
            batch = await self._feed.take(raw, history=since is None)
            await self._hand_on(batch, since, raw["next_batch"], first)
            since, first = raw["next_batch"], False
            self._tend.set()
            self.caught_up.set()
            news, self._news = self._news, asyncio.Event()
            news.set()
            if any(self._others(each) for each in batch.news):
                await self._breathe()

    async def _breathe(self) -> None:
        begun = self._clock.now()
        await self._clock.sleep_until(begun + BREATH)
        if self._said is not None:
            await self._clock.wait(self._said, begun + LONGEST_BREATH)

    def _others(self, news: News) -> bool:
        """Whether somebody else did something there."""
        me = self._client.user_id
        return any(not isinstance(each, Heard) or each.event.sender != me for each in news.happenings)

    async def _ask(self, since: str | None, first: bool) -> dict[str, Any]:
        wait = 0 if first else int(self._poll * 1000)
        where = path("sync", since=since, timeout=wait, filter=self._filter, full_state="true" if first else None)
        patience = PATIENCE * 10 if first else self._poll + PATIENCE
        raw = await within(self._clock, patience, ask(self._client, "GET", where, limit=None))
        if not isinstance(raw.get("next_batch"), str):
            raise NoAnswer("a sync without a position")
        return raw

    def _trouble(self, error: WireError) -> None:
        self.healthy = False
        self._log.warning("no sync; trying again", extra={"reason": error.reason})

    async def _hand_on(self, batch: Batch, since: str | None, position: str, first: bool) -> None:
        keys = batch.keys
        if first and self._client.olm is not None:
            await self.waiting.load()
            keys = frozenset((each.room_id, each.id) for each in self._client.olm.inbound_group_store)
        kept = self.waiting.needing(keys)
        again = [self._lanes.put(each.room, partial(self._telling.reopen, each)) for each in kept]
        told = [self._lanes.put(news.room, partial(self._telling.tell, news, since)) for news in batch.news]
        self._open.append((position, again + told))
        self._opened.set()

    async def _save(self) -> None:
        pauses = Pauses(self._clock, self._random)
        while True:
            while not self._open:
                self._opened.clear()
                await self._opened.wait()
            await asyncio.gather(*self._open[0][1])
            await self._clock.sleep_until(self._clock.now() + SAVED_WITHIN)
            while not await self._save_done():
                await pauses.rest()
            pauses.reset()

    async def _save_done(self) -> bool:
        """Save the newest position before which everything is done. False where it can't be saved now."""
        done = list(takewhile(lambda batch: all(map(_is_done, batch[1])), self._open))
        if not done:
            return True
        try:
            await self._memory.put(POSITION, done[-1][0])
        except Exception as error:
            self._log.error("the position can't be saved", extra={"reason": type(error).__name__})
            return False
        for _ in done:
            self._open.popleft()
        return True

    async def _tend_keys(self) -> None:
        pauses = Pauses(self._clock, self._random)
        while True:
            await self._tend.wait()
            self._tend.clear()
            try:
                await self._keys.tend()
                pauses.reset()
            except PlatformStopped:
                raise
            except Exception as error:
                reason = error.reason if isinstance(error, WireError) else type(error).__name__
                self._log.warning("keys could not be exchanged", extra={"reason": reason})
                self._tend.set()
                await pauses.rest(error.after if isinstance(error, WireError) else 0.0)


def _is_done(work: asyncio.Future[None]) -> bool:
    return work.done() and not work.cancelled() and work.exception() is None


def _filter(limit: int) -> str:
    """What we want of a sync: everything that is said, with all members, and nothing of who types or reads."""
    room = {
        "timeline": {"limit": limit},
        "state": {"lazy_load_members": False},
        "ephemeral": {"types": []},
        "account_data": {"types": []},
    }
    return json.dumps({"presence": {"types": []}, "account_data": {"types": []}, "room": room}, separators=(",", ":"))
