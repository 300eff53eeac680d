"""Who, where and what: the plain values that cross every seam. They know no platform and hold no live object."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from types import MappingProxyType

NO_ARGUMENTS: Mapping[str, object] = MappingProxyType({})


class Role(IntEnum):
    """What an account may do in a place. Unknown means least; a role never follows a person to a linked account."""

    MEMBER = 0
    MODERATOR = 1
    OWNER = 2


@dataclass(frozen=True, slots=True)
class UserRef:
    """An account on a platform. `id` is the platform's own, never a display name."""

    platform: str
    id: str


@dataclass(frozen=True, slots=True)
class PlaceRef:
    """A channel or room, or a thread in it."""

    platform: str
    id: str
    thread: str | None = None


@dataclass(frozen=True, slots=True)
class MessageRef:
    """A message that can be edited, deleted or answered."""

    place: PlaceRef
    id: str


@dataclass(frozen=True, slots=True)
class RoomWith:
    """A private room with one person for one thing alone, as for a pair of buddies, where the platform gives each its
    own (`Abilities.rooms`); elsewhere their direct messages. `about` names the thing: short, random, never a person."""

    user: UserRef
    about: str

    @property
    def platform(self) -> str:
        return self.user.platform


Target = UserRef | PlaceRef | RoomWith
"""Where a reply goes. A `UserRef` or a `RoomWith` means: to that person alone, or nowhere."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message somebody wrote, read from a platform.

    `key` names the event for good: the same event read twice has the same key. `at` is the platform's time of
    writing. `addressed` says that the text is meant for the bot (a mention; the prefix is for the parser to find).
    `late` says that it was read again after an outage. `edited` says that it replaces the text of `message`.
    `about` is what the private room is for in which it was written (`RoomWith.about`); None for any other place.
    """

    key: str
    author: UserRef
    place: PlaceRef
    text: str
    at: datetime
    message: MessageRef
    role: Role = Role.MEMBER
    roles: frozenset[str] = frozenset()
    direct: bool = False
    addressed: bool = False
    locale: str | None = None
    reply_to: MessageRef | None = None
    edited: bool = False
    late: bool = False
    about: str | None = None


@dataclass(frozen=True, slots=True)
class Invocation:
    """A command that somebody asks for, by a slash command, a press, a form or a typed line.

    `command` is the full name with spaces between its parts ("checkin remind"). `args` are as the platform gave
    them; dispatch turns them into what the declaration says. `pressed` is the message that carried the press.
    """

    key: str
    author: UserRef
    place: PlaceRef
    command: str
    at: datetime
    args: Mapping[str, object] = field(default_factory=lambda: NO_ARGUMENTS)
    role: Role = Role.MEMBER
    roles: frozenset[str] = frozenset()
    direct: bool = False
    locale: str | None = None
    pressed: MessageRef | None = None
    message: MessageRef | None = None
    late: bool = False


@dataclass(frozen=True, slots=True)
class Gone:
    """Somebody left a community, was removed from it, or a message was deleted (`message` is set then)."""

    key: str
    place: PlaceRef
    user: UserRef | None = None
    message: MessageRef | None = None
    removed: bool = False


@dataclass(frozen=True, slots=True)
class Moved:
    """Somebody's own message stands elsewhere now, in other hands: `message` is deleted, and `to` says its words for
    them. What is deleted later is `to`."""

    key: str
    message: MessageRef
    to: MessageRef


@dataclass(frozen=True, slots=True)
class Reacted:
    """Somebody put a sign under a message, or took it away. `sign` is one emoji as text; custom ones are not told."""

    key: str
    author: UserRef
    message: MessageRef
    sign: str
    at: datetime
    removed: bool = False
    about: str | None = None
