"""Choices that may be taken by a reaction as well: the bot puts 1️⃣, 2️⃣ … under its message, and people press them.

Everybody sees a reaction, and it is never encrypted. So there are none but in common rooms, under messages where every
choice is answered in public or is for moderators alone; nobody's own matter is ever answered so. It must not know what
a choice does.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from adapters.matrix.lanes import Lanes
from adapters.matrix.rooms import Spot
from adapters.matrix.signs import Signs
from bot.talk.command import Command
from bot.talk.errors import HandrailError, SendFailed
from bot.talk.model import Role
from bot.talk.platform import Clock, Memory
from bot.talk.press import Press, Pressed
from bot.talk.question import OPEN_FOR, Question
from bot.talk.reply import Audience

PREFIX = "choices:"
MOST_ASKED = 1_000
SHOWN = "\ufe0f"
"""Asks for a sign's coloured shape; some clients leave it out."""
KEYS = (*(f"{number}{SHOWN}\u20e3" for number in range(1, 10)), "🔟")
_NUMBERS = {key.replace(SHOWN, ""): str(number) for number, key in enumerate(KEYS, 1)}


@dataclass(frozen=True, slots=True)
class Taken:
    """What somebody chose, and in which thread it was asked."""

    pressed: Pressed
    thread: str | None


class Choices:
    """Puts the signs, and knows what they mean. A message whose signs can't be put has its numbered lines all the
    same."""

    def __init__(
        self,
        find: Callable[[str], Command | None],
        signs: Signs,
        memory: Memory,
        clock: Clock,
        log: logging.Logger,
        *,
        on: bool,
    ) -> None:
        self._find = find
        self._signs = signs
        self._memory = memory
        self._clock = clock
        self._log = log
        self._on = on
        self._lanes = Lanes()
        self._asked: dict[str, str] = {}
        self._pruned = clock.now()

    def heard(self, event: str, author: str) -> None:
        """Somebody wrote in a common room: the choices in the answer are theirs."""
        self._asked[event] = author
        if len(self._asked) > MOST_ASKED:
            del self._asked[next(iter(self._asked))]

    def fit(self, spot: Spot, presses: Sequence[Press], key: str) -> bool:
        """Whether these may be taken by a reaction there, under a message that is sent with that key."""
        few = 0 < len(presses) <= len(KEYS)
        return (
            self._on and few and spot.whose is None and self._meant(key) != "" and all(map(self._is_no_secret, presses))
        )

    def _meant(self, key: str) -> str | None:
        """Whose choice it is: of whoever wrote the event that is answered under that key. None where none is, for then
        it is for all who may do what is offered; nothing where that was too long ago to know."""
        if not key.startswith("$"):
            return None
        return next((who for event, who in reversed(self._asked.items()) if key.startswith(event + ":")), "")

    def _is_no_secret(self, press: Press) -> bool:
        command = self._find(press.command)
        return command is not None and (command.audience is Audience.PUBLIC or command.allow >= Role.MODERATOR)

    async def offer(self, spot: Spot, message: str, presses: Sequence[Press], key: str) -> None:
        """Remember what the signs under a message mean, and put them. A message that is changed stays whose it was."""
        question, where = Question.of(presses, self._clock.now()), _key(spot.room, message)
        try:
            earlier, thread, meant = _load(await self._memory.get(where))
            if earlier is None:
                thread, meant = spot.thread, self._meant(key)
            await self._memory.put(where, json.dumps([question.dump(), thread, meant]))
        except Exception:
            self._log.exception("choices could not be remembered")
            return
        self._lanes.put(message, partial(self._stand, spot.room, message, _many(earlier), len(presses)))
        if self._clock.now() - self._pruned > OPEN_FOR:
            self._lanes.put(PREFIX, self.prune)

    async def over(self, spot: Spot, message: str) -> None:
        """There is nothing to choose under that message any more."""
        if spot.whose is not None:
            return
        room = spot.room
        try:
            earlier = _load(await self._memory.get(_key(room, message)))[0]
            if earlier is not None:
                await self._memory.delete(_key(room, message))
                self._lanes.put(message, partial(self._stand, room, message, _many(earlier), 0))
        except Exception:
            self._log.exception("choices could not be forgotten")

    async def taken(self, room: str, message: str, sign: str, by: str) -> Taken | None:
        """What a sign that somebody put under a message means; None where it means nothing, or is another's choice."""
        number = _NUMBERS.get(sign.replace(SHOWN, ""))
        if number is None:
            return None
        question, thread, meant = _load(await self._memory.get(_key(room, message)))
        if question is None or meant not in (None, by):
            return None
        pressed = question.answer(number, self._clock.now())
        return None if pressed is None else Taken(pressed, thread)

    async def prune(self) -> None:
        """Forget those that are over."""
        now = self._pruned = self._clock.now()
        for key, kept in (await self._memory.all(PREFIX)).items():
            question, _thread, _meant = _load(kept)
            if question is None or question.until < now:
                await self._memory.delete(key)

    async def close(self) -> None:
        """Let none of them outlive the connection."""
        await self._lanes.close()

    async def _stand(self, room: str, message: str, before: int, wanted: int) -> None:
        """So many signs and no more under a message. Nothing depends on it."""
        try:
            for key in KEYS[before:wanted]:
                await self._signs.react(room, message, key, on=True)
            for key in KEYS[wanted:before]:
                await self._signs.react(room, message, key, on=False)
        except HandrailError as error:
            reason = error.reason if isinstance(error, SendFailed) else type(error).__name__
            self._log.info("the signs of choices could not be put", extra={"reason": reason})


def _key(room: str, message: str) -> str:
    return f"{PREFIX}{room}/{message}"


def _many(question: Question | None) -> int:
    return 0 if question is None else len(question.choices)


def _load(kept: str | None) -> tuple[Question | None, str | None, str | None]:
    """What is asked, in which thread, and whose choice it is."""
    try:
        question, thread, meant = json.loads(kept or "")
        return Question.load(question), thread, meant
    except (ValueError, TypeError):
        return None, None, None
