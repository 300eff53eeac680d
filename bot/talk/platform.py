"""The port: what the core needs of a platform, and what a platform may ask of the core.

The required part is small. What a platform can't do is said as data (`Abilities`), never found out by trying.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol, runtime_checkable

from bot.talk.command import Command
from bot.talk.model import Gone, Incoming, Invocation, MessageRef, Moved, PlaceRef, Reacted, Role, Target, UserRef
from bot.talk.reply import Audience, Reply
from bot.talk.text import Text


class Ability(Enum):
    """How well something can be done: fully, by a fallback that loses no text, or not at all."""

    FULL = "full"
    FALLBACK = "fallback"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Abilities:
    """What can be done in a place. `length` is the longest single message in characters; longer ones are split.

    `unasked` says whether the platform permits writing to somebody who did not ask for it (Discord's rules don't).
    `rooms` says whether a `RoomWith` is a room of its own; by fallback it is the person's direct messages.
    """

    presses: Ability
    forms: Ability
    edits: Ability
    deletes: Ability
    private: Ability
    pictures: Ability
    files: Ability
    moments: Ability
    unasked: Ability
    rooms: Ability
    length: int
    encrypted: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What an invocation is answered with, and for whom it is.

    `aside` is for the author alone and comes first, whatever the audience of the rest: it is what the crisis guard has
    to say. `language` is the reader's.
    """

    reply: Reply
    audience: Audience
    language: str
    aside: Reply | None = None


class Inbox(Protocol):
    """Where an adapter brings what happened. None of these raises for what a person did."""

    async def receive(self, incoming: Incoming) -> None:
        """A message. Returns when its effects are durable, so that the position may be saved. The answer is sent by
        the core, through the platform."""
        ...

    async def invoke(self, invocation: Invocation) -> Answer:
        """A command, press or form. The adapter shows the answer, once for each key: the same event read twice is
        answered twice here."""
        ...

    async def gone(self, gone: Gone) -> None:
        """Somebody left or was removed, or a message was deleted."""
        ...

    async def moved(self, moved: Moved) -> None:
        """A message was deleted because another stands for it; `gone` does not follow."""
        ...

    async def reacted(self, reacted: Reacted) -> None:
        """A sign was put under a message of the bot's in somebody's direct messages, or taken away."""
        ...

    async def watched(self, user: UserRef) -> Sequence[MessageRef]:
        """Messages of somebody's, oldest first, whose change or removal concerns somebody else. An adapter looks at
        these after it was away, where its platform tells only what is new. Never raises."""
        ...

    def command(self, name: str) -> Command | None:
        """The declaration of that full name, hidden ones too."""
        ...


class Platform(Protocol):
    """A platform, as the core sees it."""

    @property
    def name(self) -> str: ...

    def abilities(self, place: Target) -> Abilities: ...

    async def run(self, inbox: Inbox, commands: Sequence[Command]) -> None:
        """Serve until cancelled. Raises PlatformStopped where only the owner can help; anything else is tried again
        by the supervisor, with growing pauses."""
        ...

    async def send(self, to: Target, reply: Reply, *, key: str, language: str) -> MessageRef:
        """Say it. The same key twice is one message. To a `UserRef` it is private or it raises Unreachable.
        Raises TryLater or Unreachable."""
        ...

    async def edit(self, message: MessageRef, reply: Reply, *, key: str, language: str) -> None:
        """Replace a message of the bot's own. Raises TryLater or Unreachable."""
        ...

    async def delete(self, message: MessageRef) -> None:
        """Remove a message: the bot's own, or another's where the bot may. Raises TryLater or Unreachable."""
        ...


class Clock(Protocol):
    """The time. Nothing else asks for it or waits."""

    def now(self) -> datetime: ...

    async def sleep_until(self, when: datetime) -> None: ...

    async def wait(self, event: asyncio.Event, until: datetime | None) -> None: ...


class Memory(Protocol):
    """An adapter's own small durable memory: positions, direct rooms, message ids. Sealed at rest."""

    async def get(self, key: str) -> str | None: ...

    async def put(self, key: str, value: str) -> None: ...

    async def delete(self, key: str) -> None: ...

    async def all(self, prefix: str = "") -> Mapping[str, str]: ...


class Words(Protocol):
    """Texts in a reader's language."""

    @property
    def languages(self) -> Sequence[str]: ...

    def say(self, text: Text, language: str) -> str:
        """The text in that language, or in English where it is missing. Never raises."""
        ...

    def value(self, value: object, language: str) -> str:
        """One argument as that language shows it."""
        ...

    def closest(self, locale: str | None) -> str:
        """Which of our languages fits a platform's locale best."""
        ...


async def nobody(user: UserRef) -> bool:
    return False


async def english(user: UserRef) -> str:
    return "en"


@dataclass(frozen=True, slots=True)
class Ports:
    """What an adapter is made with, beside its own settings. `known` says whether somebody opted in to anything, so
    that an adapter may remember how to reach them."""

    clock: Clock
    memory: Memory
    words: Words
    log: logging.Logger
    known: Callable[[UserRef], Awaitable[bool]] = nobody
    language: Callable[[UserRef], Awaitable[str]] = english


@dataclass(frozen=True, slots=True)
class Standing:
    """What an account is in a community, as freshly known."""

    role: Role
    roles: frozenset[str] = frozenset()
    here: bool = True


@runtime_checkable
class Reacts(Protocol):
    """An optional power: put a sign under a message as the bot's own, or take it away. Doing so twice is doing it once.
    Raises TryLater or Unreachable."""

    async def react(self, message: MessageRef, sign: str, *, on: bool) -> None: ...


@runtime_checkable
class Keeps(Protocol):
    """An optional word: whether the platform's rules, as the owner confirmed them, let the bot keep what is sensitive
    of who uses it. A platform without it has no such rules."""

    @property
    def keeps_sensitive(self) -> bool: ...


@runtime_checkable
class KnowsStanding(Protocol):
    """An optional power: ask a platform for an account's present standing, before showing what only a role may see."""

    async def standing(self, user: UserRef, place: PlaceRef | None) -> Standing: ...


@runtime_checkable
class KnowsReached(Protocol):
    """An optional power of a platform on which a private room must be joined before it can be read."""

    async def reached(self, user: UserRef) -> bool:
        """Whether the account is in its direct room with the bot now. Never raises: unknown is False."""
        ...


@runtime_checkable
class KnowsLinks(Protocol):
    """An optional power: the address under which people open a message. From memory, without asking the server."""

    def link(self, message: MessageRef) -> str | None: ...


@runtime_checkable
class ReadsBack(Protocol):
    """An optional power: look back at what was said in a place."""

    async def recent(self, place: PlaceRef, most: int, *, reader: UserRef) -> Sequence[str] | None:
        """The texts that people wrote there last, without whom; None where the bot or `reader` may not read there."""
        ...
