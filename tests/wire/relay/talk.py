"""A conversation at random, and what must have become of it, whatever happened to the bot meanwhile."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from functools import partial

from .side import Copy, Side, until

WORDS = (
    ("hello", "hello"),
    ("how are you?", "how are you?"),
    ("a long day…", "a long day…"),
    ("**bold** <b>&amp;</b> _and_ `so on`", "**bold** <b>&amp;</b> _and_ `so on`"),
    ("look: https://example.org/a_b", "look: https://example.org/a_b"),
    ("a first line\nand a second", "a first line\nand a second"),
    ("2", "2"),
)
PAUSES = (0.0, 0.0, 0.02, 0.1, 0.6)
"""Seconds between two things that are done."""


@dataclass
class Said:
    """A message that somebody wrote: what of it the buddy must read, and which it answers."""

    id: str
    tag: str
    words: str
    answers: Said | None
    gone: bool = False


@dataclass
class Talk:
    """Two sides and what each of them said, oldest first."""

    sides: tuple[Side, Side]
    chance: random.Random
    said: tuple[list[Said], list[Said]] = field(default_factory=lambda: ([], []))
    done: dict[str, int] = field(default_factory=dict)
    _lately: list[str] = field(default_factory=list)

    async def goes_on(self, messages: int) -> None:
        for _each in range(messages):
            await self._says(sum(len(one) for one in self.said))
            if self.chance.random() < 0.12:
                await self._edits()
            if self.chance.random() < 0.08:
                await self._deletes()
            await asyncio.sleep(self.chance.choice(PAUSES))

    def _count(self, what: str) -> None:
        self.done[what] = self.done.get(what, 0) + 1

    def _words(self, side: Side) -> tuple[str, str]:
        if self.chance.random() < 0.15:
            return f"I am {self.chance.choice(side.me)} elsewhere", "I am (a name) elsewhere"
        return self.chance.choice(WORDS)

    async def _says(self, number: int) -> None:
        who = self.chance.randrange(2)
        side, tag = self.sides[who], f"{'ab'[who]}{number}:"
        typed, read = self._words(side)
        answered = await self._answered(who) if self.chance.random() < 0.3 else None
        id, what = (None, None) if answered is None else answered
        file = f"holiday-of-{'ab'[who]}-{number}.jpg" if self.chance.random() < 0.06 else None
        self.said[who].append(Said("", tag, f"{tag} {read}", what))
        self.said[who][-1].id = await side.writes(f"{tag} {typed}", answers=id, file=file)
        self._count("messages")
        self._count("answers") if answered else None
        self._count("files") if file else None

    async def _answered(self, who: int) -> tuple[str, Said] | None:
        """Something that stands there to be answered: the buddy's, or now and then one's own."""
        if self.chance.random() < 0.25:
            own = [one for one in self.said[who] if not one.gone]
            found = self.chance.choice(own[-6:]) if own else None
            return (found.id, found) if found else None
        shown = await self.sides[who].reads()
        if not shown:
            return None
        copy = self.chance.choice(shown[-6:])
        what = self._by_tag(1 - who, copy)
        return copy.id, what

    def _by_tag(self, who: int, copy: Copy) -> Said:
        return next(one for one in self.said[who] if one.tag == copy.text.split(" ")[0])

    async def _edits(self) -> None:
        who = self.chance.randrange(2)
        mine = [one for one in self.said[who] if not one.gone]
        if mine:
            one = self.chance.choice(mine)
            typed, read = self._words(self.sides[who])
            one.words = f"{one.tag} {read} (better)"
            await self.sides[who].edits(one.id, f"{one.tag} {typed} (better)")
            self._count("edits")

    async def _deletes(self) -> None:
        who = self.chance.randrange(2)
        mine = [one for one in self.said[who] if not one.gone]
        if mine:
            one = self.chance.choice(mine)
            one.gone = True
            await self.sides[who].deletes(one.id)
            self._count("deletions")

    # --- what became of it ----------------------------------------------------------------------------------------

    def wanted(self, who: int) -> list[str]:
        return [one.words for one in self.said[who] if not one.gone]

    async def arrived(self) -> None:
        """Until both have all of it, as it last stood; and nothing more comes."""
        for who, reader in enumerate(self.sides[::-1]):
            missing = partial(_difference, self.wanted(who), self._lately)
            await until(partial(self._has_all, who, reader), missing, lambda: list(self._lately))
        await asyncio.sleep(2)
        for who, reader in enumerate(self.sides[::-1]):
            texts = [one.text for one in await reader.reads()]
            assert texts == self.wanted(who), _difference(self.wanted(who), texts)

    async def _has_all(self, who: int, reader: Side) -> bool:
        self._lately[:] = [one.text for one in await reader.reads()]
        return self._lately == self.wanted(who)

    async def answers_are_right(self) -> tuple[int, int]:
        """What a copy visibly answers is the same message, where its reader has it; how many do, and how many answer
        nothing visibly: who answered had read what a killed bot did not yet know to have arrived."""
        right = plain = 0
        for who, reader in enumerate(self.sides[::-1]):
            mine = {one.id: one for one in self.said[1 - who]}
            copies = await reader.reads()
            theirs = {copy.id: self._by_tag(who, copy) for copy in copies}
            for copy in copies:
                wanted = self._by_tag(who, copy).answers
                if wanted is None:
                    assert copy.answers is None, copy
                elif copy.answers is None:
                    plain += not wanted.gone
                elif not wanted.gone:
                    shown = mine.get(copy.answers or "") or theirs.get(copy.answers or "")
                    assert shown is wanted, (copy, wanted, shown)
                    right += 1
        return right, plain

    async def nothing_of_the_other(self) -> int:
        """Everything that either was given, searched for what tells who the other is; how many bytes."""
        searched = 0
        for reader, other in (self.sides, self.sides[::-1]):
            marks = [mark.casefold() for mark in other.marks()]
            assert len(marks) > 8 and all(len(mark) > 4 for mark in marks), marks
            for piece in await reader.given():
                searched += len(piece.encode())
                text = piece.casefold()
                assert (found := next((mark for mark in marks if mark in text), None)) is None, (found, piece)
        return searched


def _difference(wanted: list[str], got: list[str]) -> str:
    missing = [one for one in wanted if one not in got]
    more = [one for one in got if one not in wanted]
    twice = sorted({one for one in got if got.count(one) > 1})
    return f"missing {missing}, too much {more}, twice {twice}, of {len(wanted)}; in order: {got == wanted}"
