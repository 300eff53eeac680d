"""Direct channels: which one is whose, who has closed theirs, and what of that is remembered.

Durable is only what concerns somebody who opted in to something; of anybody else nothing outlives the process. It must
not know what is said.
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta

import discord

from adapters.discord.read import user_ref
from bot.talk.errors import Unreachable
from bot.talk.platform import Ports

CLOSED_FOR = timedelta(days=1)
"""For so long nothing is sent to who refused a direct message; Discord bans who goes on asking."""
MOST = 20_000


class Directs:
    """Looks up by account and by channel. The keys in the memory name the account, so that an erasure finds them."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._channels: OrderedDict[int, int] = OrderedDict()
        self._owners: dict[int, int] = {}
        self._closed: dict[int, datetime] = {}
        self._durable: set[int] = set()

    async def load(self) -> None:
        """Recall what was durable."""
        for key, value in (await self._ports.memory.all("dm:")).items():
            user, channel = int(key.removeprefix("dm:")), int(value)
            self._durable.add(user)
            self._keep(user, channel)
        for key, value in (await self._ports.memory.all("closed:")).items():
            self._closed[int(key.removeprefix("closed:"))] = datetime.fromisoformat(value)

    @property
    def durable(self) -> list[tuple[int, int]]:
        """(account, channel) of who is known: what is read again after an outage."""
        return [(user, self._channels[user]) for user in sorted(self._durable) if user in self._channels]

    def owner(self, channel: int) -> int | None:
        return self._owners.get(channel)

    async def channel(self, client: discord.Client, user: int) -> int:
        """The direct channel with somebody, opened where there is none. Raises Unreachable for who closed theirs, and
        what discord.py raises."""
        until = self._closed.get(user)
        if until is not None and until > self._ports.clock.now():
            raise Unreachable("closed")
        known = self._channels.get(user)
        if known is None:
            known = int((await client.http.start_private_message(user))["id"])
            self._keep(user, known)
        return known

    async def met(self, user: int, channel: int) -> None:
        """They wrote there, or something reached them there: it is open."""
        self._keep(user, channel)
        if self._closed.pop(user, None) is not None:
            await self._ports.memory.delete(f"closed:{user}")
        if user not in self._durable and await self._ports.known(user_ref(user)):
            await self._ports.memory.put(f"dm:{user}", str(channel))
            self._durable.add(user)

    async def refused(self, user: int) -> None:
        """They take nothing: do not try again for a while."""
        until = self._ports.clock.now() + CLOSED_FOR
        self._closed[user] = until
        if await self._ports.known(user_ref(user)):
            await self._ports.memory.put(f"closed:{user}", until.isoformat())

    def _keep(self, user: int, channel: int) -> None:
        self._channels[user] = channel
        self._owners[channel] = user
        self._channels.move_to_end(user)
        while len(self._channels) > MOST:
            gone, old = next(iter(self._channels.items()))
            if gone in self._durable:
                self._channels.move_to_end(gone)
                if all(one in self._durable for one in self._channels):
                    return
                continue
            del self._channels[gone]
            self._owners.pop(old, None)
