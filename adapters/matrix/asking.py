"""What a typed number means: the latest question of each place, and what numbers were read as before.

Both are kept in the adapter's memory, so a number means the same when its message is heard again after a crash. It must
not know what comes of an answer.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from adapters.matrix.direct import Whose
from bot.talk.platform import Clock, Memory
from bot.talk.press import Press, Pressed, unpack
from bot.talk.question import Question

PREFIX = "question:"
KEPT = 20
"""How many answered numbers are remembered for each place. More never lie between a saved position and a crash."""


@dataclass(slots=True)
class _Kept:
    """One place's record: its open question, the message that asked it, and what numbers were read as."""

    question: Question | None = None
    asked: str = ""
    read: list[tuple[str, str, str]] = field(default_factory=list)
    """The number's event, the packed press, the message that had asked."""

    def dump(self) -> str:
        return json.dumps([self.question.dump() if self.question else None, self.asked, self.read[-KEPT:]])

    @classmethod
    def load(cls, stored: str | None) -> _Kept:
        try:
            question, asked, read = json.loads(stored or "")
            return cls(Question.load(question), str(asked), [(str(a), str(b), str(c)) for a, b, c in read])
        except (ValueError, TypeError):
            return cls()


def place_key(room: str, thread: str | None, whose: Whose | None) -> str:
    """Named by the account where the place is somebody's alone, so that an erasure finds it."""
    base = room if whose is None else whose.user if whose.about is None else f"{whose.user}/{whose.about}"
    return f"{PREFIX}{base}{'#' + thread if thread else ''}"


class Asking:
    """The open questions. Where one can't be kept, its message is said all the same: the line beside each number
    works."""

    def __init__(self, memory: Memory, clock: Clock, log: logging.Logger) -> None:
        self._memory = memory
        self._clock = clock
        self._log = log
        self._flying: dict[str, asyncio.Event] = {}

    async def prune(self) -> None:
        """Forget questions that are over, with what numbers were read as then."""
        for key, stored in (await self._memory.all(PREFIX)).items():
            kept = _Kept.load(stored)
            if kept.question is None or kept.question.until < self._clock.now():
                await self._memory.delete(key)

    @asynccontextmanager
    async def saying(self, key: str) -> AsyncIterator[None]:
        """While a question is on its way: a number that overtakes its receipt waits for it."""
        landed = self._flying[key] = asyncio.Event()
        try:
            yield
        finally:
            landed.set()
            if self._flying.get(key) is landed:
                del self._flying[key]

    async def asked(self, key: str, presses: Sequence[Press], message: str) -> None:
        """A number typed from now on answers this message."""
        await self._change(key, Question.of(presses, self._clock.now()), message)

    async def over(self, key: str, message: str) -> None:
        """That message's question was answered or taken away: a number means nothing there any more."""
        if (await self._kept(key)).asked == message:
            await self._change(key, None, "")

    async def latest(self, key: str) -> str | None:
        """The message whose numbers are answered there."""
        return (await self._kept(key)).asked or None

    async def answered(
        self, key: str, typed: str, event: str, reply_to: str | None, *, pointed: bool
    ) -> tuple[str, Pressed] | None:
        """What a typed number means there, and the message it answers; None where it means nothing.

        `pointed` says that it must be a reply to the question: where many people talk, a number is mostly just that.
        """
        flying = self._flying.get(key)
        if flying is not None:
            await flying.wait()
        kept = await self._kept(key)
        before = next(((packed, asked) for id, packed, asked in kept.read if id == event), None)
        if before is not None:
            pressed = unpack(before[0])
            return None if pressed is None else (before[1], pressed)
        if kept.question is None or (reply_to != kept.asked and (pointed or reply_to is not None)):
            return None
        pressed = kept.question.answer(typed, self._clock.now())
        if pressed is None:
            return None
        packed = kept.question.choices[int(typed.strip().rstrip(".)")) - 1]
        kept.read.append((event, packed, kept.asked))
        await self._memory.put(key, kept.dump())
        return kept.asked, pressed

    async def _kept(self, key: str) -> _Kept:
        try:
            return _Kept.load(await self._memory.get(key))
        except Exception:
            self._log.exception("a question could not be recalled")
            return _Kept()

    async def _change(self, key: str, question: Question | None, message: str) -> None:
        try:
            kept = await self._kept(key)
            kept.question, kept.asked = question, message
            await self._memory.put(key, kept.dump())
        except Exception:
            self._log.exception("a question could not be remembered")
