"""Moods from 1 to 5, in words. A mood is a note to oneself: never a score, never compared between people. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.talk.command import Choice
from bot.talk.text import Text, p_

LOWEST, HIGHEST = 1, 5
LOW = 2
"""Up to here, the answer adds where to find someone."""

WORDS: dict[int, Text] = {
    1: p_("mood", "very low"),
    2: p_("mood", "low"),
    3: p_("mood", "so-so"),
    4: p_("mood", "good"),
    5: p_("mood", "very good"),
}
CHOICES = tuple(Choice(value, word) for value, word in WORDS.items())
BARS = "▁▂▄▆█"
GAP = "·"


def sparkline(days: Sequence[float | None]) -> str:
    """A bar for each day, low to high; a dot where nothing was noted."""
    return "".join(GAP if mood is None else BARS[min(max(round(mood), LOWEST), HIGHEST) - 1] for mood in days)
