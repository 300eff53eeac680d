"""Catching up: what was written while the bot was away is read from the channels' own history.

Kept is up to which id everything was handled, and the latest ids that were. Ids sort by time, so this holds for all
channels alike. It is saved after the effects: what was handled since the last saving is read twice, and its events'
keys see to that. It must not know what is done with a message.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

import discord

from adapters.discord import faults
from adapters.discord.changes import Changes
from adapters.discord.lanes import Lanes
from adapters.discord.read import place_of
from bot.talk.model import PlaceRef
from bot.talk.platform import Ports

KEY = "handled"
SAVED_EVERY = timedelta(seconds=5)
OVERLAP = timedelta(seconds=10)
"""Looked at again although it counts as handled: a gateway may bring messages of different channels out of order."""
LATEST = 200
"""Ids that are kept, so that of these seconds nothing is heard twice; where they don't reach that far, it is less."""
PAGE = 100
MOST = 5_000
"""Messages of one channel that are caught up with; an outage longer than that leaves the oldest unread."""
AT_ONCE = 4

Hear = Callable[..., Awaitable[None]]
"""Takes a message as Discord's API tells it, its place, and whether that is direct."""
Spoken = Sequence[tuple[int, PlaceRef, int]]


class History:
    """`handled` is the number from which the present connection goes on."""

    def __init__(self, ports: Ports, lanes: Lanes) -> None:
        self._ports = ports
        self._lanes = lanes
        self._moved = asyncio.Event()
        self._saved = 0
        self._latest: deque[int] = deque(maxlen=LATEST)
        self._catching_up = False
        self._first = 1
        self.handled = 1

    async def load(self) -> datetime | None:
        """Recall it; at the very first start everything before is past. Since when the bot was away, if known."""
        stored = [int(id) for id in json.loads(await self._ports.memory.get(KEY) or "[]")]
        if not stored:
            self.handled = self._first = snowflake(self._ports.clock.now())
            self._lanes.high = max(self._lanes.high, self.handled)
            await self._ports.memory.put(KEY, json.dumps([self.handled]))
            return None
        self.handled = self._saved = stored[0]
        self._latest.extend(stored[1:])
        for id in self._latest:
            self._lanes.again(str(id))
        self._lanes.high = max(self._lanes.high, self.handled)
        return discord.utils.snowflake_time(self.handled)

    def hold(self) -> None:
        """The connection is new: until it is caught up, nothing counts as handled that came after."""
        if not self._catching_up:
            self.handled = max(self.handled, self._lanes.handled)
        self._catching_up = True

    @property
    def holding(self) -> bool:
        """Whether something is still to be caught up with."""
        return self._catching_up

    def moved(self, id: int) -> None:
        """A message came, and will be handled: to be saved soon."""
        self._latest.append(id)
        self._moved.set()

    async def keep(self) -> None:
        """Save it, now and then, for as long as anything moves."""
        while True:
            await self._ports.clock.wait(self._moved, None)
            self._moved.clear()
            await self._ports.clock.sleep_until(self._ports.clock.now() + SAVED_EVERY)
            await self.save()

    async def save(self) -> None:
        """Durable when it returns; a disk that refuses is tried again the next time."""
        if self._catching_up:
            return
        handled = self._lanes.handled
        if handled <= self._saved:
            return
        try:
            latest = sorted(id for id in self._latest if id <= handled)
            await self._ports.memory.put(KEY, json.dumps([handled, *latest]))
        except Exception:
            self._ports.log.exception("how far everything was read could not be saved")
            return
        self._saved = self.handled = handled

    # --- reading again --------------------------------------------------------------------------------------------

    async def catch_up(
        self,
        client: discord.Client,
        spoken: Spoken,
        directs: Sequence[tuple[int, int]],
        hear: Hear,
        changes: Changes,
        *,
        all_there: bool,
    ) -> None:
        """Read what is newer than what was handled; in direct channels also what was changed. Each channel's in its
        lane, so nothing overtakes it there. Where not all servers are there yet, nothing counts as handled until they
        are."""
        after = max(self.handled - (int(OVERLAP.total_seconds() * 1000) << 22), self._first)
        if len(self._latest) == LATEST:
            after = max(after, min(self._latest))
        limit = asyncio.Semaphore(AT_ONCE)
        whole = all_there

        since = discord.utils.snowflake_time(self.handled) - OVERLAP

        async def one(channel: int, place: PlaceRef, user: int | None) -> None:
            nonlocal whole

            async def read() -> bool:
                watched = [] if user is None else await changes.watched(user, channel)
                heard = partial(hear, place=place, direct=user is not None)
                return await self._read(client, channel, after, heard) and await changes.look(
                    client, channel, watched, since
                )

            async with limit:
                done = await self._in_lane(channel, read)
                whole = whole and done

        async with asyncio.TaskGroup() as group:
            for channel, place, latest in spoken:
                if latest > after:
                    group.create_task(one(channel, place, None))
            for user, channel in directs:
                group.create_task(one(channel, place_of(channel), user))
        self._catching_up = not whole
        self._moved.set()

    async def _in_lane(self, channel: int, read: Callable[[], Awaitable[bool]]) -> bool:
        whole = False

        async def noted() -> None:
            nonlocal whole
            whole = await read()

        await self._lanes.through(channel, noted)
        return whole

    async def _read(self, client: discord.Client, channel: int, after: int, hear: Hear) -> bool:
        """Whether it was read to its end. Where it may not be read, there is none."""
        for _page in range(MOST // PAGE):
            try:
                page = await client.http.logs_from(channel, PAGE, after=after)
            except (discord.Forbidden, discord.NotFound):
                return True
            except faults.FAULTS:
                self._ports.log.warning("a channel could not be caught up with")
                return False
            for message in sorted(page, key=lambda one: int(one["id"])):
                after = int(message["id"])
                try:
                    await hear(message)
                except Exception:
                    self._ports.log.exception("a message of the past could not be handled")
            if len(page) < PAGE:
                break
        return True


def snowflake(at: datetime) -> int:
    """The id of a moment."""
    return discord.utils.time_snowflake(at)
