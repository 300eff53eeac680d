"""What somebody is in the community: the configured people first, then the power they have in the spaces and rooms that
are the community.

In a room of a space, power makes a moderator for that room. In any other room it makes nothing: whoever begins a room
with the bot has all power there. Powers are fetched from the server and forgotten with the first event that could
change them, or after ten minutes; what only moderators may do is decided on what was fetched just now. Unknown means
least.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timedelta

from nio import AsyncClient

from adapters.matrix.powers import Powers, level_of, powers_in
from adapters.matrix.rooms import Rooms
from adapters.matrix.wire import WireError
from bot.config.platforms import Matrix
from bot.talk.model import Role
from bot.talk.platform import Clock, Standing

FRESH_FOR = timedelta(minutes=10)
CHANGES = frozenset({"m.room.power_levels", "m.room.create", "m.room.tombstone"})


class Standings:
    """Asks the rooms that count."""

    def __init__(self, client: AsyncClient, settings: Matrix, rooms: Rooms, clock: Clock, log: logging.Logger) -> None:
        self._client = client
        self._settings = settings
        self._rooms = rooms
        self._clock = clock
        self._log = log
        self._known: dict[str, tuple[datetime, Powers]] = {}

    def changed(self, room: str, kind: str) -> None:
        """Something happened there: what it may have changed is fetched anew."""
        if kind in CHANGES:
            self._known.pop(room, None)

    async def of(self, user: str, room: str | None, *, now: bool = False) -> Standing:
        """Their standing in a room, or in the community where there is none. `now` asks the server itself."""
        homes = self._rooms.homes
        there = [room] if room is not None and room not in homes else []
        levels = await asyncio.gather(*(self._level(each, user, now=now) for each in (*homes, *there)))
        role = max([self._configured(user), *(self._role(level) for level in levels[: len(homes)])])
        if there and room in self._rooms.children:
            role = max(role, min(self._role(levels[-1]), Role.MODERATOR))
        here = levels[-1] is not None if there else any(level is not None for level in levels)
        return Standing(role, frozenset() if role is Role.MEMBER else frozenset({role.name.lower()}), here)

    def _configured(self, user: str) -> Role:
        if user in self._settings.owners:
            return Role.OWNER
        return Role.MODERATOR if user in self._settings.moderators else Role.MEMBER

    def _role(self, level: int | None) -> Role:
        if level is None or level < self._settings.moderator_power:
            return Role.MEMBER
        return Role.OWNER if level >= self._settings.owner_power else Role.MODERATOR

    async def _level(self, room: str, user: str, *, now: bool) -> int | None:
        """None for who is not there, and where the server does not say."""
        try:
            if now:
                return await level_of(self._client, room, user)
            known = self._client.rooms.get(room)
            if known is None or user not in known.users or known.users[user].invited:
                return None
            return (await self.powers(room)).of(user)
        except WireError as error:
            self._log.warning("powers could not be fetched", extra={"reason": error.reason})
            return None

    async def powers(self, room: str) -> Powers:
        """A room's powers, at most ten minutes old. Raises WireError or TokenRejected."""
        at, powers = self._known.get(room, (None, None))
        if at is None or powers is None or self._clock.now() - at > FRESH_FOR:
            powers = await powers_in(self._client, room)
            self._known[room] = self._clock.now(), powers
        return powers
