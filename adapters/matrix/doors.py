"""Coming and going: whose invitations are accepted, the rooms of the community, upgrades that are followed.

Anybody may begin a direct room (unless configured otherwise), but not any number of them. It must not know what is said
in a room.
"""

from __future__ import annotations

import logging
from collections import defaultdict, deque
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from nio import AsyncClient

from adapters.matrix.direct import Directs, memberships
from adapters.matrix.opening import Invited, Left
from adapters.matrix.rooms import Rooms, state_of
from adapters.matrix.wire import NoAnswer, Refused, ask, path
from bot.config.platforms import Matrix
from bot.talk.platform import Clock

HOUR = timedelta(hours=1)
FROM_ONE = 3
FROM_A_SERVER = 30
FROM_ALL = 100
"""Direct rooms that strangers may begin within an hour."""


class Doors:
    """Joins, declines and leaves."""

    def __init__(
        self, client: AsyncClient, settings: Matrix, rooms: Rooms, directs: Directs, clock: Clock, log: logging.Logger
    ) -> None:
        self._client = client
        self._settings = settings
        self._rooms = rooms
        self._directs = directs
        self._clock = clock
        self._log = log
        self._begun: defaultdict[str, deque[datetime]] = defaultdict(deque)
        self.refused: list[str] = []
        """Configured rooms that could not be entered, by the name they were configured with."""

    # --- invitations ----------------------------------------------------------------------------------------------

    async def invited(self, invited: Invited) -> None:
        """Accept or decline. Raises NoAnswer or TokenRejected, to be tried again."""
        old = self._replaced_by(invited.room)
        if old is not None:
            await self._follow(old, invited.room, [])
        elif self._wanted(invited):
            await self._join(invited.room)
        elif invited.direct and self._may_begin(invited.sender):
            await self._begin(invited.room, invited.sender)
        else:
            self._log.info("an invitation was declined")
            await self._leave(invited.room)

    def _wanted(self, invited: Invited) -> bool:
        """By rule: the room itself, who invites, or their server."""
        if invited.direct:
            return False
        rules = self._settings.invites
        alias = state_of(invited.state, "m.room.canonical_alias").get("alias")
        listed = {*self._settings.community, *rules, *self._rooms.homes, *self._rooms.children}
        known_people = {*self._settings.owners, *self._settings.moderators, *rules}
        return (
            invited.room in listed
            or (isinstance(alias, str) and alias in self._settings.community and self._server(invited.sender) in alias)
            or invited.sender in known_people
            or self._server(invited.sender) in rules
        )

    def _may_begin(self, user: str) -> bool:
        """Whether somebody may begin a direct room now. Counts it."""
        if self._settings.direct == "community" and not self._rooms.among(user, self._rooms.community()):
            return False
        limits = {user: FROM_ONE, self._server(user): FROM_A_SERVER, "": FROM_ALL}
        now = self._clock.now()
        for who in limits:
            while self._begun[who] and self._begun[who][0] < now - HOUR:
                self._begun[who].popleft()
        if any(len(self._begun[who]) >= most for who, most in limits.items()):
            self._log.warning("too many direct rooms were begun; one was declined")
            return False
        for who in limits:
            self._begun[who].append(now)
        for who in [who for who, times in self._begun.items() if not times]:
            del self._begun[who]
        return True

    async def _begin(self, room: str, user: str) -> None:
        """Enter a room that somebody began with the bot alone; leave it if it isn't so."""
        if not await self._join(room):
            return
        members = await ask(self._client, "GET", path("rooms", room, "members", not_membership="leave"))
        there = memberships(members.get("chunk"))
        present = {who for who, membership in there.items() if membership in ("join", "invite", "knock")}
        if present - {self._client.user_id, user}:
            self._log.info("a room that was called direct has more people in it")
            await self._leave(room)
            return
        await self._directs.adopt(user, room)
        await self._directs.usable(room, user)

    def _server(self, user: str) -> str:
        return user.partition(":")[2]

    # --- the community --------------------------------------------------------------------------------------------

    async def enter_community(self) -> None:
        """Join the configured rooms and spaces, and the rooms of the spaces. Raises NoAnswer."""
        self.refused = []
        for name in self._settings.community:
            room = await self._rooms.find(name)
            if room is None or (room not in self._client.rooms and not await self._join(name)):
                self.refused.append(name)
            elif room is not None:
                await self.enter_children(room)

    async def enter_children(self, space: str) -> None:
        """Join the rooms of a space that may be entered; wait for an invitation into the others."""
        try:
            response = await self._client.room_get_state(space)
        except Exception as error:
            raise NoAnswer(type(error).__name__) from None
        events = getattr(response, "events", ())
        if state_of(events, "m.room.create").get("type") != "m.space":
            return
        for event in events:
            if event.get("type") == "m.space.child" and isinstance(event.get("content"), Mapping):
                await self.child(str(event.get("state_key")), event["content"])

    async def child(self, room: str, content: Mapping[str, Any]) -> None:
        """A room belongs to a space of the community, or no longer does."""
        via = content.get("via")
        if not isinstance(via, list) or not room.startswith("!"):
            self._rooms.children.discard(room)
            return
        self._rooms.children.add(room)
        if room not in self._client.rooms:
            await self._join(room, [each for each in via if isinstance(each, str)])

    # --- upgrades and ends ----------------------------------------------------------------------------------------

    async def upgraded(self, room: str, content: Mapping[str, Any], sender: str) -> None:
        """Follow a room to the one that replaces it; now, or when it invites us."""
        new = content.get("replacement_room")
        if isinstance(new, str) and new.startswith("!"):
            await self._follow(room, new, [self._server(sender)])

    def _replaced_by(self, new: str) -> str | None:
        """The room that says of itself that this one took its place."""
        return next((room for room, known in self._client.rooms.items() if known.replacement_room == new), None)

    async def _follow(self, old: str, new: str, via: list[str]) -> None:
        if not await self._join(new, via):
            return
        created = state_of(await self._state(new), "m.room.create")
        predecessor = created.get("predecessor")
        if not isinstance(predecessor, Mapping) or predecessor.get("room_id") != old:
            self._log.warning("a room that should replace another does not say so; it was left")
            await self._leave(new)
            return
        whose = self._directs.whose(old)
        if whose is not None:
            await self._directs.adopt(whose.user, new, whose.about)
            await self._directs.forget(old)
        await self._rooms.moved(old, new)

    async def left(self, left: Left) -> None:
        """The bot is no longer in a room."""
        if self._directs.whose(left.room) is not None:
            await self._directs.forget(left.room)

    async def _state(self, room: str) -> list[Any]:
        try:
            response = await self._client.room_get_state(room)
        except Exception as error:
            raise NoAnswer(type(error).__name__) from None
        return list(getattr(response, "events", ()))

    async def _join(self, room: str, via: list[str] | None = None) -> bool:
        """Whether we are in it."""
        query = "&".join(f"via={server}&server_name={server}" for server in via or () if server.isascii())
        try:
            await ask(self._client, "POST", path("join", room) + (f"?{query}" if query else ""), {})
            return True
        except Refused as error:
            self._log.warning("a room could not be joined", extra={"reason": error.reason})
            return False

    async def _leave(self, room: str) -> None:
        try:
            await ask(self._client, "POST", path("rooms", room, "leave"), {})
        except Refused as error:
            self._log.warning("an invitation could not be declined", extra={"reason": error.reason})
