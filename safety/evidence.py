"""Words weighed together: what no single phrase says, a whole sentence may. A table of words and short word sequences,
each with a weight for "about the writer" and for "about somebody else", counted from sentences written for the
purpose beside ordinary chat (how: safety/learn.py). It is the broad net under the rules: it offers gently, is never
urgent, and names the words that weighed most. It knows one language and nobody.

The sum of weights over the square root of how many were found, as in a linear reader with normalised counts.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

LONGEST = 3
CLEAR = 6.0
"""Where the words one by one already speak so strongly for nobody being in trouble, their sequences are not asked."""
WINDOW = 48
STEP = 32
SCALE = 1000


@dataclass(frozen=True, slots=True)
class Weighed:
    """How likely the words are about the writer, or about somebody else, in trouble; where; what weighed most."""

    own: float
    other: float
    start: int
    end: int
    most: tuple[str, ...] = ()

    @property
    def any(self) -> float:
        return self.own + self.other


class Evidence:
    """One language's table."""

    def __init__(self, weights: dict[str, tuple[int, int]], base: tuple[int, int]) -> None:
        self._weights = weights
        self._base = base

    @classmethod
    def load(cls, path: Path) -> Evidence:
        """Lines of `words TAB own TAB other`; the line with no words holds the base. Weights in thousandths."""
        weights: dict[str, tuple[int, int]] = {}
        for line in path.read_text(encoding="utf-8").splitlines():
            if not line.startswith("#"):
                words, own, other = line.split("\t")
                weights[words] = (int(own), int(other))
        return cls(weights, weights.pop("", (0, 0)))

    def weigh(self, words: Sequence[str]) -> Weighed:
        """The most telling part of a text. `words` with the ends of sentences, without padding."""
        padded = (".", *words, ".")
        if len(padded) <= WINDOW + STEP:
            return self._part(padded, 0, len(padded))
        best = Weighed(0.0, 0.0, 0, 0)
        for start in range(0, len(padded) - STEP, STEP):
            found = self._part(padded, start, min(start + WINDOW, len(padded)))
            if found.any > best.any:
                best = found
        return best

    def telling(self, words: Sequence[str], found: Weighed, few: int = 5) -> tuple[str, ...]:
        """The words that weighed most. For explaining."""
        padded = (".", *words, ".")
        seen = {gram for gram in _grams(padded, found.start, found.end) if gram in self._weights}
        return tuple(sorted(seen, key=lambda gram: -max(self._weights[gram]))[:few])

    def _part(self, words: Sequence[str], start: int, end: int) -> Weighed:
        weights = self._weights
        part = set(words[start:end])
        single = [weight for word in part if (weight := weights.get(word)) is not None]
        if not single:
            return Weighed(0.0, 0.0, start, end)
        most = sum([max(weight) for weight in single]) / math.sqrt(len(single)) + max(self._base)
        if most < -CLEAR * SCALE:
            return Weighed(0.0, 0.0, start, end)
        seen = {gram: weight for gram in _grams(words, start, end) if (weight := weights.get(gram)) is not None}
        root = math.sqrt(len(seen)) * SCALE
        own = math.exp(sum([weight[0] for weight in seen.values()]) / root + self._base[0] / SCALE)
        other = math.exp(sum([weight[1] for weight in seen.values()]) / root + self._base[1] / SCALE)
        whole = 1 + own + other
        return Weighed(own / whole, other / whole, start, end)


def _grams(words: Sequence[str], start: int, end: int) -> list[str]:
    part = words[start:end]
    pairs = [f"{one} {two}" for one, two in pairwise(part)]
    return [*part, *pairs, *[f"{pair} {word}" for pair, word in zip(pairs, part[2:], strict=False)]]
