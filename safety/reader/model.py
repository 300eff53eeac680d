"""The reader's model: a small file of pieces and weights, and what it says of a text.

A softmax over three answers (nobody, oneself, somebody else) on TF-IDF of `pieces`; the weights are whole numbers times
a scale. Plain Python, loaded once. It reads a text and knows no person; what follows from it is `policy`'s.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from math import exp, log, sqrt
from pathlib import Path
from string import ascii_lowercase
from typing import cast

from safety.reader.memory import Letters, Words
from safety.reader.pieces import LONGEST, SILENT, WINDOW, runs, windows, words
from safety.reader.weights import Six, Sums, Weights, total

FORMAT = 1
SHIPPED = Path(__file__).with_name("model.bin")
SLACK, RUNS_SLACK = 6.5, 2.2
"""How much a text may sound louder than its words do one by one, and than they do with the runs they stand in
(`may_reach`). Over all sentences of the corpus, also mistyped and mixed, it was 2.8 at the most for one that the quiet
queue would hold, and 0.2; a test asks that none is lost."""
OWN_WORDS = 0.4
"""How much of what words say one by one survives among the runs that they stand in."""
FEWEST, SPELT = 6, 4
"""Words from which on their sum tells anything; single letters from which on it does not: “d i e” is in the runs."""
_LETTERS = frozenset(ascii_lowercase)
SELF, OTHER = "self", "other"


class ModelRefused(Exception):
    """The file is not a model of this version."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How much a text sounds like its author being at risk, or like worry about somebody else: 0 to 1 each. It says
    something of the text alone, is never stored, and is no measure of a person."""

    self: float = 0.0
    other: float = 0.0
    read: bool = True
    """Whether the text was read at all: no word of it may have opened the gate, or it is in a language not learned."""

    @property
    def most(self) -> float:
        return max(self.self, self.other)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From which readings on something follows (see `policy`), measured on chat that the model never saw."""

    queue: float
    concern: float
    lift: float
    route: float
    doubt: float


@dataclass(frozen=True, slots=True)
class Weighed:
    """A piece of the text and how much it spoke for `self` or `other` (negative: against)."""

    piece: str
    weight: float


NOTHING = Reading(read=False)
KNOWN = 0.34
"""The share of its words that the model must have met before it reads a text: else it is in no language it learned."""


