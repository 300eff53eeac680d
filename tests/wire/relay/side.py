"""One of two who write to each other, whatever platform they are on; and what they have before their eyes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Protocol, TypeVar

T = TypeVar("T")
PATIENCE = 60.0
LOOKS = 0.05


@dataclass(frozen=True)
class Copy:
    """A message of the buddy's, as it stands before somebody's eyes. `answers` is the id of what it visibly answers."""

    id: str
    text: str
    answers: str | None


class Side(Protocol):
    """An account of one person who has a buddy. `buddy` is the name that they know the other by."""

    buddy: str
    me: tuple[str, ...]
    """How somebody would say who this is, in a message: handles, mentions, addresses."""

    async def joins(self) -> None:
        """Say yes to buddies, and choose what is needed."""

    async def accepts(self) -> None:
        """Say yes to the one who was found."""

    async def begins(self) -> None:
        """Read the introduction, and be where one writes to the buddy."""

    async def writes(self, text: str, *, answers: str | None = None, file: str | None = None) -> str:
        """Write to the buddy; the message's id."""

    async def edits(self, id: str, text: str) -> None: ...

    async def deletes(self, id: str) -> None: ...

    async def reads(self) -> list[Copy]:
        """What the buddy wrote and still stands, oldest first."""

    async def given(self) -> list[str]:
        """Everything that this person was ever given by the bot, each piece as it came."""

    def marks(self) -> Iterable[str]:
        """What tells who this person is: account, names, picture, rooms, messages, files."""


async def until(
    fits: Callable[[], Awaitable[T]], what: Callable[[], str], moves: Callable[[], object] = lambda: None
) -> T:
    """Look until there is something; what there was. Fails with `what` when for long nothing `moves` any more."""
    loop = asyncio.get_running_loop()
    over, before = loop.time() + PATIENCE, moves()
    while not (found := await fits()):
        if before != (now := moves()):
            over, before = loop.time() + PATIENCE, now
        assert loop.time() < over, what()
        await asyncio.sleep(LOOKS)
    return found
