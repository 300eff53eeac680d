"""A text as each language reads it, and the way back from its words to the characters. It knows no rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from safety import text, tree
from safety.repair import Repairs
from safety.rule import RuleFile
from safety.verdict import Span

MOST = 262_144
"""Characters that are read of a text."""


@dataclass(slots=True)
class Reading:
    """One way to read the text: its words, where each came from, and the languages that read it so."""

    words: list[str]
    origin: list[int] | None
    files: tuple[str, ...]
    line: str = ""
    ends: list[int] = field(default_factory=list)

    def prepare(self) -> None:
        self.ends = [0, *(i for i, word in enumerate(self.words, 1) if word == text.END), len(self.words) + 1]


def shortened(whole: str) -> str:
    return whole if len(whole) <= MOST else whole[: MOST // 2] + "\n\n" + whole[-MOST // 2 :]


def span_of(reading: Reading, places: Sequence[tuple[int, int]], start: int, end: int, rule: str, length: int) -> Span:
    """Back to the original: words of the line (the first END is 0) to words of the text to characters."""
    if not places:
        return Span(0, length, rule)
    first, last = max(0, start - 1), max(0, end - 2)
    if reading.origin is not None:
        first, last = _came(reading.origin, first, len(places), False), _came(reading.origin, last, len(places), True)
    first, last = min(first, len(places) - 1), min(last, len(places) - 1)
    return Span(places[first][0], max(places[first][1], places[last][1]), rule)


def _came(origin: Sequence[int], word: int, words: int, whole: bool) -> int:
    """The word of the text that a repaired word came from; with `whole` the last of them."""
    word = min(word, len(origin) - 1)
    if not whole:
        return origin[word]
    after = next((came for came in origin[word + 1 :] if came != origin[word]), words)
    return after - 1


def repairs_of(file: RuleFile) -> Repairs | None:
    said = [phrase for rule in file.rules for phrase in (*rule.phrases, *rule.unless)]
    said += [phrase for step in file.context for phrase in step.phrases]
    known = tree.vocabulary(phrase.node for phrase in said)
    known.update(word for meant in file.spelling.values() for word in meant.split())
    return Repairs(file.spelling, file.keywords, known)
