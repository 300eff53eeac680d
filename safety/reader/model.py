"""The reader's model: a small file of pieces and weights, and what it says of a text.

A softmax over three answers (nobody, oneself, somebody else) on TF-IDF of `pieces`; the weights are whole numbers times
a scale. Plain Python, loaded once. It reads a text and knows no person; what follows from it is `policy`'s.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from math import exp, log, sqrt
from pathlib import Path

from safety.reader.pieces import WINDOW, letters, runs, spoken, windows, words
from safety.reader.sums import Sums, total

FORMAT = 1
SHIPPED = Path(__file__).with_name("model.bin")
MOST_REMEMBERED = 20_000
SLACK = 3.0
"""How much the runs of words of a text may add to what its words say one by one (`may_reach`). Over all sentences of
the corpus it is 2.7 at the most; a test asks that none is lost."""
OWN_WORDS = 0.4
"""How much of what words say one by one survives among the runs that they stand in."""
FEWEST = 6
LONGEST_PIECE = 60
"""Words from which on their sum tells anything."""
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
KNOWN = 0.5
"""The share of its words that the model must have met before it reads a text: else it is in no language it learned."""


class Model:
    """A loaded model. Made by `load`."""

    def __init__(
        self, head: Mapping[str, object], pieces: Sequence[str], squares: array[int], weights: Sequence[array[int]]
    ) -> None:
        self.head = head
        split = int(str(head["words"]))
        self._word_ids = dict(zip(pieces[:split], range(split), strict=True))
        self._letter_ids = dict(zip(pieces[split:], range(split, len(pieces)), strict=True))
        self._squares = squares
        self._self, self._other = weights
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
        self._of_word: dict[str, tuple[int, ...]] = {}
        self._pieces = pieces
        self._sums = Sums(self._weights)
        self._roughly = _Roughly()

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
            return cls(
                head,
                pieces,
                array("B", numbers[:count].tobytes()),
                (array("b", numbers[count : 2 * count].tobytes()), array("b", numbers[2 * count :].tobytes())),
            )
        except (ValueError, KeyError, TypeError) as error:
            raise ModelRefused(f"{path.name} is no model of ours ({type(error).__name__})") from None

    def may_reach(self, pieces: Sequence[str], least: float) -> bool:
        """Whether a text could sound like `least` of either, told by its words one by one; `pieces` are what stands
        between its blanks. No means that `read` would say less. Most chat ends here."""
        if len(pieces) > WINDOW:
            return True
        found = [*chain.from_iterable(map(self._roughly.__getitem__, pieces))]
        return not self.gate.isdisjoint(found) and (len(found) > WINDOW or self._may_reach(frozenset(found), least))

    def _may_reach(self, there: Collection[str], least: float) -> bool:
        if len(there) < FEWEST or least <= 0:
            return True
        own, mine, other, squares, letters_mine, letters_other = total(map(self._sums.__getitem__, there), len(there))
        in_words = sqrt(max(own, 1) * self._step) / OWN_WORDS
        in_letters = sqrt(max(squares, 1) * self._step)
        asked = log(least / (1 - least)) - SLACK if least < 1 else 60.0
        return (
            self._bias[0] + self._scale[0] * (mine / in_words + letters_mine / in_letters) >= asked
            or self._bias[1] + self._scale[1] * (other / in_words + letters_other / in_letters) >= asked
        )

    def _weights(self, word: str) -> tuple[int, int, int, int, int, int]:
        """Of a word itself its square and weights, and the sums of those of its letters."""
        id = self._word_ids.get(word)
        own = (0, 0, 0) if id is None else (self._squares[id], self._self[id], self._other[id])
        runs_of = self._letters(word)
        of_letters = (sum(row[id] for id in runs_of) for row in (self._squares, self._self, self._other))
        return (*own, *of_letters)  # type: ignore[return-value]

    def read(self, text: str, least: float = 0.0) -> Reading:
        """What the text sounds like; nothing where no word of it opens the gate. Thoughts that can't sound like `least`
        are passed over. Never raises for a string."""
        found = words(text)
        if self.gate.isdisjoint(found) or not self._understands(found):
            return NOTHING
        mine = other = 0.0
        for window in windows(found):
            if self.gate.isdisjoint(window) or not self._may_reach(frozenset(window), least):
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
        weights, scale = (self._self, self._scale[0]) if mine else (self._other, self._scale[1])
        out = []
        for ids in self._ids(loudest):
            norm = self._norm(ids)
            out += [Weighed(self._pieces[id], weights[id] * scale / norm) for id in ids] if norm else []
        return sorted(out, key=lambda one: -abs(one.weight))[:most]

    def _understands(self, found: Sequence[str]) -> bool:
        met = sum(word in self._word_ids for word in found)
        return met >= KNOWN * len(found)

    def _of(self, window: Sequence[str]) -> Reading:
        mine, other = self._bias
        for ids in self._ids(window):
            norm = self._norm(ids)
            if norm:
                mine += sum(map(self._self.__getitem__, ids)) * self._scale[0] / norm
                other += sum(map(self._other.__getitem__, ids)) * self._scale[1] / norm
        mine, other = exp(min(mine, 60.0)), exp(min(other, 60.0))
        whole = 1.0 + mine + other
        return Reading(mine / whole, other / whole)

    def _norm(self, ids: set[int]) -> float:
        return sqrt(sum(map(self._squares.__getitem__, ids)) * self._step)

    def _ids(self, window: Sequence[str]) -> tuple[set[int], set[int]]:
        get = self._word_ids.get
        in_words = {id for piece in runs(window) if (id := get(piece)) is not None}
        in_letters: set[int] = set()
        for word in window:
            in_letters.update(self._letters(word))
        return in_words, in_letters

    def _letters(self, word: str) -> tuple[int, ...]:
        known = self._of_word.get(word)
        if known is None:
            get = self._letter_ids.get
            known = tuple({id for piece in letters(word) if (id := get(piece)) is not None})
            if len(self._of_word) < MOST_REMEMBERED:
                self._of_word[word] = known
        return known


class _Roughly(dict[str, tuple[str, ...]]):
    """The words of what stands between two blanks, remembered."""

    def __missing__(self, piece: str) -> tuple[str, ...]:
        found = tuple(spoken(words(piece)))
        if len(self) >= MOST_REMEMBERED:
            self.clear()
        if len(piece) <= LONGEST_PIECE:
            self[piece] = found
        return found


@cache
def shipped_model() -> Model | None:
    """The model that comes with the bot; None where it is not there or not ours: everything works without it."""
    try:
        return Model.load()
    except (OSError, ModelRefused):
        return None
