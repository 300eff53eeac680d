"""Numbered choices, where there are no buttons: the latest question of a place, answered by its number.

A typed number answers only the latest question, only while it is open, and only where it was asked. The question is
kept as plain text (packed presses) in an adapter's memory, so it survives a restart.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.talk.press import Press, Pressed, pack, unpack
from bot.talk.reply import Typed

OPEN_FOR = timedelta(days=2)
"""How long a number answers. Later, the line with the full command still does."""


@dataclass(frozen=True, slots=True)
class Question:
    """The choices that were numbered last in a place, packed, and until when a number answers them."""

    choices: tuple[str, ...]
    until: datetime

    @classmethod
    def of(cls, presses: Sequence[Press], now: datetime) -> Question:
        return cls(tuple(pack(press) for press in presses), now + OPEN_FOR)

    def dump(self) -> str:
        return json.dumps([self.until.isoformat(), *self.choices])

    @classmethod
    def load(cls, stored: str | None) -> Question | None:
        if stored is None:
            return None
        try:
            until, *choices = json.loads(stored)
            return cls(tuple(str(choice) for choice in choices), datetime.fromisoformat(until))
        except (ValueError, TypeError):
            return None

    def answer(self, typed: str, now: datetime) -> Pressed | None:
        """The press that a typed number means, or None where it means nothing here."""
        digits = typed.strip().rstrip(".)")
        if now > self.until or not (digits.isascii() and digits.isdigit() and len(digits) <= 2):
            return None
        index = int(digits) - 1
        return unpack(self.choices[index]) if 0 <= index < len(self.choices) else None


def typed_line(press: Press) -> Typed:
    """The line that does the same as a press."""
    return Typed(press.command, " ".join(f"{name}={value}" for name, value in press.args))
