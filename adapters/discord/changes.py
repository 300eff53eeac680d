"""What people changed or deleted while the bot was away: Discord tells nothing of it afterwards, the channel shows it.

Looked at are the messages that somebody must follow (`Inbox.watched`), in direct channels. It must not know why.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

import discord

from adapters.discord import faults
from adapters.discord.read import Raw, deleted, place_of, user_ref
from bot.talk.model import Gone
from bot.talk.platform import Inbox, Ports

PAGE = 100
MOST = 5_000
"""Messages of one channel that are looked through; what was said before them stays as it is."""

Edited = Callable[[Raw], Awaitable[None]]
Removed = Callable[[Gone], Awaitable[None]]


class Changes:
    """Over an inbox. `edited` is given each message that stands there with other words, `removed` each that is gone."""

    def __init__(self, inbox: Inbox, ports: Ports, edited: Edited, removed: Removed) -> None:
        self._inbox = inbox
        self._ports = ports
        self._edited = edited
        self._removed = removed

    async def watched(self, user: int, channel: int) -> list[int]:
        """The ids of what is watched there. To be asked for before what is new is read: that stands there as it is."""
        place = place_of(channel)
        return sorted(int(one.id) for one in await self._inbox.watched(user_ref(user)) if one.place == place)

    async def look(self, client: discord.Client, channel: int, watched: Sequence[int], since: datetime) -> bool:
        """Compare. False where Discord can't show the channel now."""
        if not watched:
            return True
        after = watched[0] - 1
        for _page in range(MOST // PAGE):
            try:
                page = await client.http.logs_from(channel, PAGE, after=after)
            except (discord.Forbidden, discord.NotFound):
                return True
            except faults.FAULTS:
                self._ports.log.warning("a channel could not be looked through for changes")
                return False
            whole = len(page) < PAGE
            last = watched[-1] if whole else max(int(one["id"]) for one in page)
            await self._compare(channel, [id for id in watched if after < id <= last], page, since)
            after = last
            if whole or after >= watched[-1]:
                break
        return True

    async def _compare(self, channel: int, watched: Sequence[int], page: Sequence[Raw], since: datetime) -> None:
        standing = {int(one["id"]): one for one in page}
        for id in watched:
            message = standing.get(id)
            if message is None:
                await self._try(self._removed, deleted(id, place_of(channel)))
            elif (edited := message.get("edited_timestamp")) and datetime.fromisoformat(edited) >= since:
                await self._try(self._edited, message)

    async def _try(self, tell: Callable[..., Awaitable[None]], what: object) -> None:
        try:
            await tell(what)
        except Exception:
            self._ports.log.exception("a change of the past could not be handled")
