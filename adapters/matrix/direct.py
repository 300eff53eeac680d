"""Direct rooms: the encrypted rooms that hold the bot and one person, and nobody else.

Each person has one, and one more for each thing that is to be kept apart. Where they lie is kept by the server in the
account's data (`m.direct`, and a list of our own), so they are found again after a restart, whatever else was lost. A
room with a third person in it, or without encryption, is never used. Knows no replies.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nio import AsyncClient

from adapters.matrix.wire import NoAnswer, Refused, ask, path

MADE_HERE = "chat.handrail.direct"
"""A word in the creation of our direct rooms: one that was made just before a crash is recognised by it. It says true,
or what the room is about."""

KEPT_APART = "chat.handrail.rooms"
"""The account data that lists rooms for one thing: from a room's id to a person and what it is about."""

ENCRYPTION = {"algorithm": "m.megolm.v1.aes-sha2"}


@dataclass(frozen=True, slots=True)
class Opened:
    """The room. `joined`: the person is in it; otherwise they are invited. `new`: it was made or they were asked back
    just now."""

    room: str
    joined: bool
    new: bool


@dataclass(frozen=True, slots=True)
class Closed:
    """There is no private way to that person. `code` says why: a Matrix error code."""

    code: str


@dataclass(frozen=True, slots=True)
class Whose:
    """Whom a direct room is for, and what it is about, where it is for one thing alone."""

    user: str
    about: str | None = None


