"""Who may do what in a room, by power levels freshly fetched: matrix-nio's own view goes stale when a level is removed,
and does not know that a room's creators stand above all since room version 12.

What can't be read counts as least. Knows none of our roles.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientError
from nio import AsyncClient

from adapters.matrix.wire import NoAnswer, Refused, ask, path

CREATOR = 1 << 53
"""The power of a creator where creators stand above all: more than any level that can be written down."""

DEFAULTS = {"ban": 50, "kick": 50, "redact": 50, "invite": 0, "state_default": 50, "events_default": 0}


@dataclass(frozen=True, slots=True)
class Powers:
    """The levels of one room at one moment. `levels` is None where the room has none set."""

    levels: Mapping[str, Any] | None
    creators: frozenset[str]
    creators_above_all: bool

    def of(self, user: str) -> int:
        """The level of an account. Says nothing about whether it is in the room."""
        if user in self.creators and self.creators_above_all:
            return CREATOR
        if self.levels is None:
            return 100 if user in self.creators else 0
        users = self.levels.get("users")
        default = _number(self.levels.get("users_default"), 0)
        return _number(users[user], default) if isinstance(users, Mapping) and user in users else default

    def needs(self, what: str) -> int:
        """The level that "redact", "invite", "kick" or "ban" takes."""
        return _number((self.levels or {}).get(what), DEFAULTS[what])

    def needs_to_send(self, kind: str, *, state: bool = False) -> int:
        """The level that an event of that kind takes."""
        levels = self.levels or {}
        events = levels.get("events")
        default = "state_default" if state else "events_default"
        # Without any levels set, state may be set by whoever is in the room (Matrix specification, authorisation).
        otherwise = 0 if self.levels is None else _number(levels.get(default), DEFAULTS[default])
        return _number(events[kind], otherwise) if isinstance(events, Mapping) and kind in events else otherwise

    def may_redact_others(self, user: str) -> bool:
        """Whether that account may take away what others said."""
        return self.of(user) >= max(self.needs("redact"), self.needs_to_send("m.room.redaction"))

    def may_set(self, user: str, kind: str) -> bool:
        """Whether that account may set state of that kind."""
        return self.of(user) >= self.needs_to_send(kind, state=True)


async def powers_in(client: AsyncClient, room: str) -> Powers:
    """The powers in a room, fetched now. Raises WireError."""
    levels, created = await asyncio.gather(
        _state(client, room, "m.room.power_levels"), _state(client, room, "m.room.create", whole=True)
    )
    content = (created or {}).get("content")
    content = content if isinstance(content, Mapping) else {}
    version = content.get("room_version", "1")
    sender = (created or {}).get("sender")
    creators = {sender} if isinstance(sender, str) else set()
    above_all = _creators_above_all(version)
    additional = content.get("additional_creators")
    if above_all and isinstance(additional, list):
        creators |= {each for each in additional if isinstance(each, str)}
    return Powers(levels, frozenset(creators), above_all)


async def level_of(client: AsyncClient, room: str, user: str) -> int | None:
    """The level of somebody who is in the room now; None for everybody else. Raises WireError."""
    member, powers = await asyncio.gather(
        _state(client, room, "m.room.member", state_key=user), powers_in(client, room)
    )
    return powers.of(user) if (member or {}).get("membership") == "join" else None


async def _state(
    client: AsyncClient, room: str, kind: str, *, state_key: str = "", whole: bool = False
) -> dict[str, Any] | None:
    """A state event's content, or the whole event; None where it isn't set."""
    where = path("rooms", room, "state", kind, state_key, format="event" if whole else None)
    try:
        said = await ask(client, "GET", where)
    except Refused as error:
        if error.status == 404:
            return None
        raise
    if not whole or ("sender" in said and "content" in said):
        return said
    return await _from_all(client, room, kind)


async def _from_all(client: AsyncClient, room: str, kind: str) -> dict[str, Any] | None:
    """The same from a server that gives whole events only in the list of all state."""
    try:
        response = await client.room_get_state(room)
    except (ClientError, OSError) as error:
        raise NoAnswer(type(error).__name__) from None
    events = getattr(response, "events", None)
    if events is None:
        raise NoAnswer("no state")
    return next((each for each in events if each.get("type") == kind), None)


def _creators_above_all(version: Any) -> bool:
    """Since version 12. A version that we don't know gives nobody anything."""
    return isinstance(version, str) and version.isascii() and version.isdigit() and int(version) >= 12


def _number(value: Any, otherwise: int) -> int:
    """A level: a whole number, or in old rooms a text that holds one."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return otherwise
    try:
        return int(value)
    except ValueError:
        return otherwise
