"""Direct rooms: the one encrypted room that holds the bot and one person, and nobody else.

Where it lies is kept by the server in the account's `m.direct` data, so it is found again after a restart and by other
clients of the account. A room with a third person in it, or without encryption, is never used. Knows no replies.
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
"""A word in the creation of our direct rooms: one that was made just before a crash is recognised by it."""

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


class Directs:
    """Finds, makes and reopens direct rooms. `room_for` may be called by many at once."""

    def __init__(self, client: AsyncClient, log: logging.Logger) -> None:
        self._client = client
        self._log = log
        self._opening: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._listing = asyncio.Lock()
        self._checked: dict[str, str] = {}

    async def room_for(self, user: str) -> Opened | Closed:
        """The person's room: found, asked back into, or made. Raises WireError or TokenRejected."""
        async with self._opening[user]:
            kept = self._checked.get(user)
            if kept is not None and self._still_private(kept, user):
                return Opened(kept, joined=True, new=False)
            self._checked.pop(user, None)
            listed = (await self._listed()).get(user, [])
            for room in reversed(listed):
                opened = await self._usable(room, user)
                if opened is not None:
                    return self._remember(user, opened)
            orphan = await self._made_before(user, listed)
            if orphan is not None:
                await self.adopt(user, orphan.room)
                return self._remember(user, orphan)
            return await self._make(user)

    async def adopt(self, user: str, room: str) -> None:
        """Remember a room as that person's, as when they began it themselves. The last one adopted is used first."""
        async with self._listing:
            direct = await self._direct()
            rooms = [each for each in _rooms(direct.get(user)) if each != room]
            direct[user] = [*rooms, room]
            await ask(self._client, "PUT", self._where(), direct)

    async def forget(self, room: str) -> None:
        """The room is gone: an upgrade replaced it, or we left."""
        async with self._listing:
            direct = await self._direct()
            for user, rooms in list(direct.items()):
                if room in _rooms(rooms):
                    direct[user] = [each for each in _rooms(rooms) if each != room]
                    self._checked.pop(user, None)
                    await ask(self._client, "PUT", self._where(), direct)

    async def person_in(self, room: str) -> str | None:
        """Whose direct room this is, if it is one."""
        return next((user for user, rooms in (await self._listed()).items() if room in rooms), None)

    def _remember(self, user: str, opened: Opened) -> Opened:
        if opened.joined:
            self._checked[user] = opened.room
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

    async def _usable(self, room: str, user: str) -> Opened | None:
        """Whether that room will do, asking the person back if they left it."""
        try:
            said = await ask(self._client, "GET", path("rooms", room, "members", not_membership="leave"))
            there = _memberships(said.get("chunk"))
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

    async def _made_before(self, user: str, listed: list[str]) -> Opened | None:
        """A room that was made for them and never listed, because the answer got lost or we fell over."""
        pair = {self._client.user_id, user}
        for room in [each.room_id for each in self._client.rooms.values() if set(each.users) == pair]:
            if room in listed:
                continue
            try:
                created = await ask(self._client, "GET", path("rooms", room, "state", "m.room.create", ""))
            except Refused:
                continue
            if created.get(MADE_HERE) is True:
                opened = await self._usable(room, user)
                if opened is not None:
                    return opened
        return None

    async def _make(self, user: str) -> Opened | Closed:
        body = {
            "preset": "private_chat",
            "is_direct": True,
            "invite": [user],
            "visibility": "private",
            "creation_content": {MADE_HERE: True},
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
        await self.adopt(user, room)
        return Opened(room, joined=False, new=True)

    async def _listed(self) -> dict[str, list[str]]:
        return {user: _rooms(rooms) for user, rooms in (await self._direct()).items()}

    async def _direct(self) -> dict[str, Any]:
        try:
            return await ask(self._client, "GET", self._where())
        except Refused as error:
            if error.status == 404:
                return {}
            raise

    def _where(self) -> str:
        return path("user", self._client.user_id, "account_data", "m.direct")


def _rooms(listed: Any) -> list[str]:
    return [each for each in listed if isinstance(each, str)] if isinstance(listed, list) else []


def _memberships(events: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for event in events if isinstance(events, list) else ():
        content = event.get("content") if isinstance(event, Mapping) else None
        if isinstance(content, Mapping) and isinstance(event.get("state_key"), str):
            found[event["state_key"]] = str(content.get("membership"))
    return found
