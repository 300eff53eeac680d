"""Where a message goes: a person's direct room, a room by its id or name, or the room that took its place.

Knows neither replies nor commands.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from nio import AsyncClient

from adapters.matrix.direct import Closed, Directs, Whose
from adapters.matrix.sync import Sync
from adapters.matrix.wire import Refused, WireError, ask, path
from bot.talk.errors import TryLater, Unreachable
from bot.talk.model import PlaceRef, RoomWith, Target, UserRef
from bot.talk.platform import Memory

MOVED = "moved:"
KNOWN_WITHIN = 20.0
"""Seconds in which a room that was just made or joined shows up in the sync."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A room, perhaps a thread in it, and the one person who may read what is said there, where it is one."""

    room: str
    thread: str | None = None
    whose: Whose | None = None

    @property
    def only(self) -> str | None:
        return self.whose.user if self.whose else None


class Rooms:
    """Finds rooms, and follows those that were upgraded."""

    def __init__(
        self,
        client: AsyncClient,
        directs: Directs,
        sync: Sync,
        memory: Memory,
        names: Iterable[str],
        log: logging.Logger,
    ) -> None:
        self._client = client
        self._directs = directs
        self._sync = sync
        self._memory = memory
        self._log = log
        self._homes = tuple(names)
        self._ids: dict[str, str] = {}
        self._moved: dict[str, str] = {}
        self.children: set[str] = set()
        """The rooms of the spaces that are the community, as far as they were found."""

    async def load(self) -> None:
        """Recall which rooms took others' places."""
        self._moved = {key.removeprefix(MOVED): room for key, room in (await self._memory.all(MOVED)).items()}

    @property
    def homes(self) -> tuple[str, ...]:
        """The ids of the spaces and rooms that are the community, as far as they were found."""
        found = (self._ids.get(name, name) for name in self._homes)
        return tuple(self.present(room) for room in found if room.startswith("!"))

    async def find(self, name: str) -> str | None:
        """The id of a room by its name (#…) or id. None where there is no such name. Raises NoAnswer."""
        if name.startswith("#") and name not in self._ids:
            try:
                said = await ask(self._client, "GET", path("directory", "room", name))
            except Refused:
                return None
            self._ids[name] = str(said.get("room_id"))
        return self.present(self._ids.get(name, name))

    def present(self, room: str) -> str:
        """The room, or what took its place."""
        for _step in self._moved:
            if room not in self._moved:
                break
            room = self._moved[room]
        return room

    async def moved(self, old: str, new: str) -> None:
        """An upgrade replaced a room."""
        if self.present(new) != old:
            self._moved[old] = new
            await self._memory.put(MOVED + old, new)

    async def spot(self, to: Target) -> Spot:
        """Where that is, known to the sync by now. Raises TryLater or Unreachable."""
        try:
            spot = await self._spot(to)
        except WireError as error:
            raise TryLater(error.reason, error.after) from None
        if not await self._sync.meet(spot.room, KNOWN_WITHIN, spot.only):
            if spot.whose is not None:
                raise TryLater("the room is not known yet")
            raise Unreachable("not in that room")
        return spot

    async def _spot(self, to: Target) -> Spot:
        if isinstance(to, UserRef):
            return await self._alone(Whose(to.id))
        if isinstance(to, RoomWith):
            return await self._alone(Whose(to.user.id, to.about))
        room = await self.find(to.id)
        if room is None:
            raise Unreachable("no such room")
        whose = self._directs.whose(room)
        if whose is None:
            return Spot(room, to.thread)
        if self._directs.private(room):
            return Spot(room, to.thread, whose)
        # What was asked in private is answered in private: elsewhere, if that room isn't sealed or isn't theirs alone.
        return await self._alone(whose)

    async def _alone(self, whose: Whose) -> Spot:
        if not (whose.user.startswith("@") and ":" in whose.user):
            raise Unreachable("no such account")
        opened = await self._directs.room_for(whose.user, whose.about)
        if isinstance(opened, Closed):
            raise Unreachable(opened.code)
        return Spot(opened.room, whose=whose)

    def place(self, room: str) -> PlaceRef:
        return PlaceRef("matrix", room)

    def community(self) -> list[str]:
        """The rooms that make somebody a member; without any configured, all that are nobody's alone."""
        return [*self.homes, *self.children] if self.homes else self.common()

    def common(self) -> list[str]:
        """The rooms that are nobody's alone."""
        return [room for room in self._client.rooms if self._directs.whose(room) is None]

    def others(self, room: str, user: str) -> bool:
        """Whether anybody but that person and the bot is in a room, or asked into it."""
        known = self._client.rooms.get(room)
        return known is None or bool(set(known.users) - {self._client.user_id, user})

    def among(self, user: str, rooms: Iterable[str]) -> bool:
        """Whether somebody has joined one of these rooms."""
        known = (self._client.rooms.get(room) for room in rooms)
        return any(user in room.users and not room.users[user].invited for room in known if room is not None)

    def name(self, room: str, user: str) -> str:
        """What somebody is called there."""
        known = self._client.rooms.get(room)
        return str(known.user_name(user) or user) if known is not None else user


def state_of(events: Iterable[Any], kind: str) -> Mapping[str, Any]:
    """The content of the state of that kind among events, or nothing."""
    for event in events:
        if isinstance(event, Mapping) and event.get("type") == kind and isinstance(event.get("content"), Mapping):
            content: Mapping[str, Any] = event["content"]
            return content
    return {}