class Model:
    """A loaded model. Made by `load`."""

    def __init__(self, head: Mapping[str, object], pieces: Sequence[str], weights: Weights) -> None:
        self.head = head
        split = int(str(head["words"]))
        self._word_ids = dict(zip(pieces[:split], range(split), strict=True))
        self._letter_ids = dict(zip(pieces[split:], range(split, len(pieces)), strict=True))
        self._weights = weights
        scale = head["scale"]
        bias = head["bias"]
        assert isinstance(scale, list) and isinstance(bias, list)
        self._scale = float(scale[0]), float(scale[1])
        self._bias = float(bias[0]), float(bias[1])
        given = head["thresholds"]
        assert isinstance(given, dict)
        self.thresholds = Thresholds(**given)
        self._step = float(str(head["square_step"]))
        gate = head["gate"]
        assert isinstance(gate, list)
        self.gate = frozenset(gate)
        self._pieces = pieces
        self._letters = Letters(self._letter_ids)
        self._of_piece = Words()
        self._sums = Sums(self._six)

    @classmethod
    def load(cls, path: Path = SHIPPED) -> Model:
        """Raises ModelRefused for a file that is not a model of this version, OSError where there is none."""
        raw = path.read_bytes()
        try:
            line, _sep, rest = raw.partition(b"\n")
            head = json.loads(line)
            if head["format"] != FORMAT:
                raise ModelRefused(f"{path.name} has format {head['format']}; this version reads {FORMAT}")
            text = rest[: head["text_bytes"]].decode()
            pieces = text.split("\n")
            if len(pieces) != head["pieces"]:
                raise ModelRefused(f"{path.name} is cut off or damaged")
            numbers = memoryview(rest)[head["text_bytes"] :]
            count = len(pieces)
            if len(numbers) != 3 * count:
                raise ModelRefused(f"{path.name} is cut off or damaged")
            squares, mine, other = (numbers[at : at + count].tobytes() for at in (0, count, 2 * count))
            return cls(head, pieces, Weights(squares, mine, other))
        except (ValueError, KeyError, TypeError) as error:
            raise ModelRefused(f"{path.name} is no model of ours ({type(error).__name__})") from None

    def may_reach(self, pieces: Sequence[str], least: float) -> bool:
        """Whether a text could sound like `least` of either, told by its words one by one; `pieces` are what stands
        between its blanks. No means that `read` would say less. Most chat ends here."""
        if len(pieces) > WINDOW:
            return True
        found = [*chain.from_iterable(map(self._of_piece.__getitem__, pieces))]
        if self.gate.isdisjoint(found):
            return False
        return len(found) > WINDOW or self._may_reach(found, least)

    def _may_reach(self, found: Sequence[str], least: float) -> bool:
        """First without the runs of words, then with them; never with the letters that several words share."""
        if not 0 < least < 1:
            return True
        there = frozenset(found) - SILENT
        asked = log(least / (1 - least))
        own, mine, other, squares, of_letters, others = total(map(self._sums.__getitem__, there), len(there))
        norm = self._norm(squares) or 1.0
        mine_in_letters = self._bias[0] + self._scale[0] * of_letters / norm
        other_in_letters = self._bias[1] + self._scale[1] * others / norm
        norm = (self._norm(own) or 1.0) / OWN_WORDS
        if (
            len(there) >= FEWEST
            and len(there & _LETTERS) < SPELT
            and least >= self.thresholds.queue
            and mine_in_letters + self._scale[0] * mine / norm < asked - SLACK
            and other_in_letters + self._scale[1] * other / norm < asked - SLACK
        ):
            return False
        own, mine, other = self._weights.total(self._runs([word for word in found if word not in SILENT]))
        norm = self._norm(own) or 1.0
        return (
            mine_in_letters + self._scale[0] * mine / norm >= asked - RUNS_SLACK
            or other_in_letters + self._scale[1] * other / norm >= asked - RUNS_SLACK
        )

    def _six(self, word: str) -> Six:
        """Of a word itself its square and weights, and the sums of those of its letters."""
        id = self._word_ids.get(word)
        return (*((0, 0, 0) if id is None else self._weights.total((id,))), *self._weights.total(self._letters[word]))

    def read(self, text: str, least: float = 0.0) -> Reading:
        """What the text sounds like; nothing where no word of it opens the gate. Thoughts that can't sound like `least`
        are passed over. Never raises for a string."""
        if "\n" in text or len(text) > LONGEST:
            found = words(text)
        else:
            found = [*chain.from_iterable(map(self._of_piece.__getitem__, text.split()))]
        if self.gate.isdisjoint(found) or not self._understands(found):
            return NOTHING
        mine = other = 0.0
        for window in windows(found):
            if self.gate.isdisjoint(window) or not self._may_reach(window, least):
                continue
            one = self._of(window)
            mine, other = max(mine, one.self), max(other, one.other)
        return Reading(mine, other)

    def explain(self, text: str, most: int = 8) -> list[Weighed]:
        """The pieces of the window that spoke loudest, words before letters, most weight first."""
        found = words(text)
        loudest = max(windows(found), key=lambda window: self._of(window).most, default=[])
        reading = self._of(loudest)
        mine = reading.self >= reading.other
        out = []
        for ids in self._ids(loudest):
            norm = self._norm(self._weights.total(ids)[0])
            for id in ids if norm else ():
                _square, *both = self._weights.total((id,))
                out.append(Weighed(self._pieces[id], both[not mine] * self._scale[not mine] / norm))
        return sorted(out, key=lambda one: -abs(one.weight))[:most]

    def _understands(self, found: Sequence[str]) -> bool:
        met = sum(map(self._word_ids.__contains__, found))
        return met >= KNOWN * len(found)

    def _of(self, window: Sequence[str]) -> Reading:
        mine, other = self._bias
        for ids in self._ids(window):
            squares, for_mine, for_other = self._weights.total(ids)
            norm = self._norm(squares)
            if norm:
                mine += for_mine * self._scale[0] / norm
                other += for_other * self._scale[1] / norm
        mine, other = exp(min(mine, 60.0)), exp(min(other, 60.0))
        whole = 1.0 + mine + other
        return Reading(mine / whole, other / whole)

    def _norm(self, squares: int) -> float:
        return sqrt(squares * self._step)

    def _ids(self, window: Sequence[str]) -> tuple[set[int], set[int]]:
        return self._runs(window), set().union(*map(self._letters.__getitem__, window))

    def _runs(self, window: Sequence[str]) -> set[int]:
        found = set(map(self._word_ids.get, runs(window)))
        found.discard(None)
        return cast(set[int], found)


@cache
def shipped_model() -> Model | None:
    """The model that comes with the bot; None where it is not there or not ours: everything works without it."""
    try:
        return Model.load()
    except (OSError, ModelRefused):
        return None