class Directs:
    """Finds, makes and reopens direct rooms. `room_for` may be called by many at once."""

    def __init__(self, client: AsyncClient, log: logging.Logger) -> None:
        self._client = client
        self._log = log
        self._opening: defaultdict[Whose, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._listing = asyncio.Lock()
        self._checked: dict[Whose, str] = {}
        self._index: dict[str, Whose] = {}

    async def load(self) -> None:
        """Learn which rooms are direct. Raises WireError or TokenRejected."""
        self._index = {room: whose for whose, rooms in (await self._listed()).items() for room in rooms}

    def whose(self, room: str) -> Whose | None:
        """Whose direct room this is, as far as it was learned; says nothing about who else is in it now."""
        return self._index.get(room)

    def private(self, room: str) -> bool:
        """Whether that room holds the bot and its one person, nobody else, encrypted, as the sync loop has it."""
        whose = self._index.get(room)
        return whose is not None and self._still_private(room, whose.user)

    def joined(self, user: str) -> bool:
        """Whether that person is in their direct room with the bot now, as the sync loop has it."""
        return any(self.private(room) for room, whose in self._index.items() if whose == Whose(user, None))

    async def room_for(self, user: str, about: str | None = None) -> Opened | Closed:
        """The person's room: found, asked back into, or made. Raises WireError or TokenRejected."""
        whose = Whose(user, about)
        async with self._opening[whose]:
            kept = self._checked.get(whose)
            if kept is not None and self._still_private(kept, user):
                return Opened(kept, joined=True, new=False)
            self._checked.pop(whose, None)
            listed = (await self._listed()).get(whose, [])
            for room in reversed(listed):
                opened = await self.usable(room, user)
                if opened is not None:
                    return self._remember(whose, opened)
            orphan = await self._made_before(whose, listed)
            if orphan is not None:
                await self.adopt(user, orphan.room, about)
                return self._remember(whose, orphan)
            return await self._make(whose)

    async def adopt(self, user: str, room: str, about: str | None = None) -> None:
        """Remember a room as that person's, as when they began it themselves. The last one adopted is used first."""
        async with self._listing:
            if about is None:
                direct = await self._data("m.direct")
                rooms = [each for each in _rooms(direct.get(user)) if each != room]
                direct[user] = [*rooms, room]
                await self._write("m.direct", direct)
            else:
                apart = await self._data(KEPT_APART)
                apart.pop(room, None)
                apart[room] = [user, about]
                await self._write(KEPT_APART, apart)
            self._index[room] = Whose(user, about)

    async def forget(self, room: str) -> None:
        """The room is gone: an upgrade replaced it, or we left."""
        async with self._listing:
            whose = self._index.pop(room, None)
            if whose is not None:
                self._checked.pop(whose, None)
            direct = await self._data("m.direct")
            for user, rooms in list(direct.items()):
                if room in _rooms(rooms):
                    direct[user] = [each for each in _rooms(rooms) if each != room]
                    self._checked.pop(Whose(user), None)
                    await self._write("m.direct", direct)
            apart = await self._data(KEPT_APART)
            if apart.pop(room, None) is not None:
                await self._write(KEPT_APART, apart)

    async def person_in(self, room: str) -> str | None:
        """Whose direct room this is, if it is one; asked of the server."""
        await self.load()
        whose = self.whose(room)
        return None if whose is None else whose.user

    def _remember(self, whose: Whose, opened: Opened) -> Opened:
        if opened.joined:
            self._checked[whose] = opened.room
        return opened

    def _still_private(self, room: str, user: str) -> bool:
        """What the sync loop knows of a room that was checked before."""
        known = self._client.rooms.get(room)
        return (
            known is not None
            and known.encrypted
            and known.replacement_room is None
            and set(known.users) == {self._client.user_id, user}
            and not known.users[user].invited
        )

    async def usable(self, room: str, user: str) -> Opened | None:
        """Whether that room will do, asking the person back if they left it."""
        try:
            said = await ask(self._client, "GET", path("rooms", room, "members", not_membership="leave"))
            there = memberships(said.get("chunk"))
            present = {who for who, membership in there.items() if membership in ("join", "invite", "knock")}
            if there.get(self._client.user_id) != "join" or present - {self._client.user_id, user}:
                return None
            if there.get(user) == "ban" or await self._has(room, "m.room.tombstone"):
                return None
            if not await self._has(room, "m.room.encryption"):
                await ask(self._client, "PUT", path("rooms", room, "state", "m.room.encryption", ""), ENCRYPTION)
            if there.get(user) in ("join", "invite"):
                return Opened(room, joined=there[user] == "join", new=False)
            await ask(self._client, "POST", path("rooms", room, "invite"), {"user_id": user})
            return Opened(room, joined=False, new=True)
        except Refused:
            return None

    async def _has(self, room: str, kind: str) -> bool:
        try:
            return bool(await ask(self._client, "GET", path("rooms", room, "state", kind, "")))
        except Refused as error:
            if error.status == 404:
                return False
            raise

    async def _made_before(self, whose: Whose, listed: list[str]) -> Opened | None:
        """A room that was made for them and never listed, because the answer got lost or we fell over."""
        pair = {self._client.user_id, whose.user}
        for room in [each.room_id for each in self._client.rooms.values() if set(each.users) == pair]:
            if room in listed or room in self._index:
                continue
            try:
                created = await ask(self._client, "GET", path("rooms", room, "state", "m.room.create", ""))
            except Refused:
                continue
            if created.get(MADE_HERE) == (whose.about or True):
                opened = await self.usable(room, whose.user)
                if opened is not None:
                    return opened
        return None

    async def _make(self, whose: Whose) -> Opened | Closed:
        body = {
            "preset": "private_chat",
            "is_direct": True,
            "invite": [whose.user],
            "visibility": "private",
            "creation_content": {MADE_HERE: whose.about or True},
            # Nobody but the bot can bring in a third person.
            "power_level_content_override": {"invite": 100},
            "initial_state": [
                {"type": "m.room.encryption", "state_key": "", "content": ENCRYPTION},
                {"type": "m.room.history_visibility", "state_key": "", "content": {"history_visibility": "invited"}},
                {"type": "m.room.guest_access", "state_key": "", "content": {"guest_access": "forbidden"}},
            ],
        }
        try:
            said = await ask(self._client, "POST", path("createRoom"), body)
        except Refused as error:
            self._log.warning("a direct room can't be made", extra={"reason": error.reason})
            return Closed(error.code)
        room = said.get("room_id")
        if not isinstance(room, str):
            raise NoAnswer("no room id")
        await self.adopt(whose.user, room, whose.about)
        return Opened(room, joined=False, new=True)

    async def _listed(self) -> dict[Whose, list[str]]:
        """All of them, as the server has it."""
        direct, apart = await asyncio.gather(self._data("m.direct"), self._data(KEPT_APART))
        found = {Whose(user): _rooms(rooms) for user, rooms in direct.items()}
        for room, said in apart.items():
            if isinstance(said, list) and len(said) == 2 and all(isinstance(each, str) for each in said):
                found.setdefault(Whose(*said), []).append(room)
        return found

    async def _data(self, kind: str) -> dict[str, Any]:
        try:
            return await ask(self._client, "GET", self._where(kind))
        except Refused as error:
            if error.status == 404:
                return {}
            raise

    async def _write(self, kind: str, data: Mapping[str, Any]) -> None:
        await ask(self._client, "PUT", self._where(kind), data)

    def _where(self, kind: str) -> str:
        return path("user", self._client.user_id, "account_data", kind)


def _rooms(listed: Any) -> list[str]:
    return [each for each in listed if isinstance(each, str)] if isinstance(listed, list) else []


def memberships(events: Any) -> dict[str, str]:
    """Who is what in a room, by its member events."""
    found: dict[str, str] = {}
    for event in events if isinstance(events, list) else ():
        content = event.get("content") if isinstance(event, Mapping) else None
        if isinstance(content, Mapping) and isinstance(event.get("state_key"), str):
            found[event["state_key"]] = str(content.get("membership"))
    return found
